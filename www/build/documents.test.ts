import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { pageOf } from "./documents";

it("a document becomes a page with a title, and what is wide in it can be scrolled by keyboard", () => {
  const page = pageOf("# The models\n\nThey are **small**.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
  expect(page).toContain("<title>The models · Trazo</title>");
  expect(page).toContain("<strong>small</strong>");
  expect(page).toContain('<div class="wide" tabindex="0"><table>');
});

it("the model card has nothing that leads out of the site or is left as it was typed", () => {
  const page = pageOf(readFileSync(new URL("../../pretrained/README.md", import.meta.url), "utf8"));
  expect([...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, to]) => to)).toEqual(["./"]);
  expect(page.replace(/<(pre|code)[\s\S]*?<\/\1>/g, "")).not.toMatch(/\*\*|\|---|^#+ /m);
});
