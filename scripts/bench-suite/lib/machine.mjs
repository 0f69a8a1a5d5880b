// Where and with what it was measured.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";

/** How many programs wanted to run, on average over the last 1, 5 and 15 minutes. */
export const load = () => loadavg().map((load) => Number(load.toFixed(2)));

export function machine({ browser, peers, root, options }) {
  const { dependencies } = JSON.parse(readFileSync(join(peers, "package.json"), "utf8"));
  const git = (...args) => {
    try { return execFileSync("git", ["-C", root, ...args], { encoding: "utf8" }).trim(); } catch { return ""; }
  };
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "crates") ? " with changes" : ""),
    command: `scripts/bench${options.quick ? " --quick" : ""}${options.full ? " --full" : ""}${options.busy ? " --busy" : ""}`,
    processor: `${cpus()[0].model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    browser: `Chromium ${browser.version()}, headless`,
    load: load(),
    versions: Object.fromEntries(Object.entries(dependencies).filter(([name]) => name !== "playwright-core")),
  };
}
