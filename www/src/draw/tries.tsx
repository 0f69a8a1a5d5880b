import { pathOf } from "../drawing/picture";
import { t } from "../i18n";
import { replay, TRIES } from "./replay";
import "./tries.css";

/** A strip of drawings, each of which is drawn on the pad when it is pressed. */
export function Tries() {
  const words = t.value.answer;
  return (
    <div class="tries" role="group" aria-labelledby="tries">
      <p id="tries">{words.fool}</p>
      <ul>
        {TRIES.map((each, i) => (
          <li key={String(i)}>
            <button type="button" class="try" data-testid={`try-${i}`} aria-label={words.tryOne(each.digit)} onClick={() => replay(each)}>
              <svg class="ink" viewBox="0 0 1000 1000" aria-hidden="true">
                <path d={pathOf(each.strokes)} />
              </svg>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
