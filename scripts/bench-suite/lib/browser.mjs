// Chromium, and contenders that live in workers of one of its pages.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { within } from "./patience.mjs";
import { threadSeconds, workerThreads } from "./processor.mjs";

const CANDIDATES = [process.env.TRAZO_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];

/** A fresh browser with a fresh profile. */
export async function launch(peers) {
  const executablePath = CANDIDATES.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error("No Chromium found: install one, or name it in TRAZO_CHROMIUM.");
  const { chromium } = createRequire(join(peers, "package.json"))("playwright-core");
  return chromium.launch({
    executablePath,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
}

/** The page that all browser contenders share. */
export async function openPage(browser, url) {
  const page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("favicon")) console.error(`  [page] ${message.text()}`);
  });
  await page.goto(`${url}bench.html`);
  await page.waitForFunction(() => window.trazoBench);
  return page;
}

/** A contender in a worker of `page`; `file` is its module under page/contenders. */
export async function browserContender(page, name, file, options = {}) {
  const ask = (message, minutes) => within(page.evaluate(([name, message]) => window.trazoBench.ask(name, message), [name, message]), minutes);
  const before = new Set(workerThreads());
  const started = await within(page.evaluate(([name, file, options]) => window.trazoBench.start(name, file, options), [name, file, options]));
  if (started.error) throw new Error(`${name}: ${started.error}`);
  const [thread] = workerThreads().filter((path) => !before.has(path));
  return { name, ask, processorTime: thread && (() => threadSeconds(thread)), close() {} };
}
