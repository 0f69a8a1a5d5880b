/** The answer, very large, and beside it the words that belong to it. */
import { computed } from "@preact/signals";
import { t } from "../i18n";
import { called } from "../i18n/labels";
import { Glyph } from "../ui/glyph";
import { Pixels } from "../ui/pixels";
import { Likes, why } from "./likes";
import { foreign, reading, whole } from "./store";
import { Whole } from "./whole";
import { says, Words } from "./words";
import "./answer.css";

const digit = computed(() => reading.value.digit);
const said = computed(() => whole.value ?? (digit.value === null ? null : called(digit.value)));
// As one string, so that the same two candidates at the next move of the pen are no change.
const candidates = computed(() => (digit.value === null ? reading.value.candidates.join(" ") : ""));

export function Answer() {
  return (
    <div class="answer" data-says={says} data-whole={whole.value === null ? undefined : ""}>
      <span class="unseen" data-testid="prediction" translate={false}>
        {said}
      </span>
      <div class="answer-digit">
        <Written />
      </div>
      <Words />
      <Sees />
    </div>
  );
}

function Written() {
  if (whole.value !== null) return <Whole />;
  if (digit.value !== null) return <Glyph digit={digit.value} />;
  if (foreign.value) return <Glyph />;
  if (!candidates.value) return null;
  return (
    <div class="answer-candidates">
      {candidates.value.split(" ").map((candidate) => (
        <Glyph key={candidate} digit={Number(candidate)} />
      ))}
    </div>
  );
}

const input = computed(() => reading.value.input);

function Sees() {
  const words = t.value.answer;
  const seen = input.value;
  if (!seen) return null;
  if (why.value) return <Likes found={why.value} />;
  return (
    <figure class="sees">
      <Pixels input={seen} testid="network-input" label={words.seesLong(seen.width, seen.height)} />
      <figcaption aria-hidden="true">{words.sees}</figcaption>
    </figure>
  );
}
