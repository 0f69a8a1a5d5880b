import { useSignal } from "@preact/signals";
import { download } from "../files/transfer";
import { t } from "../i18n";
import { engine, symbols } from "../state/engine";
import { until } from "../state/until";
import { all, loading } from "./list";
import { sheet } from "./sheet";

const FORMATS = ["jsonl", "idx", "png"] as const;

/** The examples as a file: to open again, for other programs, or to look at. */
export function Export() {
  const words = t.value.examples;
  const format = useSignal<(typeof FORMATS)[number]>("jsonl");
  const picture = async (): ReturnType<typeof sheet> => {
    await until(loading, (now) => !now);
    return sheet(all.value);
  };
  const made = { jsonl: () => engine.downloadExamples(), idx: () => engine.downloadExamplePictures(), png: picture };
  return (
    <div class="row">
      <label class="field">
        <span>{t.value.files.format}</span>
        <select
          data-testid="export-format"
          value={format.value}
          onChange={(event) => {
            format.value = FORMATS.find((each) => each === event.currentTarget.value) ?? "jsonl";
          }}
        >
          {FORMATS.map((each) => (
            <option key={each} value={each}>
              {words.formats[each]}
            </option>
          ))}
        </select>
      </label>
      {format.value === "idx" && symbols.value.length > 0 ? <p class="faint">{t.value.symbols.notInIdx}</p> : null}
      <button type="button" class="button" data-testid="export-examples" onClick={() => void download(made[format.value]())}>
        {words.export}
      </button>
    </div>
  );
}
