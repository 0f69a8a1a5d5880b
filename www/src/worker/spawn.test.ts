import { afterEach, beforeEach, expect, test, vi } from "vitest";

const made: { address: string; options: WorkerOptions; terminated: boolean }[] = [];
let blobs: Blob[] = [];

/** A browser's worker; one without modules does not look at their option. */
const worker = (modules: boolean) =>
  class {
    readonly #made;
    constructor(address: string, options: WorkerOptions) {
      const read: WorkerOptions = { name: options.name ?? "" };
      if (modules) read.type = options.type ?? "classic";
      this.#made = { address, options: read, terminated: false };
      made.push(this.#made);
    }
    terminate(): void {
      this.#made.terminated = true;
    }
  };

beforeEach(() => {
  made.length = 0;
  blobs = [];
  vi.resetModules();
  vi.stubGlobal("document", { baseURI: "https://name.example/trazo/index.html#/draw" });
  vi.stubGlobal("location", { origin: "https://name.example" });
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => `blob:https://name.example/${blobs.push(blob as Blob)}`);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("a worker comes from a blob that imports its module by its whole address, so that it has the page's policy", async () => {
  vi.stubGlobal("Worker", worker(true));
  const { startWorker } = await import("./spawn");
  startWorker("./assets/engine.js", "engine");
  expect(made).toEqual([{ address: "blob:https://name.example/1", options: { name: "engine", type: "module" }, terminated: false }]);
  expect(await blobs[0]?.text()).toContain('import("https://name.example/trazo/assets/engine.js")');
});

test("where the browser asks for trusted addresses, it gets them, and only those of this site", async () => {
  vi.stubGlobal("Worker", worker(true));
  let vouch = (address: string): string => address;
  vi.stubGlobal("trustedTypes", {
    createPolicy: (name: string, rules: { createScriptURL: typeof vouch }) => {
      vouch = rules.createScriptURL;
      return { createScriptURL: (address: string) => `${name} vouches for ${vouch(address)}` };
    },
  });
  const { startWorker } = await import("./spawn");
  startWorker("./assets/engine.js", "engine");
  expect(made[0]?.address).toBe("trazo vouches for blob:https://name.example/1");
  expect(() => vouch("https://elsewhere.example/worker.js")).toThrow("not ours");
});

test("a browser without modules in workers is too old, and is told so", async () => {
  vi.stubGlobal("Worker", worker(false));
  const { startWorker } = await import("./spawn");
  expect(() => startWorker("./assets/engine.js", "engine")).toThrow(expect.objectContaining({ code: "unsupported-browser" }));
  expect(made[0]?.terminated).toBe(true);
});
