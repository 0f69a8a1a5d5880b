/** What was read surely, and then cleared or followed by another drawing without a word, was right: it is the person's hand. */
import { effect } from "@preact/signals";
import { engine, snapshot } from "../state/engine";
import { say } from "../state/status";
import { inTurn, spokenOf } from "./lessons";
import { borrowed, left, parts, reading, rested, sheet } from "./store";

effect(() => {
  const gone = left.value;
  if (!gone || !snapshot.peek()?.settings.learnFromUncorrected) return;
  const { gestures, drawings } = gone;
  const digits = drawings.length > 1 ? parts.peek().map((part) => part.reading.digit) : [reading.peek().digit];
  // It was there to be seen for a moment: who clears at once has not agreed to anything.
  if (rested.peek() !== gestures) return;
  if (spokenOf.has(gestures) || gestures.some((gesture) => borrowed.has(gesture))) return;
  drawings.forEach((drawing, place) => {
    const digit = digits[place] ?? null;
    if (digit === null) return;
    void inTurn(async () => {
      // Whether it is sure enough, and new, is for the engine to say. Where it cannot be remembered nothing is lost.
      const result = await engine.remember(drawing);
      if (result.ok && result.value && sheet.empty) say((words) => words.hand.remembered(digit));
    });
  });
});
