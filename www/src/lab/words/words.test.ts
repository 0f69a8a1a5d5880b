import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { en } from "./en";
import { es } from "./es";

/** The names of all words, of groups and of what is in them. */
function names(words: object): string[] {
  return Object.entries(words).flatMap(([name, word]: [string, unknown]) =>
    typeof word === "object" && word !== null && !Array.isArray(word) ? [name].concat(names(word)) : [name],
  );
}

it("every word of the Lab is said somewhere on its screens", () => {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const files = readdirSync(folder).filter((file) => /(?<!\.test)\.tsx?$/.test(file)).concat("../worker/lab-protocol.ts");
  const code = files.map((file) => readFileSync(`${folder}/${file}`, "utf8")).join("\n");
  const said = new Set(code.match(/[a-zA-Z-]+/g));
  expect(names(en).length).toBeGreaterThan(100);
  // What the engine refuses is looked up by its code.
  const codes = new Set(Object.keys(en.errors));
  expect(names(en).filter((name) => !said.has(name) && !codes.has(name))).toEqual([]);
});

it("both languages have the same words", () => {
  expect(names(es)).toEqual(names(en));
});
