import { expect, it } from "vitest";
import { hasNoDownloads } from "./handover";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";

it("a browser downloads", () => {
  for (const agent of [
    `${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`,
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
  ]) {
    expect(hasNoDownloads(agent, false)).toBe(false);
  }
});

it("an iPhone's home screen, and a page within another app, share instead", () => {
  expect(hasNoDownloads(`${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`, true)).toBe(true);
  for (const agent of [
    `${IPHONE} Mobile/15E148`,
    `${IPHONE} Mobile/15E148 Instagram 330.0.0`,
    "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36",
  ]) {
    expect(hasNoDownloads(agent, false)).toBe(true);
  }
});
