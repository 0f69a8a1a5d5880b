/** One run as the page knows it: its setup, what it says of itself, and what can be done with it. */
import { batch, computed, signal } from "@preact/signals";
import { latestWins } from "../draw/loop";
import { complain, engine } from "../state/engine";
import { say } from "../state/status";
import type { EngineError, Result } from "../worker/protocol";
import type {
  Lab, LabConfusion, LabData, LabEvent, LabLook, LabOptions, LabProgress, LabReady, LabSetup, LabShapes, LabSource, LabTest, LabWeights, OpenLab,
} from "../worker/lab-protocol";
import { chosen } from "./files";
import { sameSetup } from "./link";
import { chance, USUAL } from "./setup";
import { words, type Words } from "./words";

/** Pictures of the weights and the table, while it runs: in milliseconds. */
const REFRESH = 2000;

export class Run {
  readonly setup = signal<LabSetup>(USUAL);
  readonly shapes = signal<LabShapes | null>(null);
  readonly sources = signal<readonly LabSource[]>(["synthetic"]);
  /** The run that stands, and of what setup it is. */
  readonly made = signal<{ setup: LabSetup; ready: LabReady } | null>(null);
  readonly progress = signal<LabProgress | null>(null);
  readonly looks = signal<readonly LabLook[]>([]);
  readonly confusion = signal<LabConfusion | null>(null);
  readonly weights = signal<LabWeights | null>(null);
  readonly test = signal<LabTest | null>(null);
  /** 0 … 1 while the digits are made or fetched. */
  readonly loading = signal<number | null>(null);
  readonly pace = signal<number | null>(null);
  /** By how much the rate is other than the setup says. */
  readonly factor = signal(1);
  readonly failure = signal<EngineError | null>(null);
  /** A run that broke off can go on from here. */
  readonly checkpoint = signal<Uint8Array | null>(null);

  readonly state = computed(() => this.progress.value?.state ?? null);
  /** It runs, rests, or is being made: its setup cannot be changed. */
  readonly going = computed(() => this.loading.value !== null || this.state.value === "running" || this.state.value === "paused" || this.state.value === "ready");
  /** What is shown is of another setup than the one that stands above it. */
  readonly stale = computed(() => this.made.value !== null && !this.going.value && !sameSetup(this.made.value.setup, this.setup.value));
  /** The latest look: what the large number is. */
  readonly latest = computed(() => this.looks.value.at(-1) ?? null);

  readonly #open: OpenLab;
  readonly #options: LabOptions;
  #lab: Lab | null = null;
  /** Counts the runs: an answer of the one before is not for this one. */
  #round = 0;
  /** The failure that stands is one of a check. */
  #unchecked = false;

  constructor(open: OpenLab, options: LabOptions = {}) {
    this.#open = open;
    this.#options = options;
  }

  get lab(): Lab {
    this.#lab ??= this.#open((event) => this.#hear(event), this.#options);
    return this.#lab;
  }

  close(): void {
    this.#round += 1;
    this.#lab?.close();
    this.#lab = null;
  }

