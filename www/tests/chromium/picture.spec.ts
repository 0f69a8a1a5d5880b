/** Numbers in a picture: found, read, corrected, copied, taught. */
import type { Page } from "@playwright/test";
import { violations } from "../harness/axe.ts";
import { digit } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";

/** A photograph of sorts: numbers by pen on ruled paper with a shadow, as a PNG file. */
async function paper(page: Page, lines: readonly (readonly number[])[]): Promise<Buffer> {
  const pens = lines.map((line) => line.map(digit));
  const url = await page.evaluate((pens) => {
    const canvas = document.createElement("canvas");
    canvas.width = 900;
    canvas.height = 250 + 200 * pens.length;
    const pen = canvas.getContext("2d")!;
    const light = pen.createLinearGradient(0, 0, canvas.width, canvas.height);
    light.addColorStop(0, "#f4f0e6");
    light.addColorStop(1, "#a8a49b");
    pen.fillStyle = light;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#8fa5c4";
    for (let y = 40; y < canvas.height; y += 50) pen.fillRect(0, y, canvas.width, 2);
    pen.strokeStyle = "#1b2440";
    pen.lineWidth = 7;
    pen.lineCap = pen.lineJoin = "round";
    pens.forEach((line, row) => {
      line.forEach((strokes, place) => {
        for (const stroke of strokes) {
          pen.beginPath();
          for (const [x, y] of stroke) pen.lineTo(100 + place * 150 + x * 0.13, 120 + row * 200 + y * 0.13);
          pen.stroke();
        }
      });
    });
    return canvas.toDataURL("image/png");
  }, pens);
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

test("two numbers are read from a picture, a digit is corrected by key and left out, and all of it is text", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.go("picture");
  await page.locator(byId("open-picture")).setInputFiles({ name: "sheet.png", mimeType: "image/png", buffer: await paper(page, [[3, 7, 2], [6, 0, 4, 9]]) });
  await expect(page.locator(byId("number"))).toHaveText("372\n6049", { useInnerText: true });
  const boxes = page.locator(byId("picture-digit"));
  await expect(boxes).toHaveCount(7);
  expect(await violations(page)).toEqual([]);

  // The 7 is said to be a 1: on the text at once, and an example that can be taken back.
  await boxes.nth(1).focus();
  await page.keyboard.press("1");
  await expect(page.locator(byId("number"))).toHaveText("312\n6049", { useInnerText: true });
  await trazo.go("examples");
  await expect.poll(() => trazo.exampleCount()).toBe(1);
  await trazo.go("picture");
  await expect(page.locator(byId("number"))).toHaveText("312\n6049", { useInnerText: true });

  // The last one is none.
  await boxes.nth(6).click();
  await trazo.click("picture-is-none");
  await expect(page.locator(byId("number"))).toHaveText("312\n604", { useInnerText: true });
  await trazo.click("picture-is-none");
  await expect(page.locator(byId("number"))).toHaveText("312\n6049", { useInnerText: true });
});

test("what is no picture is refused in a sentence, and what was read before stays", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.go("picture");
  const input = page.locator(byId("open-picture"));
  const fault = page.locator(byId("picture-fault"));
  const png = await paper(page, [[5, 8]]);
  await input.setInputFiles({ name: "sheet.png", mimeType: "image/png", buffer: png });
  await expect(page.locator(byId("number"))).toHaveText("58");
  const bad: [string, Buffer, RegExp][] = [
    ["drawing.svg", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), /SVG/],
    ["empty.png", Buffer.alloc(0), /empty/],
    ["letter.png", Buffer.from("Dear Sir or Madam"), /not a picture/],
    ["cut.png", png.subarray(0, 60), /damaged or cut short/],
    ["bomb.png", bomb(), /too large/],
  ];
  for (const [name, buffer, sentence] of bad) {
    await input.setInputFiles({ name, mimeType: name.endsWith("svg") ? "image/svg+xml" : "image/png", buffer });
    await expect(fault).toHaveText(sentence);
    await expect(page.locator(byId("number"))).toHaveText("58");
  }
  await input.setInputFiles({ name: "blank.png", mimeType: "image/png", buffer: await paper(page, [[]]) });
  await expect(page.locator(byId("picture-none"))).toBeVisible();
  await expect(fault).toHaveCount(0);
  await expect(page.locator(byId("number"))).toHaveCount(0);
});

/** The header of a picture of 65,000 by 65,000 dots. */
function bomb(): Buffer {
  const header = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR????????\x08\x02\0\0\0", "latin1");
  header.writeUInt32BE(65_000, 16);
  header.writeUInt32BE(65_000, 20);
  return header;
}

test("a picture that is dropped or pasted anywhere is read", async ({ trazo, page }) => {
  await trazo.open();
  const base64 = (await paper(page, [[4, 2]])).toString("base64");
  for (const way of ["drop", "paste"] as const) {
    await trazo.go("draw");
    await page.evaluate(
      ([base64, way]) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], "sheet.png", { type: "image/png" }));
        dispatchEvent(
          way === "drop"
            ? new DragEvent("drop", { dataTransfer: data, cancelable: true, bubbles: true })
            : new ClipboardEvent("paste", { clipboardData: data, cancelable: true, bubbles: true }),
        );
      },
      [base64, way] as const,
    );
    await expect(page.locator("main")).toHaveAttribute("data-screen", "picture");
    await expect(page.locator(byId("number"))).toHaveText("42");
  }
});

test("one dot, a picture under another kind's name and one that moves are read as the pictures that they are", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.go("picture");
  const input = page.locator(byId("open-picture"));
  // A dot, white; then black: two pictures of a GIF that goes round for ever.
  const frame = (color: number): number[] => [0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, color === 0 ? 0x44 : 0x4c, 1, 0];
  const round = [0x21, 0xff, 11, ...Buffer.from("NETSCAPE2.0"), 3, 1, 0, 0, 0];
  const moving = Buffer.from([...Buffer.from("GIF89a"), 1, 0, 1, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0, ...round, ...frame(0), ...frame(1), 0x3b]);
  await input.setInputFiles({ name: "dot.gif", mimeType: "image/gif", buffer: moving });
  await expect(page.locator(byId("picture-none"))).toBeVisible();
  await expect(page.getByText("This picture moves: its first frame was read.")).toBeVisible();
  await input.setInputFiles({ name: "sheet.jpg", mimeType: "image/jpeg", buffer: await paper(page, [[5, 8]]) });
  await expect(page.locator(byId("number"))).toHaveText("58");
});
