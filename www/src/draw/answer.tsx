/** The answer, very large, and beside it the words that belong to it. */
import { computed } from "@preact/signals";
import { phase } from "../engine/state";
import { t } from "../i18n";
import { Glyph } from "../ui/glyph";
import { Pixels } from "../ui/pixels";
import { reading } from "./store";
import { Words } from "./words";

const digit = computed(() => reading.value.digit);
// As one string, so that the same two candidates at the next move of the pen are no change.
const candidates = computed(() => (digit.value === null ? reading.value.candidates.join("") : ""));

export function Answer() {
  return (
    <div class="answer">
      <div class="answer-digit">
        <span class="unseen" data-testid="prediction">
          {digit}
        </span>
        <Written />
      </div>
      <Words />
      <Sees />
    </div>
  );
}

function Written() {
  if (digit.value !== null) return <Glyph digit={digit.value} />;
  if (candidates.value) {
    return (
      <div class="answer-candidates">
        {Array.from(candidates.value, (candidate) => (
          <Glyph key={candidate} digit={Number(candidate)} />
        ))}
      </div>
    );
  }
  return <div class="answer-none" data-loading={phase.value === "loading"} />;
}

const input = computed(() => reading.value.input);

function Sees() {
  const words = t.value.answer;
  const seen = input.value;
  return (
    <figure class="sees">
      <Pixels
        input={seen}
        testid="network-input"
        label={seen ? words.seesLong(seen.width, seen.height) : words.seesNothing}
      />
      <figcaption aria-hidden="true">{words.sees}</figcaption>
    </figure>
  );
}
