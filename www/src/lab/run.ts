/** One run as the page knows it: its setup, what it says of itself, and what can be done with it. */
import { batch, computed, signal } from "@preact/signals";
import { latestWins } from "../draw/loop";
import { sentence } from "../i18n";
import { say } from "../state/status";
import type { EngineError, Result } from "../worker/protocol";
import type {
  Lab, LabConfusion, LabData, LabEvent, LabLook, LabOptions, LabProgress, LabReady, LabSetup, LabShapes, LabSource, LabTest, LabWeights, OpenLab,
} from "../worker/lab-protocol";
import { digitsOf, roster } from "./class";
import { chosen } from "./files";
import { sameSetup } from "./link";
import { USUAL } from "./setup";
import { words, type Words } from "./words";

/** Pictures of the weights and the table, while it runs: in milliseconds. */
const REFRESH = 2000;

/** All that a run can go on from. */
export interface Checkpoint {
  setup: LabSetup;
  bytes: Uint8Array;
  seen: number;
}

export type Name = "A" | "B";

export class Run {
  readonly setup = signal<LabSetup>(USUAL);
  readonly shapes = signal<LabShapes | null>(null);
  readonly sources = signal<readonly LabSource[]>(["synthetic"]);
  /** The run that stands, and of what setup it is. */
  readonly made = signal<{ setup: LabSetup; ready: LabReady; roster: object } | null>(null);
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
  readonly checkpoint = signal<Checkpoint | null>(null);
  /** What it is called beside another one. */
  readonly name = signal<Name | null>(null);
  /** It goes in step with another one: where it rests it waits for that. */
  readonly inStep = signal(false);
  /** At most so many workers from the next making on; as many as pay where undefined. */
  workers: 1 | undefined = undefined;

  readonly state = computed(() => this.progress.value?.state ?? null);
  /** There is a run that can go on. */
  readonly stands = computed(() => this.made.value !== null && (this.state.value === "ready" || this.state.value === "paused" || this.state.value === "running"));
  /** It runs, rests, or is being made: its setup cannot be changed. */
  readonly going = computed(() => this.loading.value !== null || this.inStep.value || this.stands.value);
  /** What is shown is of another setup than the one that stands above it. */
  readonly stale = computed(() => {
    const made = this.made.value;
    if (!made || this.going.value) return false;
    return !sameSetup(made.setup, this.setup.value) || (made.setup.data.source === "examples" && made.roster !== roster.value);
  });
  /** The latest look: what the large number is. */
  readonly latest = computed(() => this.looks.value.at(-1) ?? null);

  readonly #open: OpenLab;
  readonly #keep: (run: Run, checkpoint: Checkpoint | null) => void;
  #lab: Lab | null = null;
  #opened: LabOptions["workers"];
  /** Whoever waits until it rests. */
  #rests: () => void = () => {};
  /** Counts the runs: an answer of the one before is not for this one. */
  #round = 0;
  /** The failure that stands is one of a check. */
  #unchecked = false;

  /** `keep` is told what it can go on from, now and then while it trains, and null where there is nothing to go on with. */
  constructor(open: OpenLab, keep: (run: Run, checkpoint: Checkpoint | null) => void = () => {}) {
    this.#open = open;
    this.#keep = keep;
  }

  get lab(): Lab {
    if (!this.#lab) {
      this.#opened = this.workers;
      this.#lab = this.#open((event) => this.#hear(event), this.workers ? { workers: this.workers } : {});
    }
    return this.#lab;
  }

  close(): void {
    this.#round += 1;
    this.#lab?.close();
    this.#lab = null;
    this.#rests();
  }

  /** As if nothing had been trained yet. */
  forget(): void {
    this.#round += 1;
    batch(() => {
      this.loading.value = null;
      this.#empty();
    });
    this.#rests();
  }

  #empty(): void {
    this.failure.value = null;
    this.made.value = this.progress.value = this.confusion.value = this.weights.value = this.test.value = this.checkpoint.value = null;
    this.looks.value = [];
    this.factor.value = 1;
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
  async play(): Promise<void> {
    if (this.loading.peek() !== null) return;
    if (this.state.peek() === "running") return this.#take(await this.lab.pause());
    if (!this.stands.peek() && !(await this.make())) return;
    const result = await this.lab.start();
    if (result.ok && result.value.state === "running") say(() => words.value.said.running);
    this.#take(result);
  }

