import { test as base, expect, type Page } from "@playwright/test";
import { ChromiumTab, launchChromium } from "./chromium.ts";
import { launchFirefox } from "./firefox.ts";
import { serveSite, type Site } from "./site.ts";
import type { Engine } from "./tab.ts";
import { Trazo } from "./trazo.ts";
import { launchWebKit } from "./webkitgtk.ts";

export { expect };

/** A site of its own for every test, since some of them make it fail. */
const withSite = base.extend<{ site: Site }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures a fixture needs from its first argument
  site: async ({}, use) => {
    const site = await serveSite();
    await use(site);
    await site.close();
  },
});

const launchers: Record<string, () => Promise<Engine>> = {
  chromium: () => launchChromium({ viewport: { width: 1280, height: 800 }, locale: "en-US" }),
  firefox: launchFirefox,
  webkitgtk: launchWebKit,
};

/** For the core journeys: `fresh()` gives Trazo, opened, in a browser that has never seen it. */
export const core = withSite.extend<{ fresh: () => Promise<Trazo> }, { engine: Engine }>({
  engine: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use, { project }) => {
      const launch = launchers[project.name];
      if (!launch) throw new Error(`no engine is called ${project.name}`);
      const engine = await launch();
      await use(engine);
      await engine.close();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  fresh: async ({ engine, site }, use) => {
    const opened: Trazo[] = [];
    await use(async () => {
      const trazo = new Trazo(await engine.fresh(), site.url);
      opened.push(trazo);
      await trazo.open();
      return trazo;
    });
    for (const trazo of opened) await trazo.tab.close();
  },
});

/** What the console may say in this test, beside nothing. */
export interface Console {
  allow(pattern: RegExp): void;
  /** Listens to a page of another context too. */
  watch(page: Page): void;
}

/**
 * For the journeys in Chromium alone: `page` and `context` are Playwright's, `trazo` speaks for `page` (not yet opened).
 * Whatever the console complains of fails the test.
 */
export const test = withSite.extend<{ trazo: Trazo; console: Console }>({
  console: [
    async ({ context }, use) => {
      const allowed: RegExp[] = [/Service Worker registration blocked by Playwright/];
      const heard: string[] = [];
      const watch = (page: Page) => {
        page.on("console", (message) => {
          if (message.type() === "error" || message.type() === "warning") heard.push(`${message.type()}: ${message.text()}`);
        });
        page.on("pageerror", (error) => heard.push(`uncaught: ${error.stack ?? error.message}`));
      };
      context.on("page", watch);
      await use({ allow: (pattern) => allowed.push(pattern), watch });
      expect(
        heard.filter((line) => !allowed.some((pattern) => pattern.test(line))),
        "the console is silent",
      ).toEqual([]);
    },
    { auto: true },
  ],
  trazo: async ({ page, site }, use) => {
    await use(new Trazo(new ChromiumTab(page), site.url));
  },
});
