import { expect, it } from "vitest";
import { href, parse } from ".";

it("an address leads back to the same screen", () => {
  const { route, query } = parse(href("examples", { digit: "7", page: "2" }));
  expect(route).toBe("examples");
  expect(query.get("digit")).toBe("7");
  expect(query.get("page")).toBe("2");
});

it("an empty or unknown address is the pad", () => {
  for (const hash of ["", "#", "#/", "#/nowhere", "#draw"]) expect(parse(hash).route).toBe("draw");
});

it("one of several sheets has its number behind a slash", () => {
  expect(parse("#/sheets/3")).toMatchObject({ route: "sheets", part: "3" });
  expect(parse("#/lab?e=1").part).toBe("");
});
