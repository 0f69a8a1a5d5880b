/**
 * Makes the PNG icons from public/icon.svg with a Chromium that is already there (CHROMIUM, or Debian's).
 * The results are committed: nobody who builds the site needs a browser. ImageMagick's `convert` brings them down to
 * a palette of 24 colours, a third of the bytes.
 */
import { readFile, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const out = (name) => new URL(`../public/${name}`, import.meta.url);
const svg = await readFile(out("icon.svg"), "utf8");
/** Maskable and Apple icons are cut to a shape by the system: paper to the edge, the sign within the safe circle. */
const bare = svg.replace(/rx="\d+"/, "");
const safe = bare.replace("<g ", '<g transform="translate(256 256) scale(.74) translate(-256 -260)" ');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
});
const page = await browser.newPage();
for (const [name, side, source] of [
  ["icon-192.png", 192, svg],
  ["icon-512.png", 512, svg],
  ["icon-maskable-512.png", 512, safe],
  ["apple-touch-icon.png", 180, safe],
]) {
  await page.setViewportSize({ width: side, height: side });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${side}px;height:${side}px}</style>${source}`);
  await writeFile(out(name), await page.screenshot({ omitBackground: true }));
  const file = fileURLToPath(out(name));
  execFileSync("convert", [file, "-colors", "24", "-define", "png:compression-level=9", `PNG8:${file}`]);
}
await browser.close();
