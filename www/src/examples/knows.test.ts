import { expect, it } from "vitest";
import type { Example, HandDrawing } from "../worker/protocol";
import { confusion, firstSight } from "./knows";

it("the drawings by which a symbol was added were not asked about", () => {
  const plus = [1, 2, 3].map((id) => example(id, 10, null, { taughtAt: 7 }));
  const later = example(4, 10, null, { taughtAt: 9 });
  expect(firstSight([...plus, later])).toMatchObject({ asked: 1, right: 0 });
  expect(firstSight([...plus, { ...later, firstRead: 10 }])).toMatchObject({ asked: 1, right: 1 });
});

function example(id: number, label: number, firstRead: number | null, more: Partial<Example> = {}): Example {
  return { id, label, answer: label, firstRead, drawnHere: true, taughtAt: id, drawing: null, picture: null, ...more };
}

it("counts what was read at first sight among the latest, oldest first", () => {
  const examples = [example(1, 7, 1), ...Array.from({ length: 10 }, (_, i) => example(i + 2, 3, i < 2 ? 8 : 3))];
  const { right, asked, enough, trail } = firstSight(examples.toReversed());
  expect([right, asked, enough]).toEqual([8, 10, true]);
  expect(trail.map((each) => each.key)).toEqual(Array.from({ length: 11 }, (_, i) => `taught ${i + 1}`));
});

it("takes «not sure» for not right, and says where there are too few", () => {
  const { right, asked, enough } = firstSight([example(1, 7, null), example(2, 7, 7)]);
  expect([right, asked, enough]).toEqual([1, 2, false]);
});

it("leaves out what was imported: nobody asked the network first", () => {
  const examples = [example(1, 7, 7), example(2, 7, null, { drawnHere: false })];
  expect(firstSight(examples).asked).toBe(1);
});

it("counts what was not corrected as right, in its place among what was named", () => {
  const passed = [1.5, 2.5].map((at, id): HandDrawing => ({ id, at, label: 4, drawing: { points: new Float32Array(), ends: new Uint32Array() } }));
  const { right, asked, trail } = firstSight([example(1, 7, 1), example(2, 7, 7), example(3, 7, 1)], passed);
  expect([right, asked]).toEqual([3, 5]);
  expect(trail.map(({ label, right: well }) => `${label}${well ? "+" : "-"}`).join(" ")).toBe("7- 4+ 7+ 4+ 7-");
});

it("counts labels against answers, not sure last", () => {
  const counts = confusion([
    example(1, 3, 3, { answer: 8 }),
    example(2, 3, 3, { answer: 8 }),
    example(3, 3, 3, { answer: null }),
    example(4, 0, 0),
  ]);
  expect(counts[3]?.[8]).toBe(2);
  expect(counts[3]?.[10]).toBe(1);
  expect(counts[0]?.[0]).toBe(1);
  expect(counts.flat().reduce((a, b) => a + b)).toBe(4);
});
