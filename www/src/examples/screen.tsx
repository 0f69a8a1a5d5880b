import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { go, href } from "../app/router";
import { engine, exampleCount, phase } from "../engine/state";
import { OpenButton } from "../files/open";
import { download } from "../files/transfer";
import { t } from "../i18n";
import { Train } from "../train/train";
import type { Example } from "../worker/protocol";
import { Detail } from "./detail";
import { Picture } from "./drawing";
import { Knows, Mixups } from "./score";
import { all, chosen, counts, filter, follow, isWrong, loading, PAGE, page, pages, total, type Filter } from "./list";

export function ExamplesScreen() {
  useEffect(follow, []);
  const words = t.value.examples;
  const empty = phase.value === "ready" && exampleCount.value === 0;
  return (
    <div class="examples">
      <div class="examples-head">
        <h1 tabIndex={-1}>{words.title}</h1>
        <p>
          <span>
            <strong data-testid="example-count">{t.value.n.whole(exampleCount.value)}</strong>{" "}
            {words.countOnly(exampleCount.value)}
          </span>
          {all.value.length > 0 ? <RightOf /> : null}
        </p>
      </div>
      {empty ? (
        <div class="examples-none">
          <p>{words.none}</p>
          <p>
            <a class="button" href={href("draw")}>
              {words.noneButton}
            </a>
          </p>
        </div>
      ) : (
        <>
          <Filters />
          <Grid />
          <Pages />
        </>
      )}
      {empty ? null : (
        <div class="examples-looks">
          <Knows />
          <Mixups />
        </div>
      )}
      <div class="examples-foot">
        {empty ? null : (
          <section>
            <h2>{t.value.train.title}</h2>
            <p>{t.value.train.more}</p>
            <Train />
          </section>
        )}
        <section>
          <h2>{words.carry}</h2>
          <div class="row">
            {empty ? null : (
              <button
                type="button"
                class="button"
                data-testid="export-examples"
                onClick={() => void download(engine.downloadExamples())}
              >
                {words.export}
              </button>
            )}
            <OpenButton label={words.import} testid="import-examples" />
          </div>
        </section>
      </div>
    </div>
  );
}

function RightOf() {
  const { examples } = t.value;
  if (loading.value && all.value.length < total.value) {
    return <span class="faint">{examples.loading(all.value.length, total.value)}</span>;
  }
  return <span class="faint">{examples.rightOf(all.value.length - counts.value.wrong, all.value.length)}</span>;
}

/** The choice is in the address, so that it can be linked to and the back button undoes it. */
function choose({ digit, wrong }: Filter, to = 1): void {
  go("examples", {
    ...(digit === null ? {} : { digit: String(digit) }),
    ...(wrong ? { wrong: "1" } : {}),
    ...(to > 1 ? { page: String(to) } : {}),
  });
}

function Filters() {
  const { examples, n } = t.value;
  const { digit, wrong } = filter.value;
  const { byDigit, wrong: wrongCount } = counts.value;
  return (
    <div class="filters" role="group" aria-label={examples.filter}>
      <button type="button" class="filter" aria-pressed={digit === null && !wrong} onClick={() => choose({ digit: null, wrong: false })}>
        {examples.all}
      </button>
      {byDigit.map((amount, each) => (
        <button
          // The digits are their own keys.
          key={String(each)}
          type="button"
          class="filter digit"
          data-testid={`filter-${each}`}
          aria-label={examples.digit(each, amount)}
          aria-pressed={digit === each}
          onClick={() => choose({ digit: digit === each ? null : each, wrong })}
        >
          {each} <small>{n.whole(amount)}</small>
        </button>
      ))}
      <button
        type="button"
        class="filter"
        data-testid="filter-wrong"
        aria-pressed={wrong}
        onClick={() => choose({ digit, wrong: !wrong })}
      >
        {examples.wrong} <small>{n.whole(wrongCount)}</small>
      </button>
    </div>
  );
}

function Grid() {
  const words = t.value.examples;
  const open = useSignal<number | null>(null);
  const shown = chosen.value.slice((page.value - 1) * PAGE, page.value * PAGE);
  const one = open.value === null ? null : all.value.find((example) => example.id === open.value);
  if (shown.length === 0 && !loading.value) {
    return <p class="examples-none">{filter.value.wrong ? words.allRight : words.noneMatch}</p>;
  }
  return (
    <>
      <ul class="grid">
        {shown.map((example) => (
          <li key={example.id}>
            <Tile example={example} onOpen={() => (open.value = example.id)} />
          </li>
        ))}
      </ul>
      {one ? <Detail example={one} onClose={() => (open.value = null)} /> : null}
    </>
  );
}

function Tile({ example, onOpen }: { example: Example; onOpen: () => void }) {
  const words = t.value.examples;
  const { label, answer } = example;
  return (
    <button type="button" class="tile" data-testid="example" onClick={onOpen}>
      <Picture example={example} />
      <span class="unseen">{words.tile(label, answer)}</span>
      <span class="tile-label" aria-hidden="true">
        {label}
      </span>
      {isWrong(example) ? (
        <span class="tile-answer" aria-hidden="true">
          {answer ?? "?"}
        </span>
      ) : null}
    </button>
  );
}

function Pages() {
  const words = t.value.examples;
  const amount = chosen.value.length;
  if (amount <= PAGE) return null;
  const from = (page.value - 1) * PAGE;
  return (
    <nav class="pages" aria-label={words.pages}>
      <button type="button" class="button" disabled={page.value === 1} onClick={() => choose(filter.value, page.value - 1)}>
        {words.newer}
      </button>
      <p>{words.page(from + 1, Math.min(amount, from + PAGE), amount)}</p>
      <button
        type="button"
        class="button"
        data-testid="next-page"
        disabled={page.value === pages.value}
        onClick={() => choose(filter.value, page.value + 1)}
      >
        {words.older}
      </button>
    </nav>
  );
}
