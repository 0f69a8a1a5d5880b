/**
 * The page's end of the engine: calls become promises, and a worker that dies becomes an answer.
 *
 * No promise of `connect()`'s client is ever rejected or left hanging: where there is no engine the answer is
 * `{ ok: false, error: { code: "worker-failed" } }`, and `start()` begins again with a new worker, which finds
 * everything as it was last saved.
 */
// oxlint-disable-next-line import/default
import engineUrl from "./engine.ts?worker&url";
import { code, message } from "./failure";
import {
  type EngineApi,
  type EngineError,
  type EngineEvent,
  type FileIn,
  type FromEngine,
  type Result,
  type StartOptions,
  type ToEngine,
} from "./protocol";
import { startWorker } from "./spawn";

type Calls = { [K in keyof EngineApi]: (...args: Parameters<EngineApi[K]>) => Promise<Result<ReturnType<EngineApi[K]>>> };
/** What to start with is the bridge's to know. */
export type EngineClient = Omit<Calls, "start"> & { start: () => ReturnType<Calls["start"]> };

type Settle = (result: Result<unknown>) => void;

export function connect(onEvent: (event: EngineEvent) => void, spawn: () => Worker = newWorker): EngineClient {
  let worker: Worker | null = null;
  let avoidRelaxed = false;
  let calls = 0;
  let askedToPersist = false;
  const waiting = new Map<number, Settle>();

  function fail(error: EngineError): void {
    worker?.terminate();
    worker = null;
    const unanswered = [...waiting.values()];
    waiting.clear();
    for (const settle of unanswered) settle({ ok: false, error });
  }

  /** It went on its own: whoever only waits for events must hear of it too. */
  function lose(error: EngineError): void {
    fail(error);
    onEvent({ event: "failed", error });
  }

  function receive(message: FromEngine): void {
    if ("fatal" in message) {
      lose(message.fatal);
    } else if ("event" in message) {
      onEvent(message);
    } else {
      const settle = waiting.get(message.id);
      waiting.delete(message.id);
      settle?.(message.result);
    }
  }

  function spawnWorker(): void {
    const fresh = spawn();
    let heard = false;
    worker = fresh;
    fresh.onmessage = ({ data }: MessageEvent<FromEngine>) => {
      heard = true;
      receive(data);
    };
    // The script did not load, or threw outside of any call.
    fresh.onerror = (event) => {
      event.preventDefault();
      if (worker !== fresh) return;
      lose(
        heard || event.message
          ? { code: "worker-failed", message: event.message || "The engine's worker stopped." }
          : { code: "worker-missing", message: "The engine's worker did not load." },
      );
    };
    fresh.onmessageerror = () => {
      if (worker === fresh) lose({ code: "worker-failed", message: "The engine's answer could not be read." });
    };
  }

  function post(message: ToEngine, transfer: Transferable[] = []): void {
    worker?.postMessage(message, transfer);
  }

  async function call(name: keyof EngineApi, args: unknown[]): Promise<Result<unknown>> {
    try {
      if (name === "start" && !worker) spawnWorker();
      if (!worker) return { ok: false, error: { code: "worker-failed", message: "The engine is not running." } };
      const id = ++calls;
      const answer = new Promise<Result<unknown>>((settle) => waiting.set(id, settle));
      const sent = name === "start" ? [{ base: base(), avoidRelaxed } satisfies StartOptions] : args;
      const given = name === "openFiles" ? (args[0] as FileIn[]).map(({ bytes }) => bytes.buffer) : [];
      post({ id, call: name, args: sent } as ToEngine, given);
      const result = await answer;
      // A module that failed to load may stay failed in that worker for good: the next start gets a new one.
      if (name === "start" && !result.ok) {
        fail(result.error);
        if (result.error.code === "relaxed-failed") {
          avoidRelaxed = true;
          return await call("start", []);
        }
      }
      if (name === "teach" && result.ok && !askedToPersist && "label" in (result.value as object)) void askToPersist();
      return result;
    } catch (error) {
      const failure = { code: code(error) ?? "worker-failed", message: `The engine's worker cannot be used: ${message(error)}` };
      fail(failure);
      return { ok: false, error: failure };
    }
  }

  /**
   * Asked once there is something to lose, not on the first visit: some browsers show a prompt, others decide by how
   * the site is used, and a «no» on an empty page would be remembered. Workers cannot ask.
   */
  async function askToPersist(): Promise<void> {
    askedToPersist = true;
    const manager = navigator.storage as StorageManager | undefined;
    let persisted: boolean | null = null;
    try {
      // WebKitGTK has no `persist`; the types do not know that.
      if (manager && "persist" in manager) persisted = (await manager.persisted()) || (await manager.persist());
    } catch {
      persisted = null;
    }
    post({ note: "persisted", persisted });
  }

  // A page in the back-forward cache holds nothing that another one needs.
  const pageNote = (note: "away" | "back") => ({ persisted }: PageTransitionEvent) => {
    if (persisted) post({ note });
  };
  globalThis.addEventListener?.("pagehide", pageNote("away"));
  globalThis.addEventListener?.("pageshow", pageNote("back"));

  return new Proxy({} as EngineClient, {
    // Without the exception an `await` of the client itself would take it for a promise.
    get: (_, name) => (name === "then" ? undefined : (...args: unknown[]) => call(name as keyof EngineApi, args)),
  });
}

const newWorker = (): Worker => startWorker(engineUrl, "trazo-engine");

/** Where the site lies, whatever file of it was asked for. */
const base = (): string => new URL(".", globalThis.document?.baseURI ?? "http://localhost/").pathname;
