/** The pad and the answer. */
import type { BrowserContext, Page } from "@playwright/test";
import { digit, handwritten, placed, scribble } from "../harness/strokes.ts";
import { byId, type Line } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";

test("what is drawn while the engine loads is read as soon as it is ready", async ({ trazo, page, site }) => {
  // The wasm waits behind a gate until the drawing is done.
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  await page.route("**/*.wasm", async (route) => {
    await gate;
    await route.continue();
  });
  await page.goto(site.url);
  await page.locator(byId("pad")).waitFor();
  await trazo.draw(digit(3));
  expect(await trazo.engine()).toBe("loading");
  expect(await trazo.answer()).toBe("");
  open();
  await trazo.ready();
  await trazo.reads(3);
});

test("a drawing is read before the rest of the engine is there, and a lesson waits for it", async ({ trazo, page, site }) => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  await page.route("**/engine-*-rest-*.wasm", async (route) => {
    await gate;
    await route.continue();
  });
  await page.goto(site.url);
  await trazo.ready();
  await trazo.draw(scribble);
  await expect(page.locator(byId("not-sure"))).toBeVisible();
  await trazo.click("clear");
  await trazo.draw(digit(3));
  await trazo.reads(3);
  await trazo.click("teach-3");
  await trazo.click("clear");
  await trazo.draw(digit(7));
  await trazo.reads(7);
  expect(await trazo.exampleCount()).toBe(0);
  open();
  await expect.poll(() => trazo.exampleCount()).toBe(1);
});

test("the size, the place and the speed of a drawing do not matter", async ({ trazo }) => {
  await trazo.open();
  for (const [scale, dx, dy] of [[0.3, -280, 250], [0.45, 250, -240], [1.25, 0, 0]] as const) {
    for (const label of [2, 5, 7]) {
      await trazo.draw(placed(digit(label), scale, dx, dy));
      await trazo.reads(label);
      await trazo.click("clear");
    }
  }
  // Quick: a point in five.
  for (const label of [0, 3, 6]) {
    await trazo.draw(digit(label).map((line) => line.filter((_, i) => i % 5 === 0 || i === line.length - 1)));
    await trazo.reads(label);
    await trazo.click("clear");
  }
});

test("undo and redo go stroke by stroke, clear empties the pad and can be undone", async ({ trazo, page }) => {
  await trazo.open();
  const [body, bar] = digit(4);
  await trazo.draw([body!, bar!]);
  await trazo.reads(4);
  await trazo.click("undo");
  await expect(page.locator(byId("prediction"))).not.toHaveText("4");
  await trazo.click("redo");
  await trazo.reads(4);
  await trazo.click("clear");
  await trazo.reads("");
  await trazo.click("undo");
  await trazo.reads(4);
});

test("what is lifted and undone, or pressed and cleared, within one moment leaves no ink behind", async ({ trazo, page }) => {
  await trazo.open();
  // In one task, quicker than any hand: nothing of it may be drawn after it was taken back.
  const ink = await page.evaluate(async () => {
    const pad = document.querySelector<HTMLCanvasElement>("[data-testid=pad]")!;
    const { x, y } = pad.getBoundingClientRect();
    const pen = (type: string, clientX: number) =>
      pad.dispatchEvent(new PointerEvent(type, { pointerId: 7, isPrimary: true, button: 0, buttons: 1, clientX, clientY: y + 80, bubbles: true }));
    const press = (id: string) => document.querySelector<HTMLElement>(`[data-testid=${id}]`)!.click();
    const inked = async () => {
      // Whatever has been put off until after the events has its turn before what is put off now; then it is painted.
      const { port1, port2 } = new MessageChannel();
      await new Promise((done) => {
        port1.onmessage = done;
        port2.postMessage(null);
      });
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const copy = new OffscreenCanvas(pad.width, pad.height).getContext("2d", { willReadFrequently: true })!;
      copy.drawImage(pad, 0, 0);
      return copy.getImageData(0, 0, pad.width, pad.height).data.some((value) => value > 0);
    };
    pen("pointerdown", x + 40);
    await inked();
    pen("pointermove", x + 140);
    pen("pointerup", x + 140);
    press("undo");
    const undone = await inked();
    press("redo");
    const redone = await inked();
    pen("pointerdown", x + 60);
    press("clear");
    return { undone, redone, cleared: await inked() };
  });
  expect(ink).toEqual({ undone: false, redone: true, cleared: false });
});