  /** Trains until so many digits have been seen; answered when it rests, or is over. */
  async advance(until: number): Promise<void> {
    const rests = new Promise<void>((resolve) => (this.#rests = resolve));
    this.#take(await this.lab.start(until));
    if (this.state.peek() === "running") await rests;
  }

  async rest(): Promise<void> {
    if (this.state.peek() === "running") this.#take(await this.lab.pause());
  }

  async step(unit: "batch" | "epoch"): Promise<void> {
    if (this.loading.peek() !== null || this.state.peek() === "running") return;
    if (!this.stands.peek() && !(await this.make())) return;
    this.#take(await this.lab.step(unit));
    await this.refresh();
  }

  async stop(): Promise<void> {
    if (this.stands.peek()) this.#take(await this.lab.stop());
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
    if (this.stands.peek()) this.#take(await this.lab.pace(perSecond));
  }

  async setFactor(factor: number): Promise<void> {
    this.factor.value = factor;
    if (this.stands.peek()) this.#take(await this.lab.setRate(factor));
  }

  /** The run of before is gone, and the one of the setup stands before its first step. False where it cannot be. */
  async make(): Promise<boolean> {
    const round = ++this.#round;
    const setup = this.setup.peek();
    const checkpoint = this.checkpoint.peek();
    const kept = checkpoint && sameSetup(checkpoint.setup, setup) ? checkpoint.bytes : null;
    if (this.#lab && this.#opened !== this.workers) {
      this.#lab.close();
      this.#lab = null;
    }
    if (!kept) this.#keep(this, null);
    batch(() => {
      this.loading.value = 0;
      this.#empty();
    });
    const people = roster.peek();
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
      this.made.value = { setup, ready: result.value, roster: people };
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
      this.#rests();
      await this.lab.stop();
    }
    this.setup.value = setup;
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
      case "kept":
        this.#keeps(event.checkpoint);
        break;
      case "failed": {
        const setup = this.made.peek()?.setup ?? this.setup.peek();
        batch(() => {
          this.checkpoint.value = event.checkpoint ? { setup, bytes: event.checkpoint, seen: this.progress.peek()?.seen ?? 0 } : null;
          this.#fail(event.error);
        });
        break;
      }
    }
  }

  #progressed(progress: LabProgress): void {
    // Of a run that is being put away.
    if (!this.made.peek()) return;
    const before = this.progress.peek();
    this.progress.value = progress;
    if (before?.state === progress.state) return;
    if (progress.state === "over") this.#keep(this, null);
    if (progress.state !== "running") this.#rests();
    // In step it rests all the time.
    if (progress.state === "paused" && this.inStep.peek()) return;
    const said = saidOf(progress);
    const name = this.name.peek();
    if (said) say(() => (name ? words.value.named(name, said(words.value)) : said(words.value)));
    if (progress.state !== "running") void this.refresh();
    if (progress.state === "paused") void this.keepNow();
  }

  /** What it is now is what it can go on from. */
  async keepNow(): Promise<void> {
    const round = this.#round;
    const result = await this.lab.checkpoint();
    if (result.ok && round === this.#round) this.#keeps(result.value);
  }

  #keeps(bytes: Uint8Array): void {
    const made = this.made.peek();
    if (made && this.state.peek() !== "over") this.#keep(this, { setup: made.setup, bytes, seen: this.progress.peek()?.seen ?? 0 });
  }

  #fail(error: EngineError): void {
    const now = this.progress.peek();
    this.#unchecked = false;
    batch(() => {
      this.loading.value = null;
      this.failure.value = error;
      if (now && now.state !== "over") this.progress.value = { ...now, state: "failed" };
    });
    this.#rests();
    const own = sayable(error);
    if (own) say(() => own(words.value));
    // Not as the engine's own failure: that goes on.
    else say((all) => sentence(all, error.code === "worker-failed" ? { ...error, code: "general" } : error));
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

/** The digits that come with the setup; none where the worker makes or fetches them. */
async function dataOf({ data }: LabSetup): Promise<Result<LabData | undefined>> {
  if (data.source === "files") {
    const files = chosen.peek();
    // A copy: they are handed over, and the next start needs them too.
    if (files && files !== "bad") return { ok: true, value: { source: "files", images: files.images.slice(), labels: files.labels.slice() } };
    return { ok: false, error: { code: "lab-no-files", message: "No files were chosen." } };
  }
  return data.source === "examples" ? digitsOf() : { ok: true, value: undefined };
}
