import { readFile } from "node:fs/promises";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "@playwright/test";
import { binary, byId, type Download, type Engine, type Line, type Tab } from "./tab.ts";

export const launchOptions = {
  executablePath: binary("TRAZO_CHROMIUM", "/usr/bin/chromium"),
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // A camera that is there on every machine.
    "--use-fake-device-for-media-stream",
  ],
};

/** A Playwright page behind the common face; the journeys for Chromium alone reach through to `page`. */
export class ChromiumTab implements Tab {
  constructor(readonly page: Page) {}

  static async open(context: BrowserContext): Promise<ChromiumTab> {
    return new ChromiumTab(await context.newPage());
  }

  async goto(url: string) {
    await this.page.goto(url);
  }

  async reload() {
    await this.page.reload();
  }

  evaluate<A extends unknown[], R>(run: (...args: A) => R | Promise<R>, ...args: A): Promise<R> {
    // A function's text travels; Playwright passes one argument, so the list goes as one.
    return this.page.evaluate(`(${run})(...${JSON.stringify(args)})`) as Promise<R>;
  }

  async click(id: string) {
    // The first, where a way back stands both beside the lesson and at the foot of the page.
    await this.page.locator(byId(id)).first().click();
  }

  async press(key: string) {
    await this.page.keyboard.press(key);
  }

  async draw(strokes: readonly Line[]) {
    const { mouse } = this.page;
    for (const [first, ...rest] of strokes) {
      if (!first) continue;
      await mouse.move(...first);
      await mouse.down();
      for (const point of rest) await mouse.move(...point);
      await mouse.up();
    }
  }

  async select(id: string, value: string) {
    await this.page.locator(byId(id)).selectOption(value);
  }

  async choose(id: string, path: string) {
    await this.page.locator(byId(id)).setInputFiles(path);
  }

  async download(trigger: () => Promise<void>): Promise<Download> {
    const [download] = await Promise.all([this.page.waitForEvent("download"), trigger()]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }

  async beside() {
    return ChromiumTab.open(this.page.context());
  }

  async front() {
    await this.page.bringToFront();
  }

  async leave() {
    await this.page.close();
  }

  async close() {
    await this.page.context().close();
  }
}

/** For the core journeys, which every engine runs; the others take Playwright's own `context`. */
export async function launchChromium(options: BrowserContextOptions = {}): Promise<Engine> {
  const browser: Browser = await chromium.launch(launchOptions);
  return {
    fresh: async () => ChromiumTab.open(await browser.newContext(options)),
    close: () => browser.close(),
  };
}
