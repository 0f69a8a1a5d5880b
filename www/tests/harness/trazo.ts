import { expect } from "@playwright/test";
import { byId, type Download, type Line, type Tab } from "./tab.ts";

/** Trazo as a person has it before them, in any engine: what can be done, and what can be seen. */
export class Trazo {
  constructor(
    readonly tab: Tab,
    readonly url: string,
  ) {}

  /** Opens the page and waits until the engine runs. */
  async open() {
    await this.tab.goto(this.url);
    await this.ready();
  }

  /** Another tab of the same browser, not yet opened. */
  async beside(url = this.url) {
    return new Trazo(await this.tab.beside(), url);
  }

  async reload() {
    await this.tab.reload();
    await this.ready();
  }

  async ready() {
    await expect.poll(() => this.engine(), { message: "the engine", timeout: 30_000 }).toBe("ready");
  }

  /** `loading`, `ready` or `failed`. */
  engine(): Promise<string | undefined> {
    return this.tab.evaluate(() => document.documentElement.dataset.engine);
  }

  build(): Promise<string | undefined> {
    return this.tab.evaluate(() => document.documentElement.dataset.build);
  }

  /** Whether this browser would take a function of relaxed SIMD: `i32x4.relaxed_trunc_f32x4_s` (0xfd 0x101). */
  hasRelaxedSimd(): Promise<boolean> {
    return this.tab.evaluate(() => {
      const body = [0x20, 0, 0xfd, 0x81, 2, 0x0b];
      return WebAssembly.validate(Uint8Array.from([
        [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
        [1, 6, 1, 0x60, 1, 0x7b, 1, 0x7b], // one type: v128 to v128
        [3, 2, 1, 0],
        [10, body.length + 3, 1, body.length + 1, 0, ...body],
      ].flat()));
    });
  }

  /** The text of an element that can be seen; null where there is none. */
  text(id: string): Promise<string | null> {
    return this.tab.evaluate((selector) => {
      const element = document.querySelector<HTMLElement>(selector);
      return element?.checkVisibility() ? element.innerText.trim() : null;
    }, byId(id));
  }

  attribute(id: string, name: string): Promise<string | null> {
    return this.tab.evaluate((selector, each) => document.querySelector(selector)?.getAttribute(each) ?? null, byId(id), name);
  }

  /** Draws on the pad, in pad units. */
  async draw(strokes: readonly Line[]) {
    const box = await this.tab.evaluate((selector) => {
      const pad = document.querySelector(selector);
      if (!pad) throw new Error("there is no pad to draw on");
      pad.scrollIntoView({ block: "nearest" });
      const { x, y, width, height } = pad.getBoundingClientRect();
      return { x, y, width, height };
    }, byId("pad"));
    await this.tab.draw(
      strokes.map((line) => line.map(([x, y]) => [box.x + (x / 1000) * box.width, box.y + (y / 1000) * box.height] as const)),
    );
  }

  /** The digit that is shown: empty while the pad is empty or the network is not sure. */
  answer(): Promise<string | null> {
    return this.text("prediction");
  }

  /** Waits for an answer. */
  async reads(digit: number | "") {
    await expect.poll(() => this.answer(), { message: "the answer" }).toBe(String(digit));
  }

  /** The ten bars, in per cent. */
  async probabilities(): Promise<number[]> {
    const values = await this.tab.evaluate(() =>
      Array.from({ length: 10 }, (_, i) => document.querySelector(`[data-testid="probability-${i}"]`)?.getAttribute("aria-valuenow") ?? null),
    );
    return values.map(Number);
  }

  /** The bars once they have stopped changing. */
  async settledProbabilities(): Promise<number[]> {
    let before = "";
    await expect
      .poll(async () => {
        const now = (await this.probabilities()).join();
        const same = now === before && /[1-9]/.test(now);
        before = now;
        return same;
      })
      .toBe(true);
    return before.split(",").map(Number);
  }

  /** Everything that is said of a failure: the status line and whatever alerts there are. */
  complaints(): Promise<string> {
    return this.tab.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("[data-testid=status], [data-testid=opened], [data-testid=failed], [role=alert]")].map((each) => each.innerText).join("\n"),
    );
  }

  click(id: string) {
    return this.tab.click(id);
  }

  /** Says what the drawing was, and waits until the lesson is over: longer than usual where it has much to look through. */
  async teach(digit: number, timeout = 15_000) {
    await this.click(`teach-${digit}`);
    await expect.poll(() => this.text("lesson"), { message: "what came of the lesson", timeout }).toMatch(/\S/);
  }

  /** Another screen of the page, by its address; waits until it stands: the page hears of its address later, and fetches some screens. */
  async go(screen: "draw" | "picture" | "examples" | "history" | "files" | "about" | "experiment" | "inside" | "lab" | "sheets" | "embed") {
    await this.tab.evaluate((hash) => {
      location.hash = hash;
    }, `#/${screen}`);
    const stands = () =>
      this.tab.evaluate(() => {
        const main = document.querySelector("main");
        return main?.querySelector("[data-loading]") ? "loading" : main?.dataset["screen"];
      });
    await expect.poll(stands).toBe(screen);
    // In the next frame the page goes to the top and the focus to the heading.
    await this.tab.evaluate(() => new Promise<void>((done) => (document.hidden ? done() : requestAnimationFrame(() => requestAnimationFrame(() => done())))));
  }

  /** Takes the latest lesson, reset or opening back, whatever has been drawn since: beside the pad strokes come first. */
  async takeBack() {
    const undoes = await this.attribute("undo", "data-undoes");
    if (undoes && !["stroke", "erasing", "clearing", "example"].includes(undoes)) return this.click("undo");
    const drawing = (await this.text("undo")) !== null;
    if (drawing) await this.go("files");
    await expect.poll(async () => (await this.text("undo-lesson")) ?? (await this.text("undo-change"))).not.toBeNull();
    await this.click((await this.text("undo-lesson")) === null ? "undo-change" : "undo-lesson");
    if (drawing) await this.go("draw");
  }

  /** The weights as they are now. */
  async weights(): Promise<Buffer> {
    return (await this.download("download-weights")).bytes;
  }

  /** Clears the pad, draws, and teaches until it is read so: at once, or «show it once more». */
  async learn(strokes: readonly Line[], digit: number) {
    await this.click("clear");
    await this.draw(strokes);
    for (let lesson = 0; lesson < 3; lesson += 1) {
      await this.teach(digit);
      const learned = await expect.poll(() => this.answer()).toBe(String(digit)).then(() => true, () => false);
      if (learned) return;
    }
    await this.reads(digit);
  }

  /** The number in `example-count`, whatever words stand around it. */
  async exampleCount(): Promise<number> {
    return Number((await this.text("example-count"))?.replace(/\D/g, "") || Number.NaN);
  }

  /** How it stands with what is kept: `fresh`, `saving`, `saved`, `full`, `memory`, … as in `protocol.ts`. */
  storage(): Promise<string | null> {
    return this.attribute("storage", "data-state");
  }

  /** Waits until everything has been written and read back. */
  async saved() {
    await expect.poll(() => this.storage(), { message: "the storage" }).toBe("saved");
  }

  language(): Promise<string> {
    return this.tab.evaluate(() => document.documentElement.lang);
  }

  /** Chooses the language the way a person does. */
  async speak(language: "en" | "es") {
    // Where the window is narrow it is in the menu.
    if ((await this.text("language")) === null) await this.click("menu");
    await this.tab.select("language", language);
    await expect.poll(() => this.language()).toBe(language);
  }

  download(id: string): Promise<Download> {
    return this.tab.download(() => this.click(id));
  }

  upload(path: string) {
    return this.tab.choose("upload-weights", path);
  }
}
