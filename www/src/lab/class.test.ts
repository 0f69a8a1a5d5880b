import { beforeEach, expect, it } from "vitest";
import type { LabClassFile } from "../worker/lab-protocol";
import { add, digitsOf, handIn, held, MOST, remove, writers } from "./class";
import { en } from "./words/en";

/** The file says who drew how many, as `Ana 3,Luis 2`; what begins otherwise is as the engine's readers refuse it. */
const read = async (bytes: Uint8Array) => {
  const text = new TextDecoder().decode(bytes);
  const refused = (code: string) => ({ ok: false as const, error: { code, message: "" } });
  if (text === "") return refused("lab-class-empty");
  if (text.startsWith("no")) return refused("lab-class-file");
  const all = text.split(";")[0]?.split(",").flatMap((each) => {
    const [name = "", amount] = each.split(":");
    return Array.from({ length: Number(amount) }, () => name);
  }) ?? [];
  const value: LabClassFile = {
    // Each has two strokes of a point.
    points: Float32Array.from(all.flatMap((_, i) => [i, i, i + 1, i + 1])), ends: Uint32Array.from(all.flatMap(() => [1, 2])), counts: Uint32Array.from(all.map(() => 2)),
    labels: Uint8Array.from(all.map((_, i) => i % 10)), writers: all, oddLabels: text.includes("odd") ? 2 : 0, passedOver: text.includes("bad") ? 1 : 0,
  };
  return { ok: true as const, value };
};
const file = (name: string, text: string) => new File([text], name);
const names = () => writers.value.map(({ name, digits }) => `${name} ${digits.length}`);
const taken = async (...files: File[]) => (await add(files, read)).map((note) => note(en));

beforeEach(() => {
  writers.value = [];
  held.value = null;
});

it("each file is someone's; who has no name is called as the file is, and a drawing keeps its own points", async () => {
  expect(await taken(file("a.jsonl", "Ana:3"), file("group.jsonl", "Luis:2,Eva:1"), file("bob.jsonl", ":1"))).toEqual([]);
  expect(names()).toEqual(["Ana 3", "Luis 2", "Eva 1", "bob 1"]);
  expect([...(writers.value[0]?.digits[2]?.drawing.points ?? [])]).toEqual([2, 2, 3, 3]);
});

it("what is wrong with a file is said in a sentence, and the rest is taken", async () => {
  const notes = await taken(file("a.jsonl", "Ana:3;odd bad"), file("e.jsonl", ""), file("photo.png", "no"), file("b.jsonl", "Luis:1"));
  expect(notes).toEqual([
    "a.jsonl: 2 drawings are labeled as what is no digit, and left out.", "a.jsonl: 1 line is no drawing, and left out.", "e.jsonl: the file is empty.", "photo.png: this is no class file.",
  ]);
  expect(names()).toEqual(["Ana 3", "Luis 1"]);
});

it("the same nickname twice is two people, the same file twice is one", async () => {
  expect(await taken(file("a.jsonl", "Ana:3"), file("b.jsonl", "Ana:2"), file("c.jsonl", "Ana:1"), file("copy.jsonl", "Ana:2"))).toEqual([
    "There is a “Ana” already: this one is called “Ana 2”.", "There is a “Ana” already: this one is called “Ana 3”.", "copy.jsonl: this file is here already, as “Ana 2”.",
  ]);
  expect(names()).toEqual(["Ana 3", "Ana 2 2", "Ana 3 1"]);
});

it("thirty at once are taken, and more than there is room for are not", async () => {
  const many = (amount: number) => Array.from({ length: amount }, (_, i) => file(`${i}.jsonl`, `P${i}:1`));
  expect(await taken(...many(30))).toEqual([]);
  expect(writers.value).toHaveLength(30);
  writers.value = [];
  expect(await taken(...many(MOST + 1))).toEqual([`More than ${MOST} do not fit: the rest was left out.`]);
  expect(writers.value).toHaveLength(MOST);
});

it("one is left out of the training, by the number that their digits have; who is taken out is not left out any more", async () => {
  const { mine } = await import("./class");
  mine.value = false;
  await taken(file("a.jsonl", "Ana:2,Luis:1"));
  held.value = "Luis";
  const given = await digitsOf();
  expect(given.ok && given.value.source === "examples" && [given.value.digits.map(({ writer }) => writer), given.value.held]).toEqual([[1, 1, 2], [2]]);
  remove("Luis");
  expect(held.value).toBeNull();
  remove("Ana");
  expect(await digitsOf()).toMatchObject({ ok: false, error: { code: "lab-no-examples" } });
});

it("a file to hand in has the nickname in each line, and all else as it was", () => {
  const lines = new TextEncoder().encode('{"label":3,"source":"pad","strokes":[[[1,2]]]}\n{"label":4,"strokes":[[[5,6]]]}\n');
  expect(new TextDecoder().decode(handIn(lines, "Zoé")).split("\n").filter(Boolean).map((line) => JSON.parse(line) as object)).toEqual([
    { label: 3, source: "pad", strokes: [[[1, 2]]], writer: "Zoé" }, { label: 4, strokes: [[[5, 6]]], writer: "Zoé" },
  ]);
});
