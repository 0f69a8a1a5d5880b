/** What the Lab knows: its runs, how their setups and the address follow each other, and what broke off the last time. */
import { computed, effect, signal } from "@preact/signals";
import { place, replace } from "../router";
import { say } from "../state/status";
import { language } from "../settings/preferences";
import { openLab } from "../worker/lab";
import type { LabSetup } from "../worker/lab-protocol";
import { writers } from "./class";
import { figures } from "./figures";
import { named } from "./guides";
import { keep, kept, letGo } from "./kept";
import { decodeAll, encodeAll } from "./both";
import type { Decoded, Query } from "./link";
import { Run, type Checkpoint } from "./run";
import { Runs } from "./runs";
import { words } from "./words";

export const f = computed(() => figures(language.value));

export const runs = new Runs(() => new Run(openLab, keepIt));
/** The one that is looked at and changed. */
export const { run } = runs;

/** What was wrong with the link that led here. */
export const badLink = signal<Exclude<Decoded, { setup: unknown }> | null>(null);

/** What of the address is not the setup, and stays. */
const ASIDE = ["e"] as const;
/** The experiment that a link leads through. */
export const guide = computed(() => (place.value.route === "lab" ? named(place.value.query.get("e")) : null));

let written = "";

const asText = (query: Query): string => new URLSearchParams(query).toString();

/** The address of the setups as they stand, with what else the address has. */
function current(): Query {
  const aside = ASIDE.flatMap((key) => {
    const value = place.peek().query.get(key);
    return value === null ? [] : [[key, value] as const];
  });
  return { ...encodeAll(runs.all.value.map(({ setup }) => setup.value)), ...Object.fromEntries(aside) };
}

/** Looks for as long as the screen stands. Returns what ends it. */
export function follow(): () => void {
  const stops = [
    // A link was opened, or the back button pressed: not what was written here.
    effect(() => {
      const { route, query } = place.value;
      if (route !== "lab" || query.size === 0 || query.toString() === written) return;
      const step = query.has("v") ? null : named(query.get("e"))?.step;
      const found = step ? { setups: [step.setup] } : decodeAll(Object.fromEntries(query));
      badLink.value = "setups" in found ? null : found;
      if ("setups" in found) void runs.arrange(found.setups);
      else say(() => sayBad(found));
    }),
    effect(() => {
      const query = current();
      if (place.peek().route !== "lab" || badLink.peek()) return;
      written = asText(query);
      replace("lab", query);
    }),
    effect(() => {
      for (const each of runs.all.value) {
        // Each on its own: a change of one is none of the other.
        void each.setup.value;
      }
      for (const each of runs.all.peek()) if (checked.get(each) !== each.setup.peek()) {
        checked.set(each, each.setup.peek());
        each.changed();
      }
    }),
  ];
  void run.peek().askSources();
  void recall();
  return () => {
    for (const stop of stops) stop();
  };
}

/** The setup of each run that was checked last. */
const checked = new WeakMap<Run, LabSetup>();

export function sayBad(bad: NonNullable<typeof badLink.value>): string {
  const { badLink: said } = words.value;
  return bad.fault === "version" ? said.version : said.part(bad.part);
}

/** The setup of the chosen run changes by a hand on the screen. */
export function change(by: (setup: LabSetup) => LabSetup): void {
  badLink.value = null;
  runs.change(by);
}

export const linkOf = (): string => new URL(`#/lab?${asText(current())}`, location.href).href;

/** What broke off when the page was left: one run, or two. */
export const broken = signal<readonly Checkpoint[]>([]);
let recalled = false;

async function recall(): Promise<void> {
  if (recalled) return;
  recalled = true;
  const found = (await Promise.all([kept("A"), kept("B")])).filter((each) => each !== null);
  // What was begun meanwhile is what is wanted.
  if (runs.all.peek().every(({ made }) => made.peek() === null)) broken.value = found;
}

/** It goes on where it was kept, paused before: the large button does the rest. */
export async function goOn(): Promise<void> {
  const found = broken.peek();
  broken.value = [];
  badLink.value = null;
  await runs.arrange(found.map(({ setup }) => setup));
  for (const [i, each] of runs.all.peek().entries()) each.checkpoint.value = found[i] ?? null;
  await runs.play();
}

export function leave(): void {
  broken.value = [];
  void Promise.all([letGo("A"), letGo("B")]);
}

/** Digits that came from files are not kept with it: such a run could not go on. */
function keepIt(of: Run, checkpoint: Checkpoint | null): void {
  broken.value = [];
  const name = of.name.peek() ?? "A";
  if (!runs.pair.peek()) void letGo("B");
  const { source } = checkpoint?.setup.data ?? {};
  const here = source === "files" || (source === "examples" && writers.peek().length > 0);
  if (checkpoint && !here) void keep(name, checkpoint);
  else void letGo(name);
}
