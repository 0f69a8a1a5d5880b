import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./harness/chromium.ts";

const out = fileURLToPath(new URL("../../out/test/playwright", import.meta.url));

/**
 * The core journeys run in every engine, through `harness/tab.ts`; the folder `chromium` holds those that need more than
 * a common browser gives. No test waits for a measured time: `measure.mjs` is for that.
 */
export default defineConfig({
  testDir: ".",
  outputDir: out,
  timeout: 120_000,
  // On a shared CI machine a browser may be starved for seconds; what passed only the second time is listed as flaky.
  retries: process.env.CI ? 2 : 0,
  expect: { timeout: 15_000 },
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
    { name: "chromium", testMatch: ["core.spec.ts", "chromium/*.spec.ts"] },
    { name: "firefox", testMatch: "core.spec.ts" },
    { name: "webkitgtk", testMatch: "core.spec.ts", timeout: 240_000, workers: 1 },
  ],
});
