import { expect, it } from "vitest";
import { decodeAll, encodeAll } from "./both";
import { USUAL } from "./setup";

const slower = { ...USUAL, optimizer: { type: "adam", learningRate: 0.0001 } as const };

it("a link has two runs as one and what is otherwise, and leads back to both", () => {
  const query = encodeAll([USUAL, slower]);
  expect(query).toMatchObject({ b: "1", "b.rate": "0.0001" });
  expect(Object.keys(query).filter((key) => key.startsWith("b."))).toEqual(["b.rate"]);
  expect(decodeAll(query)).toEqual(decodeAll(encodeAll([USUAL, slower])));
  expect(encodeAll((decodeAll(query) as { setups: (typeof USUAL)[] }).setups)).toEqual(query);
});

it("what only the first has the second is said not to have", () => {
  const query = encodeAll([slower, USUAL]);
  expect(query["b.rate"]).toBe("");
  const found = decodeAll(query);
  expect("setups" in found && found.setups.map(({ optimizer }) => optimizer.learningRate)).toEqual([0.0001, 0.001]);
});

it("two of the same are two, one is one, and a fault in the second is told by its name", () => {
  expect(encodeAll([USUAL])).not.toHaveProperty("b");
  const found = decodeAll(encodeAll([USUAL, USUAL]));
  expect("setups" in found && found.setups).toHaveLength(2);
  expect(decodeAll({ ...encodeAll([USUAL, USUAL]), "b.batch": "1e9" })).toEqual({ fault: "part", part: "batch" });
});
