import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./harness/chromium.ts";

const out = fileURLToPath(new URL("../../out/test/playwright", import.meta.url));

/** What must hold in every engine. */
const everywhere = ["core.spec.ts", "kept.spec.ts"];

/**
 * The core journeys run in every engine, through `harness/tab.ts`; the folder `chromium` holds those that need more than
 * a common browser gives. No test waits for a measured time: `measure.mjs` is for that.
 */
export default defineConfig({
  testDir: ".",
  outputDir: out,
  timeout: 120_000,
  // Three browsers on a shared machine of two cores: what passes at the second try is told apart (scripts/test calls it
  // flaky), and does not keep everybody's work from landing. `TRAZO_E2E="--retries 0 --repeat-each 5"` finds such a test.
  retries: 2,
  expect: { timeout: 30_000 },
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [["list"], ["json"]] : [["list"]],
  use: {
    launchOptions,
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    actionTimeout: 10_000,
    navigationTimeout: 30_000,
  },
  projects: [
    { name: "chromium", testMatch: [...everywhere, "chromium/*.spec.ts"] },
    { name: "package", testMatch: "package/*.spec.ts" },
    { name: "firefox", testMatch: everywhere },
    { name: "webkitgtk", testMatch: everywhere, timeout: 240_000, workers: 1 },
  ],
});
