import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const src = fileURLToPath(new URL(".", import.meta.url));

/** Which folders each folder imports from. */
function imports(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const file of readdirSync(src, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(file) || file.endsWith(".test.ts") || dirname(file) === ".") continue;
    const here = file.split(/[\\/]/)[0] ?? "";
    for (const [, path = ""] of readFileSync(join(src, file), "utf8").matchAll(/(?:from|import\(?) ?"(\.[^"]*)"/g)) {
      const there = normalize(join(dirname(file), path)).split(/[\\/]/)[0] ?? "";
      if (there !== here && there !== "..") found.set(here, (found.get(here) ?? new Set()).add(there));
    }
  }
  return found;
}

it("no folder imports, by whatever way round, from one that imports from it", () => {
  const left = imports();
  // What is imported by nothing that is left cannot be part of a circle.
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    const imported = new Set([...left.values()].flatMap((to) => Array.from(to)));
    for (const folder of left.keys()) if (!imported.has(folder)) left.delete(folder);
  }
  expect([...left.keys()]).toEqual([]);
});
