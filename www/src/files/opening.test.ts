import { expect, it } from "vitest";
import { en } from "../i18n/en";
import type { FileOutcome } from "../worker/protocol";
import { undone } from "../state/engine";
import { cameOf, opened, told } from "./opening";

const of = (outcome: Partial<FileOutcome>) => ({
  path: "a", file: null,
  outcome: {
    name: "a", kind: null, model: null, examplesAdded: 0, examplesKnown: 0, skipped: [], passedOver: 0, counted: "lines" as const,
    assumed: [], question: null, error: null, ...outcome,
  },
});

it("one file is told by what came of it, several by how many of them were opened", () => {
  const taken = of({ kind: "examples", examplesAdded: 3, examplesKnown: 2 });
  const refused = of({ error: { code: "empty-file", message: "", about: null } });
  expect(told([taken], en)).toBe("3 examples added; 2 were here already.");
  expect(told([refused], en)).toBe("Not opened. The file is empty.");
  expect(told([taken, refused, of({ kind: "part" })], en)).toBe("2 files opened, 1 not opened.");
});

it("a file that leaves something open is not called opened, and says what is asked", () => {
  const asks = of({ question: { about: "label", choices: ["0", "1"], text: "" } });
  expect(cameOf(asks, en)).toBe("Not opened yet. The file does not say what digit its drawings are. Which is it?");
  expect(told([asks, asks], en)).toBe("0 files opened, 2 not opened.");
});

it("where a name is needed to help, it is in the sentence", () => {
  const needs = of({ error: { code: "needs-file", message: "", about: "w.bin" } });
  expect(cameOf(needs, en)).toContain("w.bin");
});

it("what came of a file is put away when its opening is undone, and by no other undo", () => {
  opened.value = [of({ kind: "examples", examplesAdded: 3 })];
  undone.value = { kind: "lesson" };
  expect(opened.value).toHaveLength(1);
  undone.value = { kind: "upload" };
  expect(opened.value).toBeNull();
});
