/**
 * The engine's end of the wire: a drawing is answered at once, whatever else goes on, and so is what is asked of the inside,
 * which changes nothing either; everything else is done in the order in which it was asked, one thing after the other.
 */
import { code, isPanic, message } from "./failure";
import type { Call, EngineApi, EngineError, FromEngine, Result } from "./protocol";

type Answer<K extends keyof EngineApi> = ReturnType<EngineApi[K]> | Promise<ReturnType<EngineApi[K]>>;
/** What answers the calls: a value, or a promise of one; a failure is thrown. */
export type Handlers = { [K in keyof EngineApi]: (...args: Parameters<EngineApi[K]>) => Answer<K> };

/** Gives the page a message; what is transferred leaves the worker. */
export type Post = (message: FromEngine, transfer?: Transferable[]) => void;

/** What only looks, and so need not wait its turn. */
export const isLook = (call: keyof EngineApi): boolean => call === "read" || call === "readNumber" || call === "inside";

export class Wire {
  /** What is to be told once the answer under way has been posted. */
  afterwards: (() => void) | null = null;
  readonly #handlers: Handlers;
  readonly #ready: (call: keyof EngineApi) => Promise<void>;
  readonly #failed: () => void;
  readonly #post: Post;
  #turn: Promise<unknown> = Promise.resolve();

  /** `ready` resolves when a call can be carried out; `failed` is called once, when the engine cannot be used any more. */
  constructor(
    handlers: Handlers,
    ready: (call: keyof EngineApi) => Promise<void>,
    failed: () => void,
    post: Post,
  ) {
    this.#handlers = handlers;
    this.#ready = ready;
    this.#failed = failed;
    this.#post = post;
  }

  post(message: FromEngine): void {
    this.#post(message);
  }

  /** Does something after what was asked before it. */
  inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch((error: unknown) => {
      if (isPanic(error)) this.fatal(error);
    });
    return done;
  }

  async answer(call: Call): Promise<void> {
    let result: Result<unknown>;
    let transfer: Transferable[] | undefined;
    try {
      result = { ok: true, value: await this.#value(call) };
      if (call.call === "inside") transfer = buffers(result.value);
    } catch (error) {
      if (isPanic(error)) return this.fatal(error);
      result = { ok: false, error: toError(error) };
    }
    this.#post({ id: call.id, result }, transfer);
    if (isLook(call.call)) return;
    this.afterwards?.();
    this.afterwards = null;
  }

  #value<K extends keyof EngineApi>({ call, args }: Call<K>): Answer<K> {
    const work = (): Answer<K> => this.#handlers[call](...args);
    if (call === "read") return work();
    const whenReady = (): Promise<ReturnType<EngineApi[K]>> => this.#ready(call).then(work);
    return isLook(call) ? whenReady() : this.inTurn(whenReady);
  }

  /** A fault that nothing can go on after. */
  fatal(error: unknown): void {
    this.#failed();
    this.#post({ fatal: { code: "worker-failed", message: `The engine stopped: ${message(error)}` } });
  }
}

/** The numbers of an answer, which were made for it alone. */
function buffers(value: unknown): Transferable[] {
  return Object.values(value ?? {}).flatMap((each) => (ArrayBuffer.isView(each) ? [each.buffer as ArrayBuffer] : []));
}

function toError(error: unknown): EngineError {
  return { code: code(error) ?? "failed", message: message(error) };
}
