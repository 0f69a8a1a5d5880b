import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { en } from "./en";

/** The names of all words, of groups and of what is in them. */
function names(words: object): string[] {
  return Object.entries(words).flatMap(([name, word]: [string, unknown]) =>
    typeof word === "object" && word !== null && !Array.isArray(word) ? [name].concat(names(word)) : [name],
  );
}

it("every word about symbols is said", () => {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const code = readdirSync(folder).filter((file) => /\.tsx?$/.test(file)).map((file) => readFileSync(`${folder}/${file}`, "utf8")).join("\n");
  const said = new Set(code.match(/[a-zA-Z-]+/g));
  expect(names(en).length).toBeGreaterThan(20);
  expect(names(en).filter((name) => !said.has(name))).toEqual([]);
});
