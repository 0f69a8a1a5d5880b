import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Builder, By, Capabilities, Key, until, type WebDriver } from "selenium-webdriver";
import { downloadInto, removeFolder, temporaryFolder } from "./downloads.ts";
import { binary, byId, type Download, type Engine, type Line, type Tab } from "./tab.ts";

const keys: Record<string, string> = {
  ArrowDown: Key.ARROW_DOWN,
  ArrowLeft: Key.ARROW_LEFT,
  ArrowRight: Key.ARROW_RIGHT,
  ArrowUp: Key.ARROW_UP,
  Enter: Key.ENTER,
  Escape: Key.ESCAPE,
  Tab: Key.TAB,
};

/** A window of the driver's, of which one at a time hears its commands. */
interface Window {
  driver: WebDriver;
  home: Home;
  /** The handle of the one that hears. */
  current: string;
}

class WebKitTab implements Tab {
  readonly #window: Window;
  readonly #handle: string;

  constructor(window: Window) {
    this.#window = window;
    this.#handle = window.current;
  }

  async #driver(): Promise<WebDriver> {
    if (this.#window.current !== this.#handle) {
      await this.#window.driver.switchTo().window(this.#handle);
      this.#window.current = this.#handle;
    }
    return this.#window.driver;
  }

  async goto(url: string) {
    await (await this.#driver()).get(url);
  }

  async reload() {
    await (await this.#driver()).navigate().refresh();
  }

  async evaluate<A extends unknown[], R>(run: (...args: A) => R | Promise<R>, ...args: A): Promise<R> {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve().then(() => (${run})(...${JSON.stringify(args)}))
        .then((value) => done({ value: value === undefined ? null : value }), (error) => done({ error: String(error) }));`;
    const { value, error } = (await (await this.#driver()).executeAsyncScript(script)) as { value: R; error?: string };
    if (error !== undefined) throw new Error(error);
    return value;
  }

  async #find(id: string) {
    return (await this.#driver()).wait(until.elementLocated(By.css(byId(id))), 10_000);
  }

  async click(id: string) {
    const element = await this.#find(id);
    // The driver scrolls just so far that the element is in the window, where the foot of the page may lie over it.
    await (await this.#driver()).executeScript("arguments[0].scrollIntoView({ block: 'center' })", element);
    await element.click();
  }

  async press(key: string) {
    await (await this.#driver()).actions({ async: true }).sendKeys(keys[key] ?? key).perform();
  }

  async draw(strokes: readonly Line[]) {
    const driver = await this.#driver();
    for (const [first, ...rest] of strokes) {
      if (!first) continue;
      let actions = driver.actions({ async: true }).move(at(first)).press();
      for (const point of rest) actions = actions.move(at(point));
      await actions.release().perform();
    }
  }

  async select(id: string, value: string) {
    await (await this.#find(id)).findElement(By.css(`option[value="${value}"]`)).click();
  }

  async choose(id: string, path: string) {
    await (await this.#find(id)).sendKeys(path);
  }

  download(trigger: () => Promise<void>): Promise<Download> {
    return downloadInto(this.#window.home.downloads, trigger);
  }

  async beside() {
    const driver = await this.#driver();
    // A window of its own: a tab behind another takes no mouse.
    await driver.switchTo().newWindow("window");
    this.#window.current = await driver.getWindowHandle();
    return new WebKitTab(this.#window);
  }

  async front() {
    await this.#driver();
  }

  async leave() {
    await (await this.#driver()).close();
    this.#window.current = "";
  }

  async close() {
    await this.#window.driver.quit();
    await this.#window.home.close();
  }
}

const at = ([x, y]: readonly [number, number]) => ({ x: Math.round(x), y: Math.round(y), duration: 0 });

/** One driver, one screen and one home folder a tab: the driver holds one session, and a session forgets all at its end. */
interface Home {
  downloads: string;
  port: number;
  close(): Promise<void>;
}

async function settle(): Promise<Home> {
  const home = await temporaryFolder("webkitgtk");
  const downloads = join(home, "downloads");
  await mkdir(join(home, ".config"), { recursive: true });
  await mkdir(downloads);
  await writeFile(join(home, ".config", "user-dirs.dirs"), `XDG_DOWNLOAD_DIR="${downloads}"\n`);
  const port = await freePort();
  const driver = spawn(
    "xvfb-run",
    ["-a", "-s", "-screen 0 1400x1000x24", binary("TRAZO_WEBKIT_DRIVER", "/usr/bin/WebKitWebDriver"), `--port=${port}`],
    {
      // A process group of its own, so that its end takes the screen and the browser with it.
      detached: true,
      stdio: "ignore",
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, ".config"), XDG_CACHE_HOME: join(home, ".cache"), XDG_DATA_HOME: join(home, ".local") },
    },
  );
  await answers(`http://127.0.0.1:${port}/status`, driver);
  return {
    downloads,
    port,
    close: async () => {
      if (driver.pid !== undefined && driver.exitCode === null && driver.signalCode === null) {
        const ended = new Promise((resolve) => driver.once("exit", resolve));
        process.kill(-driver.pid, "SIGTERM");
        await Promise.race([ended, sleep(3000)]);
      }
      await removeFolder(home);
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function answers(url: string, driver: ChildProcess) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (driver.exitCode !== null) throw new Error(`WebKitWebDriver ended with ${driver.exitCode}`);
    const ready = await fetch(url).then((response) => response.ok, () => false);
    if (ready) return;
    await sleep(100);
  }
  throw new Error("WebKitWebDriver does not answer");
}

export async function launchWebKit(): Promise<Engine> {
  const open = new Set<Home>();
  return {
    fresh: async () => {
      const home = await settle();
      open.add(home);
      const capabilities = new Capabilities({
        browserName: "MiniBrowser",
        "webkitgtk:browserOptions": {
          binary: binary("TRAZO_MINIBROWSER", "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"),
          args: ["--automation", "--geometry=1280x900"],
        },
      });
      const driver = await new Builder().usingServer(`http://127.0.0.1:${home.port}`).withCapabilities(capabilities).build();
      await driver.manage().setTimeouts({ script: 30_000, pageLoad: 60_000 });
      return new WebKitTab({ driver, home, current: await driver.getWindowHandle() });
    },
    close: async () => {
      for (const home of open) await home.close();
    },
  };
}
