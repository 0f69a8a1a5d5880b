/** Under the drawing: which network reads, what it has from you, and the way to train it, carry it away or start anew. */
import { signal } from "@preact/signals";
import { href } from "../router";
import { engine, exampleCount, modelName } from "../state/engine";
import { t } from "../i18n";
import { Train, trainingNow } from "../train/train";
import { Live } from "../ui/live";
import { OpenButton } from "./open";
import { ResetButton } from "./reset";
import { download } from "./transfer";
import "./bench.css";

const wide = signal(true);
const query = globalThis.matchMedia?.("(min-width: 60rem)");
if (query) {
  wide.value = query.matches;
  query.addEventListener("change", () => {
    wide.value = query.matches;
  });
}

/** Folded on a phone, open on a laptop. */
export function Bench() {
  const words = t.value.model;
  if (wide.value) {
    return (
      <section class="bench" aria-label={words.bench}>
        <Tools />
      </section>
    );
  }
  return (
    <details class="bench">
      <summary>{words.bench}</summary>
      <Tools />
    </details>
  );
}

function Tools() {
  const { files } = t.value;
  return (
    <div class="bench-tools">
      <p class="bench-model">
        {modelName.value ? (
          <a href={href("files")}>
            <strong data-testid="model-name" translate={false}>{modelName.value}</strong>
          </a>
        ) : null}
        <Count />
      </p>
      <div class="bench-row">
        <Train small />
        {/* While it trains, its bar takes their place; they are on the screen of files all the time. */}
        {trainingNow.value ? null : (
          <>
            <button
              type="button"
              class="button quiet"
              data-testid="download-weights"
              aria-label={files.download}
              onClick={() => void download(engine.downloadWeights("trazo"))}
            >
              {files.shortDownload}
            </button>
            <OpenButton label={files.shortOpen} testid="upload-weights" look="button quiet" />
            <ResetButton label={files.shortReset} look="button quiet" />
          </>
        )}
      </div>
    </div>
  );
}

/** «12 examples», the number in an element of its own. */
function Count() {
  const words = t.value;
  const amount = exampleCount.value;
  return (
    <a href={href("examples")}>
      <strong data-testid="example-count" translate={false}>
        {words.n.whole(amount)}
      </strong>
      <Live text={words.examples.countOnly(amount)} />
    </a>
  );
}
