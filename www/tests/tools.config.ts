import { defineConfig } from "@playwright/test";
import base from "./playwright.config.ts";

/** Not tests: `npm run measure` prints figures, `npm run screenshots` takes pictures. One at a time, in Chromium. */
export default defineConfig({
  ...base,
  testDir: "tools",
  testMatch: "*.ts",
  timeout: 900_000,
  workers: 1,
  reporter: [["line"]],
  projects: [{ name: "chromium" }],
});
