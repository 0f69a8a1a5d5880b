/** What must work in every engine: draw, read, teach, come back, carry away, in two languages. */
import { writeFile } from "node:fs/promises";
import { corners, digit, handwritten, scribble, sum } from "./harness/strokes.ts";
import { DIST, type Site } from "./harness/site.ts";
import { core as test, expect } from "./harness/test.ts";
import { serve } from "../../scripts/static-server.mjs";

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

test("a number is read, and with the signs of sums a sum is answered", async ({ fresh }) => {
  const trazo = await fresh();
  await trazo.draw(sum.slice(0, 2));
  await trazo.reads(12);
  await trazo.click("clear");
  await trazo.go("examples");
  await trazo.click("add-symbol");
  await expect.poll(() => trazo.text("add-sums")).not.toBeNull();
  await trazo.click("add-sums");
  await expect.poll(() => trazo.exampleCount()).toBe(40);
  await trazo.go("draw");
  await trazo.draw(sum);
  await expect.poll(() => trazo.answer()).toBe("12+7=");
  await expect.poll(() => trazo.text("sum")).toBe("makes 19");
});

test("a number in a picture is read", async ({ fresh }, info) => {
  const trazo = await fresh();
  const url = await trazo.tab.evaluate((digits) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [500, 300];
    const pen = canvas.getContext("2d")!;
    pen.fillStyle = "#f4f0e6";
    pen.fillRect(0, 0, 500, 300);
    pen.lineWidth = 8;
    pen.lineCap = pen.lineJoin = "round";
    for (const [place, strokes] of digits.entries()) {
      for (const stroke of strokes) {
        pen.beginPath();
        for (const [x, y] of stroke) pen.lineTo(80 + place * 170 + x * 0.15, 75 + y * 0.15);
        pen.stroke();
      }
    }
    return canvas.toDataURL("image/png");
  }, [digit(3), digit(7)]);
  const path = info.outputPath("number.png");
  await writeFile(path, Buffer.from(url.slice(url.indexOf(",") + 1), "base64"));
  await trazo.go("picture");
  await trazo.tab.choose("open-picture", path);
  await expect.poll(() => trazo.text("number")).toBe("37");
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

test("neither the page nor its worker can talk to anyone but the site", async ({ fresh, site }) => {
  let reached = 0;
  const elsewhere = (await serve({ dir: DIST })) as Site;
  elsewhere.intercept = () => {
    reached += 1;
    return undefined;
  };
  // What anyone could put into the worker: it asks whatever address it is told.
  const spy = `new BroadcastChannel("probe").onmessage = ({ data, target }) => {
    if (data.ask) fetch(data.ask, { mode: "no-cors" }).then(() => "reached", () => "refused").then((answer) => target.postMessage({ answer }));
  };\n`;
  site.intercept = (path) => (/assets\/engine.*\.js$/.test(path) ? { before: spy } : undefined);
  const trazo = await fresh();
  const fromPage = (url: string) => fetch(url, { mode: "no-cors" }).then(() => "reached", () => "refused");
  const fromWorker = (url: string) =>
    new Promise<string>((resolve) => {
      const channel = new BroadcastChannel("probe");
      channel.onmessage = ({ data }) => data.answer && resolve(data.answer);
      channel.postMessage({ ask: url });
    });
  for (const [ask, who] of [[fromPage, "page"], [fromWorker, "worker"]] as const) {
    expect(await trazo.tab.evaluate(ask, site.url), `the ${who}, to the site`).toBe("reached");
    expect(await trazo.tab.evaluate(ask, elsewhere.url), `the ${who}, to another origin`).toBe("refused");
  }
  expect(reached).toBe(0);
  await elsewhere.close();
});

test("away to another page, and back: one tab is one tab", async ({ fresh, site }) => {
  const trazo = await fresh();
  await trazo.draw(corners);
  await trazo.teach(4);
  await trazo.saved();
  // Some browsers put the page aside as it is, and show it again as it was.
  await trazo.tab.goto(`${site.url}icon.svg`);
  await trazo.open();
  await trazo.saved();
  await trazo.click("clear");
  await trazo.draw(scribble);
  await trazo.teach(5);
  await trazo.saved();
  const examples = await trazo.exampleCount();
  await trazo.tab.evaluate(() => history.go(-2));
  await expect.poll(() => trazo.exampleCount().catch(() => 0), { message: "the first page again" }).toBe(examples);
  await trazo.saved();
});

test("a drawing is still on the pad after a reload", async ({ fresh }) => {
  const trazo = await fresh();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.reload();
  await trazo.reads(7);
  await trazo.click("clear");
  await trazo.reload();
  await trazo.reads("");
});

test("the pad for other people's forms is read, sent, required and reset", async ({ fresh }) => {
  const trazo = await fresh();
  await trazo.go("embed");
  const pad = () =>
    trazo.tab.evaluate(() => {
      const form = document.querySelector<HTMLFormElement>("[data-testid=embed-form]")!;
      return { sent: new FormData(form).get("digit"), valid: form.checkValidity() };
    });
  expect(await pad()).toEqual({ sent: null, valid: false });
  const box = await trazo.tab.evaluate(() => {
    const sheet = document.querySelector("[data-testid=embed-pad]")!.shadowRoot!.querySelector("[part=pad]")!;
    sheet.scrollIntoView({ block: "center" });
    const { x, y, width, height } = sheet.getBoundingClientRect();
    return { x, y, width, height };
  });
  expect(box.height).toBeCloseTo(box.width, 1);
  await trazo.tab.draw(digit(7).map((line) => line.map(([x, y]) => [box.x + (x / 1000) * box.width, box.y + (y / 1000) * box.width] as const)));
  await expect.poll(pad).toEqual({ sent: "7", valid: true });
  // The pen leaves the focus on the pad: a digit that is typed is what somebody says it is.
  await trazo.tab.press("1");
  await expect.poll(pad).toEqual({ sent: "1", valid: true });
  await trazo.click("embed-send");
  await expect.poll(() => trazo.text("embed-said")).toContain("digit=1");
  await trazo.click("embed-reset");
  await expect.poll(pad).toEqual({ sent: null, valid: false });
});
