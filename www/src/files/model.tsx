import { clearLesson } from "../draw/store";
import { engine, settle, snapshot } from "../engine/state";
import { say } from "../engine/status";
import { ExperimentLink } from "../experiment/link";
import { t } from "../i18n";
import type { ModelId } from "../worker/protocol";

async function select(id: ModelId): Promise<void> {
  if (!settle(await engine.selectModel(id))) return;
  clearLesson();
  say((words) => words.status.chosen(words.model.names[id]));
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
          <span class="model-name" id={`${id}-name`} data-testid={id === now.model.id ? "model-name" : undefined}>
            {name}
          </span>
          <span class="model-about" id={`${id}-about`}>{words[id]}</span>
          <span class="model-figures" id={`${id}-figures`}>
            {words.parameters(parameters)} · {pristine ? words.pristine : words.lessons(lessons)}
          </span>
        </label>
      ))}
      {now.model.id === "classic" ? (
        <>
          <OriginalWay on={now.settings.originalWay} />
          <ExperimentLink />
        </>
      ) : null}
    </fieldset>
  );
}

function OriginalWay({ on }: { on: boolean }) {
  const words = t.value.model;
  return (
    <label class="switch">
      <input
        type="checkbox"
        data-testid="original-way"
        checked={on}
        onChange={async (event) => {
          settle(await engine.setSettings({ originalWay: event.currentTarget.checked }));
        }}
      />
      <span class="switch-name">{words.originalWay}</span>
      <span class="switch-about">{words.originalWayMore}</span>
    </label>
  );
}
