/**
 * Makes the PNG icons from public/icon.svg, and the card for links, with a Chromium that is already there (CHROMIUM, or Debian's).
 * The results are committed: nobody who builds the site needs a browser. ImageMagick's `convert` brings them down to
 * a palette of 24 colors, a third of the bytes.
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

// What is shown where the page is linked to. A JPEG: pictures that the page itself needs are PNG, and kept for offline use.
const card = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" font-family="Noto Sans, DejaVu Sans, sans-serif" fill="#1b1814">
  <rect width="1200" height="630" fill="#f3eee2"/>
  <rect x="60" y="60" width="510" height="510" fill="#fdfaf2" stroke="#1b1814" stroke-width="2"/>
  <g fill="none" stroke-linecap="round" stroke-linejoin="round">
    <path d="M196 172C260 160 340 166 424 160C396 232 322 330 300 474M236 318C290 306 350 308 398 314" stroke="#1b1814" stroke-width="51"/>
    <path d="M650 78h120l-72 192M668 160h104" stroke="#1f4fb5" stroke-width="26"/>
  </g>
  <text x="630" y="390" font-size="96" font-weight="700" letter-spacing="-2">Trazo</text>
  <text font-size="40"><tspan x="634" y="458">reads the digits you write,</tspan><tspan x="634" y="512">and learns from you</tspan></text>
</svg>`;
await page.setViewportSize({ width: 1200, height: 630 });
await page.setContent(`<style>*{margin:0}svg{display:block}</style>${card}`);
await writeFile(out("card.jpg"), await page.screenshot({ type: "jpeg", quality: 85 }));
await browser.close();
