/** The camera, live, on the screen for pictures. Chromium's is a made one: a moving dot on green. */
import type { Page } from "@playwright/test";
import { violations } from "../harness/axe.ts";
import { digit } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";

type Seen = typeof globalThis & { tracks: MediaStreamTrack[] };

/** Keeps the tracks that the page gets; with `lines` the camera sees these numbers, written by pen. */
async function watch(page: Page, numbers: readonly number[] | null): Promise<void> {
  await page.addInitScript((pens) => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const seen: MediaStreamTrack[] = [];
    Object.assign(globalThis, { tracks: seen });
    const written = (): MediaStream => {
      const canvas = document.createElement("canvas");
      canvas.width = 960;
      canvas.height = 720;
      const pen = canvas.getContext("2d")!;
      const draw = (): void => {
        pen.fillStyle = "#e8e4da";
        pen.fillRect(0, 0, 960, 720);
        pen.strokeStyle = "#1b2440";
        pen.lineWidth = 8;
        pen.lineCap = pen.lineJoin = "round";
        pens!.forEach((strokes, place) => {
          for (const stroke of strokes) {
            pen.beginPath();
            for (const [x, y] of stroke) pen.lineTo(180 + place * 180 + x * 0.18, 260 + y * 0.18);
            pen.stroke();
          }
        });
      };
      setInterval(draw, 50);
      return canvas.captureStream(20);
    };
    navigator.mediaDevices.getUserMedia = async (wishes) => {
      const stream = pens ? written() : await real(wishes);
      seen.push(...stream.getTracks());
      return stream;
    };
  }, numbers && numbers.map(digit));
}

const states = (page: Page): Promise<string[]> => page.evaluate(() => (globalThis as unknown as Seen).tracks.map(({ readyState }) => readyState));

test.describe("where the camera is allowed", () => {
  test.use({ permissions: ["camera"] });

  test("what is in the frame is read, and the camera is off at once", async ({ trazo, page }) => {
    await watch(page, [4, 2, 7]);
    await trazo.open();
    await trazo.go("picture");
    await trazo.click("open-camera");
    await expect(page.locator(byId("camera"))).toBeFocused();
    await expect(page.locator(byId("camera-take"))).toBeEnabled();
    expect(await violations(page)).toEqual([]);
    await trazo.click("camera-take");
    await expect(page.locator(byId("number"))).toHaveText("427");
    await expect(page.locator(byId("camera"))).toHaveCount(0);
    expect(await states(page)).toEqual(["ended"]);
  });

  test("closed, left or unplugged, the camera is off, and what happened is said", async ({ trazo, page }) => {
    await watch(page, null);
    await trazo.open();
    await trazo.go("picture");
    await trazo.click("open-camera");
    await expect(page.locator(byId("camera-take"))).toBeEnabled();
    await page.keyboard.press("Escape");
    await expect(page.locator(byId("camera"))).toHaveCount(0);
    await expect.poll(() => states(page)).toEqual(["ended"]);

    await trazo.click("open-camera");
    await expect(page.locator(byId("camera-take"))).toBeEnabled();
    await trazo.go("draw");
    await expect.poll(() => states(page)).toEqual(["ended", "ended"]);

    await trazo.go("picture");
    await trazo.click("open-camera");
    await expect(page.locator(byId("camera-take"))).toBeEnabled();
    // A page that stops a track hears nothing of it; a plug that is pulled is told.
    await page.evaluate(() => (globalThis as unknown as Seen).tracks.at(-1)!.dispatchEvent(new Event("ended")));
    await expect(page.locator(byId("camera-trouble"))).toHaveText(/unplugged/);
    await expect.poll(() => states(page)).toEqual(["ended", "ended", "ended"]);
    await trazo.click("camera-close");
    await expect(page.locator(byId("open-camera"))).toBeVisible();
  });
});

test("a camera that is not allowed, not there or taken is a sentence, and a picture can be chosen all the same", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.go("picture");
  for (const [name, sentence] of [["NotAllowedError", /does not allow/], ["NotFoundError", /No camera/], ["NotReadableError", /another program/]] as const) {
    await page.evaluate((name) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", name));
    }, name);
    await trazo.click("open-camera");
    await expect(page.locator(byId("camera-trouble"))).toHaveText(sentence);
    await expect(page.locator(byId("camera-take"))).toHaveCount(0);
    await trazo.click("camera-close");
  }
  await expect(page.locator(byId("open-picture"))).toBeAttached();
});
