import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { en } from "./en";
import { es } from "./es";

const www = fileURLToPath(new URL("../..", import.meta.url));

/** The paths to all words: `["teach.itWas", …]`. */
function paths(words: object, above = ""): string[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? paths(value, `${above}${key}.`) : [above + key],
  );
}

/**
 * What the type checker misses where each group of words is taken for empty: the words that are in use, as `group.key`;
 * and the groups from which a key is taken that is known only when the page runs, as `group.*`.
 */
function missed(groups: readonly string[]): Set<string> {
  const folder = mkdtempSync(join(www, "node_modules", ".words-"));
  try {
    cpSync(join(www, "src"), join(folder, "src"), { recursive: true });
    const file = join(folder, "src/i18n/en.ts");
    const empty = `{ n: typeof n } & { ${groups.map((group) => `${group}: { __: ["${group}"] };`).join(" ")} };`;
    writeFileSync(file, readFileSync(file, "utf8").replace(/^export type Dictionary = .*$/m, `export type Dictionary = ${empty}`));
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", include: ["src"] }));
    const { stdout } = spawnSync(join(www, "node_modules/.bin/tsc"), ["--noEmit", "--project", folder], { encoding: "utf8" });
    return new Set([
      ...[...stdout.matchAll(/Property '([\w-]+)' does not exist on type '\{ __: \["(\w+)"\]; \}'/g)].map(([, key, group]) => `${group}.${key}`),
      ...[...stdout.matchAll(/expression of type '([^']+)' can't be used to index type '\{ __: \["(\w+)"\]; \}'/g)].flatMap(([, keys = "", group]) =>
        keys.startsWith('"') ? keys.split(" | ").map((key) => `${group}.${JSON.parse(key)}`) : [`${group}.*`],
      ),
      ...[...stdout.matchAll(/Type '\{ __: \["(\w+)"\]; \}' is not assignable/g)].map(([, group]) => `${group}.*`),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it("both languages have the same keys", () => {
  expect(paths(es)).toEqual(paths(en));
});

it("every word is said somewhere on the page", { timeout: 120_000 }, () => {
  const { n: _, ...words } = en;
  const said = missed(Object.keys(words));
  expect(said.size).toBeGreaterThan(100);
  const dead = Object.entries(words).flatMap(([group, keys]) =>
    said.has(`${group}.*`) ? [] : Object.keys(keys).map((key) => `${group}.${key}`).filter((key) => !said.has(key)),
  );
  expect(dead).toEqual([]);
});
