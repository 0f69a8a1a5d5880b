import { failure, start } from "../state/engine";
import { sentence, t } from "../i18n";
import "./failed.css";

/** The engine is gone: why, and the way to begin again. */
export function Failed() {
  const words = t.value;
  const error = failure.value;
  return (
    <div class="failed" data-testid="failed">
      <p class="failed-title">{words.failed.title}</p>
      <p>
        {error ? sentence(words, error) : ""} {words.failed.keeps}
      </p>
      <button type="button" class="button primary" data-testid="retry" onClick={() => void start()}>
        {words.failed.retry}
      </button>
      {error ? (
        <details>
          <summary>{words.failed.detail}</summary>
          <code>
            {error.code}: {error.message}
          </code>
        </details>
      ) : null}
    </div>
  );
}