  /** Shapes, sizes and faults of the setup as it stands: asked for at each change. */
  readonly check = latestWins(async () => {
    const setup = this.setup.peek();
    const result = await this.lab.check(setup);
    if (setup !== this.setup.peek()) return;
    if (!result.ok) {
      this.#fail(result.error);
      this.#unchecked = true;
      return;
    }
    batch(() => {
      this.shapes.value = result.value;
      // Not what came of a start meanwhile.
      if (this.#unchecked) this.failure.value = null;
    });
  }, 40);

  /** What was said of the setup before is over. */
  changed(): void {
    this.failure.value = null;
    this.check();
  }

  async askSources(): Promise<void> {
    const result = await this.lab.sources();
    if (result.ok) this.sources.value = result.value;
    else this.#fail(result.error);
  }

  /** Start, pause, go on: what the large button does. */
  async play(until?: number): Promise<void> {
    if (this.loading.peek() !== null) return;
    if (this.state.peek() === "running") return this.#take(await this.lab.pause());
    if (!this.#stands() && !(await this.make())) return;
    const result = await this.lab.start(until);
    if (result.ok && result.value.state === "running") say(() => words.value.said.running);
    this.#take(result);
  }

  async step(unit: "batch" | "epoch"): Promise<void> {
    if (this.loading.peek() !== null || this.state.peek() === "running") return;
    if (!this.#stands() && !(await this.make())) return;
    this.#take(await this.lab.step(unit));
    await this.refresh();
  }

  async stop(): Promise<void> {
    this.#take(await this.lab.stop());
  }

  /** The same setup from other weights, in another order. */
  async fresh(): Promise<void> {
    this.setup.value = { ...this.setup.peek(), seeds: { weights: chance(), order: chance() } };
    if (await this.make()) this.#take(await this.lab.start());
  }

  /** To where it read best: the curves end there. */
  async goBack(): Promise<void> {
    const round = this.#round;
    const result = await this.lab.goBack();
    const looks = await this.lab.looks();
    if (round !== this.#round) return;
    this.#take(result);
    if (!result.ok || !looks.ok) return;
    this.looks.value = looks.value;
    say(() => words.value.said.back(result.value.step));
    await this.refresh();
  }

  async setPace(perSecond: number | null): Promise<void> {
    this.pace.value = perSecond;
    if (this.#stands()) this.#take(await this.lab.pace(perSecond));
  }

  async setFactor(factor: number): Promise<void> {
    this.factor.value = factor;
    if (this.#stands()) this.#take(await this.lab.setRate(factor));
  }

  /** The run of before is gone, and the one of the setup stands before its first step. False where it cannot be. */
  async make(): Promise<boolean> {
    const round = ++this.#round;
    const setup = this.setup.peek();
    const before = this.made.peek()?.setup;
    const kept = before && sameSetup(before, setup) ? this.checkpoint.peek() : null;
    batch(() => {
      this.loading.value = 0;
      this.failure.value = null;
      this.made.value = this.progress.value = this.confusion.value = this.weights.value = this.test.value = this.checkpoint.value = null;
      this.looks.value = [];
      this.factor.value = 1;
    });
    const data = await dataOf(setup);
    const result = data.ok ? await (kept ? this.lab.resume(setup, kept, data.value) : this.lab.configure(setup, data.value)) : data;
    if (round !== this.#round) return false;
    this.loading.value = null;
    if (!result.ok) {
      this.#fail(result.error);
      return false;
    }
    const looks = await this.lab.looks();
    batch(() => {
      this.made.value = { setup, ready: result.value };
      if (setup === this.setup.peek()) this.shapes.value = result.value.shapes;
      this.progress.value = result.value.progress;
      if (looks.ok) this.looks.value = looks.value;
    });
    const pace = this.pace.peek();
    if (pace !== null) await this.lab.pace(pace);
    return round === this.#round;
  }

  /** The table and the weights as they are now. */
  readonly refresh = async (): Promise<void> => {
    const round = this.#round;
    if (!this.made.peek()) return;
    const [confusion, weights] = await Promise.all([this.lab.confusion(), this.lab.firstWeights()]);
    if (round !== this.#round) return;
    batch(() => {
      if (confusion.ok) this.confusion.value = confusion.value;
      if (weights.ok) this.weights.value = weights.value;
    });
  };
  readonly #refreshSometimes = latestWins(this.refresh, REFRESH);

  async openTest(): Promise<void> {
    const result = await this.lab.openTest();
    if (result.ok) this.test.value = result.value;
    else this.#fail(result.error);
  }

  /** Another setup altogether, by a link: what ran is over. */
  async replace(setup: LabSetup): Promise<void> {
    if (sameSetup(setup, this.setup.peek())) return;
    if (this.going.peek()) {
      this.#round += 1;
      this.loading.value = null;
      await this.lab.stop();
    }
    this.setup.value = setup;
  }

  /** Is there a run that can go on? */
  #stands(): boolean {
    const state = this.state.peek();
    return this.made.peek() !== null && (state === "ready" || state === "paused" || state === "running");
  }

  #take(result: Result<LabProgress>): void {
    if (result.ok) this.#progressed(result.value);
    else this.#fail(result.error);
  }

  #hear(event: LabEvent): void {
    switch (event.event) {
      case "progress":
        this.#progressed(event.progress);
        break;
      case "look":
        this.#progressed(event.progress);
        if ((this.looks.peek().at(-1)?.step ?? -1) < event.look.step) this.looks.value = [...this.looks.peek(), event.look];
        this.#refreshSometimes();
        break;
      case "loading":
        if (this.loading.peek() !== null) this.loading.value = event.done;
        break;
      case "failed":
        batch(() => {
          this.checkpoint.value = event.checkpoint;
          this.#fail(event.error);
        });
        break;
    }
  }

  #progressed(progress: LabProgress): void {
    // Of a run that is being put away.
    if (!this.made.peek()) return;
    const before = this.progress.peek();
    this.progress.value = progress;
    if (before?.state === progress.state) return;
    const said = saidOf(progress);
    if (said) say(() => said(words.value));
    if (progress.state === "paused" || progress.state === "over") void this.refresh();
  }

  #fail(error: EngineError): void {
    const now = this.progress.peek();
    this.#unchecked = false;
    batch(() => {
      this.loading.value = null;
      this.failure.value = error;
      if (now && now.state !== "over") this.progress.value = { ...now, state: "failed" };
    });
    const own = sayable(error);
    if (own) say(() => own(words.value));
    else complain(error.code === "worker-failed" ? { ...error, code: "general" } : error);
  }
}

/** What a change of state is called; nothing where the change says itself. */
function saidOf({ state, ending }: LabProgress): ((words: Words) => string) | null {
  if (state === "over") return ({ said }) => said[ending ?? "finished"];
  if (state === "paused" || state === "failed") return ({ said }) => said[state];
  return null;
}

/** Failures that the Lab has words for. */
export function sayable({ code }: EngineError): ((words: Words) => string) | null {
  const of = ({ errors }: Words): string | undefined => (Object.hasOwn(errors, code) ? errors[code as keyof typeof errors] : undefined);
  return of(words.peek()) === undefined ? null : (all) => of(all) ?? "";
}

/** Examples asked for at once. */
const PIECE = 250;

/** The digits that come with the setup; none where the worker makes or fetches them. */
async function dataOf({ data }: LabSetup): Promise<Result<LabData | undefined>> {
  if (data.source === "files") {
    const files = chosen.peek();
    // A copy: they are handed over, and the next start needs them too.
    if (files && files !== "bad") return { ok: true, value: { source: "files", images: files.images.slice(), labels: files.labels.slice() } };
    return { ok: false, error: { code: "lab-no-files", message: "No files were chosen." } };
  }
  if (data.source !== "examples") return { ok: true, value: undefined };
  const digits: Extract<LabData, { source: "examples" }>["digits"] = [];
  for (let offset = 0, total = 1; offset < total; offset += PIECE) {
    const page = await engine.examples(offset, PIECE);
    if (!page.ok) return page;
    total = page.value.total;
    digits.push(...page.value.examples.flatMap(({ drawing, label }) => (drawing ? [{ drawing, label }] : [])));
    if (page.value.examples.length === 0) break;
  }
  if (digits.length === 0) return { ok: false, error: { code: "lab-no-examples", message: "Nothing was taught." } };
  return { ok: true, value: { source: "examples", digits } };
}
