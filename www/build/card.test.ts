import { expect, it } from "vitest";
import { addressOf, cardTags } from "./card";

it("the site's address is what it is said to be, else that of the repository's Pages", () => {
  expect(addressOf({ TRAZO_URL: "https://trazo.example", GITHUB_REPOSITORY: "ana/trazo" })).toBe("https://trazo.example/");
  expect(addressOf({ GITHUB_REPOSITORY: "Ana/trazo" })).toBe("https://ana.github.io/trazo/");
  expect(addressOf({ GITHUB_REPOSITORY: "ana/ana.github.io" })).toBe("https://ana.github.io/");
  expect(addressOf({})).toBeUndefined();
});

it("the picture has a whole address where the site's is known", () => {
  const image = (address?: string) => cardTags(address).find(({ attrs }) => attrs?.["property"] === "og:image")?.attrs?.["content"];
  expect(image("https://ana.github.io/trazo/")).toBe("https://ana.github.io/trazo/card.jpg");
  expect(image()).toBe("./card.jpg");
});
