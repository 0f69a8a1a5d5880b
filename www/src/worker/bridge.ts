/**
 * The page's end of the engine: calls become promises, and a worker that dies becomes an answer.
 *
 * No promise of `connect()`'s client is ever rejected or left hanging: where there is no engine the answer is
 * `{ ok: false, error: { code: "worker-failed" } }`, and `start()` begins again with a new worker, which finds
 * everything as it was last saved.
 */
import {
  AVOID_RELAXED,
  UPLOAD_LIMIT,
  type EngineApi,
  type EngineError,
  type EngineEvent,
  type FromEngine,
  type Result,
  type ToEngine,
} from "./protocol";

export type EngineClient = {
  [K in keyof EngineApi]: (...args: Parameters<EngineApi[K]>) => Promise<ReturnType<EngineApi[K]>>;
};

type Settle = (result: Result<unknown>) => void;

export function connect(onEvent: (event: EngineEvent) => void, spawn: (name: string) => Worker = newWorker): EngineClient {
  let worker: Worker | null = null;
  let workerName = "trazo-engine";
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
    const fresh = spawn(workerName);
    worker = fresh;
    fresh.onmessage = ({ data }: MessageEvent<FromEngine>) => receive(data);
    // The script did not load, or threw outside of any call.
    fresh.onerror = (event) => {
      event.preventDefault();
      if (worker === fresh) lose({ code: "worker-failed", message: event.message || "The engine's worker did not load." });
    };
    fresh.onmessageerror = () => {
      if (worker === fresh) lose({ code: "worker-failed", message: "The engine's answer could not be read." });
    };
  }

  function post(message: ToEngine, transfer: Transferable[] = []): void {
    worker?.postMessage(message, transfer);
  }

  async function call(name: keyof EngineApi, args: unknown[]): Promise<Result<unknown>> {
    const refused = name === "upload" ? tooLarge(args[1] as Uint8Array) : null;
    if (refused) return { ok: false, error: refused };
    try {
      if (name === "start" && !worker) spawnWorker();
      if (!worker) return { ok: false, error: { code: "worker-failed", message: "The engine is not running." } };
      const id = ++calls;
      const answer = new Promise<Result<unknown>>((settle) => waiting.set(id, settle));
      post({ id, call: name, args } as ToEngine, name === "upload" ? [(args[1] as Uint8Array).buffer] : []);
      const result = await answer;
      // A module that failed to load may stay failed in that worker for good: the next start gets a new one.
      if (name === "start" && !result.ok) {
        fail(result.error);
        if (result.error.code === "relaxed-failed") {
          workerName = AVOID_RELAXED;
          return await call("start", []);
        }
      }
      if (name === "teach" && result.ok && !askedToPersist && "label" in (result.value as object)) void askToPersist();
      return result;
    } catch (error) {
      const failure = { code: "worker-failed", message: `The engine's worker cannot be used: ${String(error)}` };
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
    post({ persisted });
  }

  return new Proxy({} as EngineClient, {
    // Without the exception an `await` of the client itself would take it for a promise.
    get: (_, name) => (name === "then" ? undefined : (...args: unknown[]) => call(name as keyof EngineApi, args)),
  });
}

function newWorker(name: string): Worker {
  return new Worker(new URL("./engine.ts", import.meta.url), { type: "module", name });
}

function tooLarge(bytes: Uint8Array): EngineError | null {
  if (bytes.byteLength <= UPLOAD_LIMIT) return null;
  return {
    code: "too-large",
    message: `The file has ${bytes.byteLength} bytes, and Trazo opens at most ${UPLOAD_LIMIT}.`,
  };
}
