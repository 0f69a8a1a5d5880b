import { useSignal } from "@preact/signals";
import { engine, snapshot, symbols } from "../state/engine";
import { atLength, promise } from "../state/kept";
import { t } from "../i18n";
import { Train } from "../train/train";
import { Live } from "../ui/live";
import type { WeightsFormat } from "../worker/protocol";
import { ModelChoice } from "./model";
import { OpenButton } from "./open";
import { ResetButton } from "./reset";
import { download } from "./transfer";
import { WipeButton } from "./wipe";

export function FilesScreen() {
  const { files, model, train, wipe } = t.value;
  return (
    <div class="text">
      <h1 tabIndex={-1}>{files.title}</h1>
      <section>
        <h2>{model.title}</h2>
        <ModelChoice />
      </section>
      <section>
        <h2>{train.title}</h2>
        <p>{train.more}</p>
        <Train />
      </section>
      <section>
        <h2>{files.weights}</h2>
        <p>{files.weightsMore}</p>
        <Weights />
      </section>
      <section>
        <h2>{files.project}</h2>
        <p>{files.projectMore}</p>
        <button
          type="button"
          class="button"
          data-testid="download-project"
          onClick={() => void download(engine.downloadProject())}
        >
          {files.downloadProject}
        </button>
      </section>
      <section>
        <h2>{files.open}</h2>
        <p>{files.openMore}</p>
        <OpenButton label={files.choose} testid="upload-weights" />
      </section>
      <section>
        <h2>{files.reset}</h2>
        <p>{files.resetMore}</p>
        <ResetButton label={files.resetButton} />
      </section>
      <section>
        <h2>{files.kept}</h2>
        <Kept />
      </section>
      <section>
        <h2>{wipe.title}</h2>
        <p>{wipe.more}</p>
        <WipeButton />
      </section>
    </div>
  );
}

/** In the order in which they are offered; each of the engine's is named. */
const FORMATS: readonly WeightsFormat[] = ["trazo", "safetensors", "onnx", "npz", "json", "pesos"];

function Weights() {
  const words = t.value.files;
  const chosen = useSignal<WeightsFormat>("trazo");
  // Only the classic network has the shape that pesos.pkl can hold.
  const formats = FORMATS.filter((format) => format !== "pesos" || snapshot.value?.model.id === "classic");
  const format = formats.find((each) => each === chosen.value) ?? "trazo";
  return (
    <div class="row">
      <label class="field">
        <span>{words.format}</span>
        <select
          data-testid="format"
          value={format}
          onChange={(event) => {
            chosen.value = FORMATS.find((each) => each === event.currentTarget.value) ?? "trazo";
          }}
        >
          {formats.map((each) => (
            <option key={each} value={each}>
              {words.formats[each]}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button"
        data-testid="download-weights"
        onClick={() => void download(engine.downloadWeights(format))}
      >
        {words.download}
      </button>
      {symbols.value.length > 0 ? <p class="faint">{t.value.symbols.notInWeights}</p> : null}
    </div>
  );
}

function Kept() {
  const words = t.value;
  const now = snapshot.value;
  const promised = promise(words, now);
  return (
    <>
      <p>
        <Live text={now ? atLength(words, now.storage) : ""} />
      </p>
      {promised ? <p>{promised}</p> : null}
    </>
  );
}
