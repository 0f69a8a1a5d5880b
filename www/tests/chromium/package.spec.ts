/** What wasm-pack made, by itself: the bench and the npm package (`../package`) stand on it. */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { removeFolder, temporaryFolder } from "../harness/downloads.ts";
import { test, expect } from "../harness/test.ts";
import { serve } from "../../../scripts/static-server.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));

for (const build of ["simd", "relaxed"]) {
  test(`the package ${build} builds, trains, saves and opens a network`, async ({ page }) => {
    const folder = await temporaryFolder("package");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "index.html"), '<!doctype html><link rel="icon" href="data:,">');
    await cp(join(root, "crates/web/pkg", build), join(folder, "trazo"), { recursive: true });
    const site = (await serve({ dir: folder })) as { url: string; close(): Promise<void> };
    await page.goto(site.url);
    const found = await page.evaluate(async (address) => {
      const { default: init, Network } = await import(address);
      await init();
      // Two kinds of picture: bright at the left, bright at the right.
      const network = Network.build(
        {
          input: [8, 8, 1],
          layers: [
            { type: "conv", filters: 4, kernel: 3, padding: "same", activation: "relu" },
            { type: "maxpool", size: 2 },
            { type: "dense", units: 10 },
          ],
          loss: "cross-entropy",
          optimizer: { type: "adam", learningRate: 0.01 },
        },
        7,
      );
      const picture = (label: number) => Float32Array.from({ length: 64 }, (_, i) => Number(i % 8 < 4 === (label === 0)));
      const inputs = new Float32Array(128);
      inputs.set(picture(0), 0);
      inputs.set(picture(1), 64);
      const losses: number[] = [];
      for (let step = 0; step < 60; step += 1) losses.push(network.trainBatch(inputs, Uint8Array.of(0, 1)));
      const answer: Float32Array = network.predict(inputs);
      const again: Float32Array = Network.load(network.save()).predict(inputs);
      let complaint = "";
      try {
        Network.load(Uint8Array.of(1, 2, 3));
      } catch (error) {
        complaint = error instanceof Error ? error.message : "no Error";
      }
      return { losses, answer: [...answer], again: [...again], complaint };
    }, `${site.url}trazo/trazo_web.js`);
    expect(found.losses.at(-1)).toBeLessThan(found.losses[0]! / 4);
    expect(found.answer[0]).toBeGreaterThan(0.8);
    expect(found.answer[11]).toBeGreaterThan(0.8);
    expect(found.again).toEqual(found.answer);
    expect(found.complaint).toMatch(/\w+ .*\./);
    await site.close();
    await removeFolder(folder);
  });
}
