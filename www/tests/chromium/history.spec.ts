/** Looking back: where the network has been, how well it knows this person, what it takes for what. */
import { digit, handwritten, scribble } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";

test("one goes back to any lesson and forward again, bit for bit, after a reload too", async ({ trazo, page }) => {
  await trazo.open();
  const states = [await trazo.weights()];
  for (const label of [4, 9, 2]) {
    await trazo.click("clear");
    await trazo.draw(scribble.map((line) => line.slice(0, 30 + label)));
    await trazo.teach(label);
    states.push(await trazo.weights());
  }
  await trazo.saved();
  await trazo.reload();
  await trazo.go("history");
  const points = page.locator(byId("history-point"));
  await expect(points).toHaveCount(4);
  await expect(points.first()).toHaveAttribute("aria-current", "step");
  await expect(page.locator(byId("history-chart"))).toBeVisible();

  await trazo.click("history-back");
  await expect(points.nth(1)).toHaveAttribute("aria-current", "step");
  await trazo.click("history-back");
  await trazo.click("history-back");
  await expect(points.nth(3)).toHaveAttribute("aria-current", "step");
  await expect(page.locator(byId("history-back"))).toBeDisabled();
  await trazo.go("draw");
  expect((await trazo.weights()).equals(states[0]!)).toBe(true);
  expect(await trazo.exampleCount()).toBe(3);

  await trazo.go("history");
  await points.nth(1).getByRole("button").click();
  await expect(points.nth(1)).toHaveAttribute("aria-current", "step");
  await trazo.go("draw");
  expect((await trazo.weights()).equals(states[2]!)).toBe(true);

  // Going there can be undone like everything else.
  await trazo.takeBack();
  await expect.poll(async () => (await trazo.weights()).equals(states[0]!)).toBe(true);
});

test("away from the latest step every screen says so, and one button leads there", async ({ trazo, page }) => {
  await trazo.open();
  for (const label of [4, 9]) {
    await trazo.click("clear");
    await trazo.draw(scribble.map((line) => line.slice(0, 30 + label)));
    await trazo.teach(label);
  }
  const latest = await trazo.weights();
  const earlier = page.locator(byId("earlier"));
  await expect(earlier).toHaveCount(0);
  await trazo.go("history");
  await trazo.click("history-back");
  await trazo.click("history-back");
  await expect(page.locator(byId("history-point")).nth(2)).toHaveAttribute("aria-current", "step");
  // There it can be seen.
  await expect(earlier).toHaveCount(0);
  await trazo.go("files");
  await expect(earlier).toContainText("2 steps back");
  await trazo.go("draw");
  await expect(earlier).toContainText("2 steps back");
  // What the lesson said was of the network as it is no longer.
  await expect(page.locator(byId("lesson"))).toHaveCount(0);
  await trazo.click("to-latest");
  await expect(earlier).toHaveCount(0);
  expect((await trazo.weights()).equals(latest)).toBe(true);
});

test("the table's columns keep their places while it is filled, until it scrolls", async ({ trazo, page }) => {
  await trazo.open();
  const places = () => page.locator(".history thead th").evaluateAll((heads) => heads.map((head) => Math.round(head.getBoundingClientRect().left)));
  const taught = async (label: number) => {
    await trazo.go("draw");
    await trazo.click("clear");
    await trazo.draw(scribble.map((line) => line.slice(0, 30 + label)));
    await trazo.teach(label);
    await trazo.go("history");
    await expect(page.locator(byId("history-chart"))).toBeVisible();
  };
  await taught(0);
  const first = await places();
  expect(first).toHaveLength(4);
  for (let label = 1; label < 10; label += 1) await taught(label);
  await expect(page.locator(byId("history-point"))).toHaveCount(11);
  expect(await places()).toEqual(first);
  await trazo.click("history-back");
  await expect(page.locator(byId("history-point")).nth(1)).toHaveAttribute("aria-current", "step");
  expect(await places()).toEqual(first);
});

test("before the first lesson the history says what it is for", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.go("history");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("History");
  await expect(page.locator("main")).toContainText("Nothing here yet");
  await expect(page.locator(byId("history-chart"))).toHaveCount(0);
});

test("the score counts what was read before it was named, and the table what is taken for what", async ({ trazo, page }) => {
  await trazo.open();
  for (const { label, strokes } of handwritten.slice(0, 4)) {
    await trazo.draw(strokes);
    await trazo.reads(label);
    await trazo.teach(label);
    await trazo.click("clear");
  }
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.teach(1);
  await trazo.go("examples");
  await expect(page.locator(byId("knows"))).toContainText("4 of the last 5");
  const table = page.locator(byId("mixups"));
  const cells = await table.locator("tbody td").allInnerTexts();
  expect(cells).toHaveLength(110);
  expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(5);

  // A number opens the drawings that it counts.
  const kept = handwritten[0]!.label;
  await table.getByRole("link", { name: new RegExp(`of an? ${kept}, read as ${kept}`) }).first().click();
  await expect(page.locator(byId("mixed-up"))).toHaveText(`Your ${kept}s that it reads right`);
  await expect(page.locator(byId("mixed-up"))).toBeFocused();
  await expect(page.locator(byId("example"))).toHaveCount(handwritten.slice(0, 4).filter(({ label }) => label === kept).length);
  await page.goBack();
  await expect(page.locator(byId("example"))).toHaveCount(5);
});

test("a lesson shows which other drawings are read differently now", async ({ trazo, page }) => {
  await trazo.open();
  // In the original way a lesson forgets: enough of them change the answer to something taught before.
  await trazo.go("files");
  await trazo.click("model-classic");
  await expect(page.locator(byId("model-classic"))).toBeChecked();
  await trazo.click("original-way");
  await expect(page.locator(byId("original-way"))).toBeChecked();
  await trazo.go("draw");
  for (const { strokes } of handwritten.slice(0, 6)) {
    await trazo.click("clear");
    await trazo.draw(strokes);
    await trazo.teach(8);
    // The list is there with the lesson; what is in it comes a moment later.
    if (await page.locator(byId("changed")).count()) break;
  }
  const changed = page.locator(`${byId("changed")} li`).first();
  await expect(changed).toBeVisible();
  await expect(changed).toContainText(/Your 8: read as \d before, as \d now/);
});

test("that training begins, rests, goes on and ends is said on whatever screen one is", async ({ trazo, page }) => {
  const status = page.locator(byId("status"));
  await trazo.open();
  await trazo.go("files");
  await trazo.click("train-start");
  // There is nothing yet to train on: that is said, and not that it began.
  await expect(status).toHaveText(/no examples to train on/);
  await trazo.go("draw");
  await trazo.draw(scribble);
  await trazo.teach(4);
  await trazo.go("files");
  await trazo.click("train-start");
  await expect(status).toHaveText("Training has begun.");
  await trazo.click("train-pause");
  await expect(status).toHaveText("Training paused.");
  await trazo.click("train-pause");
  await expect(status).toHaveText("Training goes on.");
  await trazo.go("about");
  await expect(status).toHaveText(/^Training finished: \d+% of your drawings read right\.$/, { timeout: 30_000 });
});
