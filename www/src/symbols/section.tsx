/** The symbols among the examples: what there are, and what can be done with them. */
import { called } from "../i18n/labels";
import { t } from "../i18n";
import { snapshot, symbols } from "../state/engine";
import { asked } from "./asked";
import { SymbolDialogs } from "./dialogs";
import "./section.css";

export function Symbols() {
  const words = t.value.symbols;
  const all = symbols.value;
  return (
    <section class="symbols" aria-labelledby="symbols" data-testid="symbols">
      <h2 id="symbols">{words.title}</h2>
      <p class="faint">{snapshot.value?.readsSymbols === false ? words.notHere : words.more}</p>
      {all.length > 0 ? (
        <ul class="symbol-list">
          {all.map((symbol) => (
            <li key={symbol.label} data-testid={`symbol-${symbol.label}`}>
              <strong translate={false}>
                <bdi>{called(symbol.label)}</bdi>
              </strong>
              <span class="faint">
                {words.drawings(symbol.drawings)}
                {symbol.key === null ? "" : ` · ${words.key(symbol.key)}`}
              </span>
              <button type="button" class="link" aria-label={words.changeOf(symbol.name)} onClick={() => (asked.value = { to: "change", symbol })}>
                {words.change}
              </button>
              <button type="button" class="link" aria-label={words.deleteOf(symbol.name)} onClick={() => (asked.value = { to: "delete", symbol })}>
                {words.delete}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <p>
        <button type="button" class="button" data-testid="add-symbol" onClick={() => (asked.value = { to: "add" })}>
          {words.add}
        </button>
      </p>
      <SymbolDialogs />
    </section>
  );
}
