import { engine, modelName, settle, snapshot } from "../state/engine";
import { say } from "../state/status";
import { ExperimentLink } from "../experiment/link";
import { Remove } from "./remove";
import { t } from "../i18n";
import { Live } from "../ui/live";
import { Switch } from "../ui/switch";
import type { ModelId, Settings } from "../worker/protocol";
import "./model.css";

async function select(id: ModelId): Promise<void> {
  if (settle(await engine.selectModel(id))) say((words) => words.status.chosen(modelName.peek()));
}

/** Which network reads; and, for the classic one, the original way of learning. */
export function ModelChoice() {
  const words = t.value.model;
  const now = snapshot.value;
  if (!now) return null;
  return (
    <fieldset class="models">
      <legend class="unseen">{words.choose}</legend>
      {now.models.map(({ id, name, parameters, lessons, pristine }) => (
        <label key={id} class="model" data-chosen={id === now.model.id}>
          <input
            type="radio"
            name="model"
            value={id}
            data-testid={`model-${id}`}
            aria-labelledby={`${id}-name`}
            aria-describedby={`${id}-about ${id}-figures`}
            checked={id === now.model.id}
            onChange={() => void select(id)}
          />
          <span class="model-name" translate={false} id={`${id}-name`} data-testid={id === now.model.id ? "model-name" : undefined}>
            {name}
          </span>
          <span class="model-about" id={`${id}-about`}>{words[id]}</span>
          <span class="model-figures" id={`${id}-figures`}>
            <Live text={`${words.parameters(parameters)} · ${pristine ? (id === "own" ? words.asKept : words.pristine) : words.lessons(lessons)}`} />
          </span>
        </label>
      ))}
      {now.models.some(({ id }) => id === "own") ? <Remove /> : null}
      {now.model.id === "classic" ? (
        <>
          <OriginalWay settings={now.settings} />
          <ExperimentLink />
        </>
      ) : null}
    </fieldset>
  );
}

function OriginalWay({ settings }: { settings: Settings }) {
  const words = t.value.model;
  return (
    <Switch
      testid="original-way"
      on={settings.originalWay}
      name={words.originalWay}
      about={words.originalWayMore}
      onChange={async (box) => {
        settle(await engine.setSettings({ ...settings, originalWay: box.checked }));
      }}
    />
  );
}
