import { launch, type BrowserContext, type ElementHandle, type KeyInput, type Page } from "puppeteer-core";
import { downloadInto, removeFolder, temporaryFolder } from "./downloads.ts";
import { binary, byId, type Download, type Engine, type Line, type Tab } from "./tab.ts";

class FirefoxTab implements Tab {
  readonly #context: BrowserContext;
  readonly #page: Page;
  readonly #downloads: string;

  constructor(context: BrowserContext, page: Page, downloads: string) {
    this.#context = context;
    this.#page = page;
    this.#downloads = downloads;
  }

  async goto(url: string) {
    await this.#page.goto(url);
  }

  async reload() {
    await this.#page.reload();
  }

  evaluate<A extends unknown[], R>(run: (...args: A) => R | Promise<R>, ...args: A): Promise<R> {
    return this.#page.evaluate(`(${run})(...${JSON.stringify(args)})`) as Promise<R>;
  }

  async #find(id: string): Promise<ElementHandle> {
    const element = await this.#page.waitForSelector(byId(id), { timeout: 10_000 });
    if (!element) throw new Error(`there is no ${byId(id)}`);
    return element;
  }

  async click(id: string) {
    const element = await this.#find(id);
    // The driver scrolls just so far that the element is in the window, where the foot of the page may lie over it.
    await element.evaluate((each) => each.scrollIntoView({ block: "center" }));
    await element.click();
  }

  async press(key: string) {
    await this.#page.keyboard.press(key as KeyInput);
  }

  async draw(strokes: readonly Line[]) {
    const { mouse } = this.#page;
    for (const [first, ...rest] of strokes) {
      if (!first) continue;
      await mouse.move(...first);
      await mouse.down();
      for (const point of rest) await mouse.move(...point);
      await mouse.up();
    }
  }

  async select(id: string, value: string) {
    await (await this.#find(id)).select(value);
  }

  async choose(id: string, path: string) {
    await ((await this.#find(id)) as ElementHandle<HTMLInputElement>).uploadFile(path);
  }

  download(trigger: () => Promise<void>): Promise<Download> {
    return downloadInto(this.#downloads, trigger);
  }

  async beside() {
    return new FirefoxTab(this.#context, await this.#context.newPage(), this.#downloads);
  }

  async front() {
    await this.#page.bringToFront();
  }

  async leave() {
    await this.#page.close();
  }

  async close() {
    await this.#context.close();
  }
}

/** Debian's Firefox as it is, over WebDriver BiDi. Each tab gets a container of its own. */
export async function launchFirefox(): Promise<Engine> {
  const downloads = await temporaryFolder("firefox");
  const browser = await launch({
    browser: "firefox",
    executablePath: binary("TRAZO_FIREFOX", "/usr/bin/firefox-esr"),
    headless: true,
    defaultViewport: { width: 1280, height: 800 },
    extraPrefsFirefox: {
      "intl.accept_languages": "en-US, en",
      "browser.download.folderList": 2,
      "browser.download.dir": downloads,
      "browser.download.useDownloadDir": true,
      "browser.download.always_ask_before_handling_new_types": false,
    },
  });
  return {
    fresh: async () => {
      const context = await browser.createBrowserContext();
      return new FirefoxTab(context, await context.newPage(), downloads);
    },
    close: async () => {
      await browser.close();
      await removeFolder(downloads);
    },
  };
}
