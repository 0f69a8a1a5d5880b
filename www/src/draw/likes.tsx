/** Why it is read so, where what is remembered of the person's hand made the difference: two drawings that it looks like. */
import { computed, effect, signal } from "@preact/signals";
import { Picture } from "../drawing/picture";
import { t, type Dictionary } from "../i18n";
import type { Gesture } from "../drawing/strokes";
import { engine, revision } from "../state/engine";
import { say } from "../state/status";
import { Live } from "../ui/live";
import type { Why } from "../worker/protocol";
import { idea } from "./lessons";
import { allInWords, drawing, reading, rested, subject } from "./store";
import "./likes.css";

/** Null where nothing remembered made a difference, or while the pen moves. */
export const why = signal<Why | null>(null);

const help = computed(() => reading.value.help);
const still = computed(() => (rested.value === drawing.value && drawing.value.length > 0 ? drawing.value : null));

let saidOf: readonly Gesture[] | null = null;

// Asked once the pen rests, not at each of its moves.
effect(() => {
  void revision.value;
  // After a lesson it is said whether it got the idea.
  const asked = help.value === null || idea.value ? null : still.value;
  if (!asked) {
    why.value = null;
    return;
  }
  void explain(asked);
});

async function explain(asked: readonly Gesture[]): Promise<void> {
  const result = await engine.why(subject());
  if (still.peek() !== asked || help.peek() === null) return;
  const found = result.ok ? result.value : null;
  why.value = found;
  // Once: what is read again, after whatever was done elsewhere, is not said again.
  if (!found || saidOf === asked) return;
  saidOf = asked;
  const read = allInWords();
  say((words) => `${read(words)} ${because(words, found)}`);
}

/** In a sentence. */
function because({ hand: words }: Dictionary, { help: how, digit, nearest }: Why): string {
  return words.because[how](nearest[0]?.label ?? digit ?? 0);
}

/** In the place of what the network sees, and as large: nothing moves when it comes. */
export function Likes({ found }: { found: Why }) {
  return (
    <figure class="sees likes" data-testid="likes" data-help={found.help}>
      <div class="likes-two">
        {found.nearest.slice(0, 2).map((each) => (
          <Picture key={`${each.kind}${each.id}`} example={{ ...each, drawnHere: false }} label={t.value.examples.one(each.label)} />
        ))}
      </div>
      <figcaption>
        <Live text={because(t.value, found)} />
      </figcaption>
    </figure>
  );
}
