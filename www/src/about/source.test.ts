import { expect, it } from "vitest";
import { sourceOf } from "./source";

it("the address of a page on GitHub tells its repository", () => {
  expect(sourceOf({ hostname: "ana.github.io", pathname: "/trazo/" })).toBe("https://github.com/ana/trazo");
  expect(sourceOf({ hostname: "ana.github.io", pathname: "/trazo/index.html" })).toBe("https://github.com/ana/trazo");
  expect(sourceOf({ hostname: "ana.github.io", pathname: "/" })).toBe("https://github.com/ana/ana.github.io");
  expect(sourceOf({ hostname: "ana.github.io", pathname: "/index.html" })).toBe("https://github.com/ana/ana.github.io");
});

it("another address does not", () => {
  expect(sourceOf({ hostname: "localhost", pathname: "/trazo/" })).toBeNull();
  expect(sourceOf({ hostname: "github.io.example.org", pathname: "/trazo/" })).toBeNull();
});
