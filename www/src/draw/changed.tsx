/** The person's other drawings whose answer a lesson changed, as small pictures: before and after. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { engine } from "../state/engine";
import { Picture } from "../drawing/picture";
import { t } from "../i18n";
import type { Example, Lesson } from "../worker/protocol";
import "./changed.css";

/** As many as fit beside the words; the sentence above counts all of them. */
const SHOWN = 5;

export function ChangedOnes({ changed }: { changed: Lesson["changed"] }) {
  const examples = useSignal<readonly Example[]>([]);
  // What went wrong first: that is what one would want to undo.
  const wrong = (each: Lesson["changed"][number]): boolean => each.after !== each.label;
  const shown = [...changed.filter(wrong), ...changed.filter((each) => !wrong(each))].slice(0, SHOWN);
  const ids = shown.map((each) => each.id).join();
  useEffect(() => {
    let gone = false;
    const fetchThem = async (): Promise<void> => {
      const result = await engine.examplesById(shown.map((each) => each.id));
      if (!gone && result.ok) examples.value = result.value;
    };
    void fetchThem();
    return () => void (gone = true);
  }, [ids]);
  const words = t.value.teach;
  return (
    <ul class="changed" data-testid="changed">
      {examples.value.map((example) => {
        const each = shown.find(({ id }) => id === example.id);
        if (!each) return null;
        return (
          <li key={example.id} data-right={!wrong(each)} title={words.changedOne(each.label, each.before, each.after)}>
            <Picture example={example} />
            <span aria-hidden="true">
              {each.before}→{each.after}
            </span>
            <span class="unseen">{words.changedOne(each.label, each.before, each.after)}</span>
          </li>
        );
      })}
    </ul>
  );
}