test("an empty pad has no answer, and says nothing of being unsure", async ({ trazo, page }) => {
  await trazo.open();
  expect(await trazo.answer()).toBe("");
  await expect(page.locator(byId("not-sure"))).toBeHidden();
  await trazo.draw(digit(1));
  await trazo.reads(1);
  await trazo.click("clear");
  await trazo.reads("");
  await expect(page.locator(byId("not-sure"))).toBeHidden();
});

test("a scribble is «not sure»", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(scribble);
  await expect(page.locator(byId("not-sure"))).toBeVisible();
  await trazo.reads("");
});

test("a stroke that leaves the pad and comes back stays one stroke", async ({ trazo, page }) => {
  await trazo.open();
  // The top bar of a seven runs out to the right of the pad and the leg begins out there.
  await trazo.draw([[[250, 200], [600, 200], [900, 200], [1040, 205], [1040, 205], [980, 260], [760, 520], [620, 850]]]);
  await trazo.reads(7);
  await trazo.click("undo");
  await trazo.reads("");
  await expect(page.locator(byId("undo"))).toHaveAttribute("aria-disabled", "true");
});

test("a dot is taken for no digit for sure, and can be taken back", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw([[[500, 500]]]);
  await expect(page.locator(byId("undo"))).toHaveAttribute("aria-disabled", "false");
  await trazo.click("undo");
  await trazo.reads("");
});

test.describe("with fingers", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 }, deviceScaleFactor: 3 });

  test("one finger draws and does not scroll the page", async ({ trazo, page, context }) => {
    await trazo.open();
    const pad = (await page.locator(byId("pad")).boundingBox())!;
    const touch = await context.newCDPSession(page);
    const at = ([x, y]: readonly [number, number], id = 0) => ({ x: pad.x + (x / 1000) * pad.width, y: pad.y + (y / 1000) * pad.height, id });
    for (const [first, ...rest] of digit(7)) {
      await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at(first!)] });
      for (const point of rest) await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [at(point)] });
      await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    }
    await trazo.reads(7);
    expect(await page.evaluate(() => scrollY)).toBe(0);
  });

  test("two fingers do not tangle the drawing", async ({ trazo, page, context }) => {
    await trazo.open();
    const pad = (await page.locator(byId("pad")).boundingBox())!;
    const touch = await context.newCDPSession(page);
    const at = (x: number, y: number, id: number) => ({ x: pad.x + (x / 1000) * pad.width, y: pad.y + (y / 1000) * pad.height, id });
    // One finger draws a one; the other comes down beside it, moves and leaves.
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at(500, 150, 0)] });
    for (let y = 180; y < 500; y += 20) await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [at(500, y, 0)] });
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at(500, 500, 0), at(850, 500, 1)] });
    for (let y = 500; y < 850; y += 20) {
      await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [at(500, y, 0), at(850, y - 100, 1)] });
    }
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [at(500, 850, 0)] });
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    // However the second finger is taken, no line may join the two: a zig-zag between fingers would be no digit at all.
    const widest = await page.evaluate((selector) => {
      const canvas = document.querySelector<HTMLCanvasElement>(selector)!;
      const { data, width, height } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      const paper = data.slice(0, 4).join();
      let most = 0;
      for (let y = 0; y < height; y += 4) {
        let run = 0;
        for (let x = 0; x < width; x += 1) {
          const i = 4 * (y * width + x);
          run = data.slice(i, i + 4).join() === paper ? 0 : run + 1;
          most = Math.max(most, run / width);
        }
      }
      return most;
    }, byId("pad"));
    expect(widest).toBeLessThan(0.2);
  });

  test("turning the phone keeps the drawing, sharp and whole", async ({ trazo, page }) => {
    await trazo.open();
    await trazo.draw(digit(5));
    await trazo.reads(5);
    for (const viewport of [{ width: 844, height: 390 }, { width: 390, height: 844 }]) {
      await page.setViewportSize(viewport);
      await trazo.reads(5);
      await isSharp(page);
    }
    await trazo.click("undo");
    await trazo.reads("");
  });

  test("the page itself still scrolls beside the pad", async ({ trazo, page, context }) => {
    await page.setViewportSize({ width: 390, height: 420 });
    await trazo.open();
    const touch = await context.newCDPSession(page);
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: 8, y: 380 }] });
    for (let y = 370; y > 180; y -= 10) await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x: 8, y }] });
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(50);
  });
});

