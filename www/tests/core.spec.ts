/** What must work in every engine: draw, read, teach, come back, carry away, in two languages. */
import { writeFile } from "node:fs/promises";
import { corners, digit, handwritten, scribble } from "./harness/strokes.ts";
import { core as test, expect } from "./harness/test.ts";

test("every engine gets the build it can run", async ({ fresh }) => {
  const trazo = await fresh();
  expect(await trazo.build()).toBe((await trazo.hasRelaxedSimd()) ? "relaxed" : "simd128");
});

test("each digit that is drawn is read", async ({ fresh }) => {
  const trazo = await fresh();
  expect(await trazo.answer()).toBe("");
  for (const { label, name, strokes } of handwritten) {
    await test.step(`${label}, ${name}`, async () => {
      await trazo.draw(strokes);
      await trazo.reads(label);
      const chances = await trazo.probabilities();
      expect(chances.indexOf(Math.max(...chances))).toBe(label);
      await trazo.click("clear");
      await trazo.reads("");
    });
  }
});

test("a lesson is learned, counted, and still there after a reload", async ({ fresh }) => {
  const trazo = await fresh();
  expect(await trazo.exampleCount()).toBe(0);
  await trazo.learn(corners, 4);
  await trazo.saved();
  const weights = await trazo.weights();
  const examples = await trazo.exampleCount();

  await trazo.reload();
  expect(await trazo.exampleCount()).toBe(examples);
  await trazo.draw(corners);
  await trazo.reads(4);
  expect((await trazo.weights()).equals(weights)).toBe(true);
});

test("a project is carried from one browser to another", async ({ fresh }, info) => {
  const here = await fresh();
  await here.learn(scribble, 4);
  await here.click("clear");
  await here.draw(digit(7));
  await here.reads(7);
  await here.teach(7);
  const examples = await here.exampleCount();
  const weights = await here.weights();
  await here.go("files");
  const project = await here.download("download-project");
  expect(project.name).toMatch(/\.trazo$/);
  const path = info.outputPath(project.name);
  await writeFile(path, project.bytes);

  const there = await fresh();
  expect(await there.exampleCount()).toBe(0);
  await there.upload(path);
  await expect.poll(() => there.exampleCount()).toBe(examples);
  expect((await there.weights()).equals(weights)).toBe(true);
  await there.draw(scribble);
  await there.reads(4);
});

test("weights alone are carried too", async ({ fresh }, info) => {
  const here = await fresh();
  await here.learn(digit(9), 4);
  const weights = await here.download("download-weights");
  const path = info.outputPath(weights.name);
  await writeFile(path, weights.bytes);

  const there = await fresh();
  await there.upload(path);
  await expect.poll(() => there.text("opened")).not.toBeNull();
  await there.draw(digit(9));
  await there.reads(4);
  expect(await there.exampleCount()).toBe(0);
});

test("the page speaks English and Spanish, and remembers which", async ({ fresh }) => {
  const trazo = await fresh();
  expect(await trazo.language()).toBe("en");
  const english = await trazo.text("clear");
  await trazo.speak("es");
  expect(await trazo.language()).toBe("es");
  expect(await trazo.text("clear")).not.toBe(english);
  await trazo.reload();
  expect(await trazo.language()).toBe("es");
  await trazo.speak("en");
  expect(await trazo.text("clear")).toBe(english);
});
