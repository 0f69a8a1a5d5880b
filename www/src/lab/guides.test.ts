import { expect, it } from "vitest";
import { answerOf, GUIDES, named, nameOf, STEPS } from "./guides";
import { decode, encode, sameSetup } from "./link";
import { USUAL } from "./setup";
import { en } from "./words/en";
import { es } from "./words/es";

it("every step of every question is a link, and has its words in both languages", () => {
  for (const guide of GUIDES) {
    for (const [at, step] of STEPS[guide].entries()) {
      const found = decode(encode(step.setup));
      expect(found, `${guide} ${at}`).toEqual({ setup: step.setup });
      expect("setup" in found && sameSetup(found.setup, step.setup), `${guide} ${at}`).toBe(true);
      expect(named(nameOf(guide, at))).toEqual({ guide, at, step });
    }
    for (const { guides } of [en, es]) {
      const { answers, changes, why } = guides[guide];
      expect([answers.length, changes.length, why.length], guide).toEqual([3, STEPS[guide].length - 1, STEPS[guide].length]);
    }
  }
});

it("each later step changes one thing of the first", () => {
  for (const guide of GUIDES) {
    const [first, ...others] = STEPS[guide].map(({ setup }) => encode(setup));
    for (const other of others) {
      const changed = [...new Set([...Object.keys(first ?? {}), ...Object.keys(other)])].filter((key) => first?.[key] !== other[key]);
      // More digits are not trained on so often, and the last question of all changes the network and then the dots.
      expect(changed.length, `${guide}: ${changed.join()}`).toBeLessThanOrEqual(guide === "heart" ? 2 : guide === "convolution" ? 3 : 1);
    }
  }
});

it("an address that names no question leads through none", () => {
  for (const text of [null, "", "0", "9", "1.7", "1.0", "2.", "__proto__", "1.1.1"]) expect(named(text), String(text)).toBeNull();
});

it("a share falls below, between or above the bounds", () => {
  const step = { setup: STEPS.adding.map(({ setup }) => setup)[0] ?? USUAL, bounds: [0.2, 0.9] as const, seen: 0 as const };
  expect([0, 0.199, 0.2, 0.899, 0.9, 1].map((share) => answerOf(step, share))).toEqual([0, 0, 1, 1, 2, 2]);
});

it("the engine's own tests have the same setups and the same outcomes", async () => {
  // `vitest run --update` writes it anew.
  const steps = GUIDES.flatMap((guide) => STEPS[guide].map((step, at) => JSON.stringify(Object.assign({ question: nameOf(guide, at) }, step))));
  await expect(`[\n${steps.join(",\n")}\n]\n`).toMatchFileSnapshot("../../../crates/train/tests/questions.json");
});