test.describe("with a pen", () => {
  test.use({ hasTouch: true, viewport: { width: 820, height: 1180 } });

  /** A pen and a hand on the pad, in pad units. */
  async function desk(page: Page, context: BrowserContext) {
    const devtools = await context.newCDPSession(page);
    const pad = (await page.locator(byId("pad")).boundingBox())!;
    const at = (x: number, y: number) => ({ x: pad.x + (x / 1000) * pad.width, y: pad.y + (y / 1000) * pad.height });
    const pen = (type: "mousePressed" | "mouseMoved" | "mouseReleased", x: number, y: number, force: number) =>
      devtools.send("Input.dispatchMouseEvent", { type, ...at(x, y), button: "left", buttons: type === "mouseReleased" ? 0 : 1, clickCount: 1, pointerType: "pen", force });
    return {
      write: async (strokes: readonly Line[], force = 0.5) => {
        for (const [first, ...rest] of strokes) {
          await pen("mousePressed", ...first!, force);
          for (const point of rest) await pen("mouseMoved", ...point, force);
          await pen("mouseReleased", ...(rest.at(-1) ?? first!), force);
        }
      },
      hand: (type: "touchStart" | "touchMove" | "touchEnd", ...where: [number, number] | []) =>
        devtools.send("Input.dispatchTouchEvent", { type, touchPoints: where.length ? [{ ...at(...where), radiusX: 40, radiusY: 60, id: 7 }] : [] }),
    };
  }

  test("at any pressure the same is read", async ({ trazo, page, context }) => {
    await trazo.open();
    const { write } = await desk(page, context);
    const chances: number[][] = [];
    for (const force of [0.05, 0.5, 1]) {
      await write(digit(5), force);
      await trazo.reads(5);
      chances.push(await trazo.settledProbabilities());
      await trazo.click("clear");
    }
    expect(chances[1]).toEqual(chances[0]);
    expect(chances[2]).toEqual(chances[0]);
  });

  test("a hand that comes down first, after a lesson, leaves nothing on the next drawing, nor that on the one before", async ({ trazo, page, context }) => {
    await trazo.open();
    const { write, hand } = await desk(page, context);
    await trazo.draw(digit(3));
    await trazo.reads(3);
    await trazo.teach(3);
    await hand("touchStart", 900, 900);
    await hand("touchMove", 905, 905);
    await write(digit(7));
    await hand("touchEnd");
    await trazo.reads(7);
    await trazo.click("undo");
    await trazo.reads(3);
  });

  test("a hand that rests between the strokes draws nothing, and says so where it was a finger that drew", async ({ trazo, page, context }) => {
    await trazo.open();
    const { write, hand } = await desk(page, context);
    const [body, bar] = digit(4);
    await write([body!]);
    await hand("touchStart", 800, 950);
    await hand("touchMove", 150, 950);
    await hand("touchEnd");
    await expect(page.locator(byId("status"))).toContainText("fingers do not draw");
    await write([bar!]);
    await trazo.reads(4);
    // Whoever wants both says so, once.
    await trazo.go("about");
    await page.locator(byId("fingers")).check();
    await trazo.go("draw");
    await hand("touchStart", 300, 200);
    await hand("touchMove", 700, 200);
    await hand("touchEnd");
    await expect(page.locator(byId("undo"))).toHaveAttribute("data-undoes", "stroke");
    for (let strokes = 3; strokes > 0; strokes -= 1) await trazo.click("undo");
    await trazo.reads("");
    await trazo.reload();
    await trazo.go("about");
    await expect(page.locator(byId("fingers"))).toBeChecked();
  });

  test("its other end erases, and that can be taken back", async ({ trazo, page }) => {
    await trazo.open();
    const [body, bar] = digit(4);
    await trazo.draw([body!, bar!]);
    await trazo.reads(4);
    // No test driver has an eraser: the events of one, made in the page, along the bar.
    await page.evaluate(
      ([selector, line]) => {
        const pad = document.querySelector(selector)!;
        const { x, y, width } = pad.getBoundingClientRect();
        const send = (type: string, [px, py]: readonly [number, number], button: number, buttons: number) =>
          pad.dispatchEvent(new PointerEvent(type, { pointerId: 9, pointerType: "pen", isPrimary: true, button, buttons, clientX: x + (px / 1000) * width, clientY: y + (py / 1000) * width, bubbles: true }));
        send("pointerdown", line[0]!, 5, 32);
        for (const point of line) send("pointermove", point, -1, 32);
        send("pointerup", line.at(-1)!, 5, 0);
      },
      [byId("pad"), bar!] as const,
    );
    await expect(page.locator(byId("prediction"))).not.toHaveText("4");
    await expect(page.locator(byId("undo"))).toHaveAccessibleName("Undo the erasing");
    await trazo.click("undo");
    await trazo.reads(4);
  });
});

