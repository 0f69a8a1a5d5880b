import { expect, test } from "vitest";
import { settle, soon } from "./soon";

const turn = () => new Promise((done) => setTimeout(done, 20));

test("work waits for the present task to end, and keeps its order", async () => {
  const done: string[] = [];
  soon(() => done.push("first"));
  soon(() => done.push("second"));
  done.push("event");
  await turn();
  expect(done).toEqual(["event", "first", "second"]);
});

test("what still waits can be done at once, and is done once", async () => {
  const done: string[] = [];
  soon(() => done.push("first"));
  settle();
  done.push("then");
  soon(() => done.push("later"));
  await turn();
  expect(done).toEqual(["first", "then", "later"]);
});
