/**
 * The page's door to the Lab (`Lab` in `./lab-protocol`): starts its workers when they are needed, makes promises of the calls, and
 * an answer of a worker that dies.
 */
import { code, message } from "./failure";
import type { FromLab, LabCalls, SiteData, ToLab } from "./lab-desk";
import type { Lab, LabData, LabEvent, LabOptions, LabSetup, LabSource } from "./lab-protocol";
// oxlint-disable-next-line import/default
import mnist from "site:mnist";
// oxlint-disable-next-line import/default
import labUrl from "./lab-worker.ts?worker&url";
import type { EngineError, Result } from "./protocol";
import { startWorker } from "./spawn";

export type * from "./lab-protocol";

/** Two where there are two cores beside the page's own thread's share; one where the machine says it has one. */
const usual = (): 1 | 2 => ((globalThis.navigator?.hardwareConcurrency ?? 1) >= 2 ? 2 : 1);

export function openLab(onEvent: (event: LabEvent) => void, options: LabOptions = {}, spawn: (name: string) => Worker = newWorker): Lab {
  const count = options.workers ?? usual();
  let leader: Worker | null = null;
  let second: Worker | null = null;
  let avoidRelaxed = false;
  let calls = 0;
  let kept: Uint8Array | null = null;
  let closed = false;
  const waiting = new Map<number, { call: keyof LabCalls; args: unknown[]; settle: (result: Result<unknown>) => void }>();

  function end(): void {
    leader?.terminate();
    second?.terminate();
    leader = second = null;
  }

  function fail(error: EngineError): void {
    end();
    const unanswered = [...waiting.values()];
    waiting.clear();
    for (const { settle } of unanswered) settle({ ok: false, error });
  }

  /** The first worker is gone: what it kept is all there is. */
  function lose(error: EngineError): void {
    if (error.code === "relaxed-failed" && !avoidRelaxed) {
      // The other build takes another worker. Nothing has been done yet but asked.
      avoidRelaxed = true;
      end();
      const asked = [...waiting];
      begin();
      for (const [id, { call, args }] of asked) post(id, call, args);
      return;
    }
    fail(error);
    onEvent({ event: "failed", error, checkpoint: kept });
  }

  /** The second one is gone: the first one has all that it had. */
  function loseSecond(): void {
    second?.terminate();
    second = null;
    leader?.postMessage({ alone: true } satisfies ToLab);
  }

  function receive(said: FromLab): void {
    if ("fatal" in said) {
      lose(said.fatal);
    } else if ("kept" in said) {
      ({ kept } = said);
      onEvent({ event: "kept", checkpoint: kept });
    } else if ("event" in said) {
      onEvent(said);
    } else {
      waiting.get(said.id)?.settle(said.result);
      waiting.delete(said.id);
    }
  }

  function begin(): void {
    const fresh = spawn("trazo-lab");
    leader = fresh;
    fresh.onmessage = ({ data }: MessageEvent<FromLab>) => {
      if (leader === fresh) receive(data);
    };
    fresh.onerror = (event) => {
      event.preventDefault();
      if (leader === fresh) lose({ code: "worker-failed", message: event.message || "The Lab's worker did not load." });
    };
    fresh.onmessageerror = () => {
      if (leader === fresh) lose({ code: "worker-failed", message: "The Lab's answer could not be read." });
    };
    if (count === 1) {
      tell(fresh, { lead: { port: null, avoidRelaxed } });
      return;
    }
    const helper = spawn("trazo-lab-2");
    second = helper;
    helper.onmessage = ({ data }: MessageEvent<FromLab>) => {
      if (second === helper && "fatal" in data) loseSecond();
    };
    helper.onerror = (event) => {
      event.preventDefault();
      if (second === helper) loseSecond();
    };
    const { port1, port2 } = new MessageChannel();
    tell(fresh, { lead: { port: port1, avoidRelaxed } }, [port1]);
    tell(helper, { second: { port: port2, avoidRelaxed } }, [port2]);
  }

  function post(id: number, call: keyof LabCalls, args: unknown[]): void {
    const files = call === "configure" ? (args[1] as { images?: Uint8Array; labels?: Uint8Array } | null) : null;
    const given = [files?.images, files?.labels].filter((each): each is Uint8Array => each !== undefined);
    // Kept until the worker is known to work: what was handed over could not be asked again.
    const transfer = avoidRelaxed || id > 1 ? given.map(({ buffer }) => buffer) : [];
    if (leader) tell(leader, { id, call, args } as ToLab, transfer);
  }

  async function ask<K extends keyof LabCalls>(call: K, ...args: Parameters<LabCalls[K]>): Promise<Result<ReturnType<LabCalls[K]>>> {
    if (closed) return { ok: false, error: CLOSED };
    try {
      if (!leader) begin();
      const id = ++calls;
      const answer = new Promise<Result<unknown>>((settle) => waiting.set(id, { call, args, settle }));
      post(id, call, args);
      return (await answer) as Result<ReturnType<LabCalls[K]>>;
    } catch (error) {
      const failure = { code: code(error) ?? "worker-failed", message: `The Lab's worker cannot be used: ${message(error)}` };
      fail(failure);
      return { ok: false, error: failure };
    }
  }

  return {
    sources: async () => ({ ok: true, value: ["synthetic", ...(mnist ? (["mnist"] as const) : []), "files", "examples"] satisfies LabSource[] }),
    check: (setup) => ask("check", setup),
    configure: (setup, data) => {
      kept = null;
      return ask("configure", setup, given(setup, data), null);
    },
    resume: (setup, checkpoint, data) => {
      kept = checkpoint;
      return ask("configure", setup, given(setup, data), checkpoint);
    },
    start: (until) => ask("start", until ?? null),
    pause: () => ask("pause"),
    step: (unit) => ask("step", unit),
    stop: () => ask("stop"),
    pace: (batchesPerSecond) => ask("pace", batchesPerSecond),
    setRate: (factor) => ask("setRate", factor),
    progress: () => ask("progress"),
    looks: () => ask("looks"),
    confusion: () => ask("confusion"),
    mistakes: (...args) => ask("mistakes", ...args),
    firstWeights: (step) => ask("firstWeights", step ?? null),
    film: () => ask("film"),
    goBack: () => ask("goBack"),
    health: () => ask("health"),
    samples: (count) => ask("samples", count),
    openTest: () => ask("openTest"),
    save: (name) => ask("save", name),
    checkpoint: async () => {
      const result = await ask("checkpoint");
      if (result.ok) kept = result.value;
      return result;
    },
    readClass: (file) => ask("readClass", file),
    guest: () => ask("guest"),
    inside: (what, drawing, numbers) => ask("inside", what, drawing, numbers),
    close: () => {
      closed = true;
      fail(CLOSED);
    },
  };
}

/** The data of a setup: what the page gives, or what the site has. */
function given(setup: LabSetup, data: LabData | undefined): LabData | SiteData | null {
  if (setup.data.source !== "mnist" || !mnist) return data ?? null;
  // In a worker that comes from a blob an address has to be a whole one.
  return { source: "mnist", addresses: mnist.map((address) => new URL(address, document.baseURI).href) };
}

const CLOSED: EngineError = { code: "lab-closed", message: "The Lab was closed." };

const tell = (worker: Worker, message: ToLab, transfer: Transferable[] = []): void => worker.postMessage(message, transfer);

const newWorker = (name: string): Worker => startWorker(labUrl, name);