test("zooming keeps the drawing sharp: as many pixels as the screen has", async ({ trazo, page, context }) => {
  await trazo.open();
  await trazo.draw(digit(8));
  await trazo.reads(8);
  const devtools = await context.newCDPSession(page);
  for (const deviceScaleFactor of [2, 1.5, 1]) {
    // As zooming does it: the same window has fewer CSS pixels, each of more of the screen's.
    const [width, height] = [Math.round(1280 / deviceScaleFactor), Math.round(800 / deviceScaleFactor)];
    await devtools.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor, mobile: false });
    await isSharp(page);
    await trazo.reads(8);
  }
});

test("what the network sees stands beside the answer", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(2));
  await trazo.reads(2);
  await expect(page.locator(byId("network-input"))).toBeVisible();
});

test("a stroke of 100,000 points is read like any other", async ({ trazo, page }) => {
  await trazo.open();
  const pad = (await page.locator(byId("pad")).boundingBox())!;
  const seven = handwritten.find((each) => each.label === 7)!.strokes[0]!;
  const corner = ([x, y]: readonly [number, number]) => [pad.x + (x / 1000) * pad.width, pad.y + (y / 1000) * pad.height] as const;
  await page.mouse.move(...corner(seven[0]!));
  await page.mouse.down();
  // The browser's own mouse would take minutes: the same events, made in the page, for the pointer that is down.
  await page.evaluate(
    async ([selector, line]) => {
      const target = document.querySelector(selector)!;
      const total = 100_000;
      for (let i = 0; i < total; i += 1) {
        const along = (i / total) * (line.length - 1);
        const [a, b] = [line[Math.floor(along)]!, line[Math.ceil(along)]!];
        const t = along % 1;
        const init = { pointerId: 1, pointerType: "mouse", isPrimary: true, buttons: 1, bubbles: true, clientX: a[0] + (b[0] - a[0]) * t, clientY: a[1] + (b[1] - a[1]) * t };
        target.dispatchEvent(new PointerEvent("pointermove", init));
        if (i % 2000 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
    },
    [byId("pad"), seven.map(corner)] as const,
  );
  await page.mouse.move(...corner(seven.at(-1)!));
  await page.mouse.up();
  await trazo.reads(7);
  await trazo.draw([[[420, 520], [640, 500]]]);
  await trazo.reads(7);
});

/** The canvas has as many pixels across as the screen has where it lies. */
async function isSharp(page: Page) {
  const pixels = () =>
    page.evaluate((selector) => {
      const canvas = document.querySelector<HTMLCanvasElement>(selector)!;
      return { own: canvas.width, screen: Math.round(canvas.clientWidth * devicePixelRatio) };
    }, byId("pad"));
  await expect.poll(async () => Math.abs((await pixels()).own - (await pixels()).screen)).toBeLessThanOrEqual(2);
}
