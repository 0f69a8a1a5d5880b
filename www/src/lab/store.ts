/** What the Lab knows: the run, how its setup and the address follow each other, and what of the screen is remembered. */
import { computed, effect, signal } from "@preact/signals";
import { place, replace } from "../router";
import { say } from "../state/status";
import { language } from "../settings/preferences";
import { openLab } from "../worker/lab";
import { figures } from "./figures";
import { named } from "./guides";
import { decode, encode, type Query } from "./link";
import { Run } from "./run";
import { words } from "./words";

export const f = computed(() => figures(language.value));

export const run = new Run(openLab);

/** What was wrong with the link that led here. */
export const badLink = signal<Exclude<ReturnType<typeof decode>, { setup: unknown }> | null>(null);

/** What of the address is not the setup, and stays. */
const ASIDE = ["e"] as const;
/** The experiment that a link leads through. */
export const guide = computed(() => (place.value.route === "lab" ? named(place.value.query.get("e")) : null));

let written = "";

const asText = (query: Query): string => new URLSearchParams(query).toString();

/** The address of the setup as it stands, with what else the address has. */
function current(): Query {
  const aside = ASIDE.flatMap((key) => {
    const value = place.peek().query.get(key);
    return value === null ? [] : [[key, value] as const];
  });
  return { ...encode(run.setup.value), ...Object.fromEntries(aside) };
}

/** Looks for as long as the screen stands. Returns what ends it. */
export function follow(): () => void {
  const stops = [
    // A link was opened, or the back button pressed: not what was written here.
    effect(() => {
      const { route, query } = place.value;
      if (route !== "lab" || query.size === 0 || query.toString() === written) return;
      const step = query.has("v") ? null : named(query.get("e"))?.step;
      const found = step ? { setup: step.setup } : decode(Object.fromEntries(query));
      badLink.value = "setup" in found ? null : found;
      if ("setup" in found) void run.replace(found.setup);
      else say(() => sayBad(found));
    }),
    effect(() => {
      const query = current();
      if (place.peek().route !== "lab" || badLink.peek()) return;
      written = asText(query);
      replace("lab", query);
    }),
    effect(() => {
      void run.setup.value;
      run.changed();
    }),
  ];
  void run.askSources();
  return () => {
    for (const stop of stops) stop();
  };
}

export function sayBad(bad: NonNullable<typeof badLink.value>): string {
  const { badLink: said } = words.value;
  return bad.fault === "version" ? said.version : said.part(bad.part);
}

/** The setup changes by a hand on the screen. */
export function change(by: (setup: typeof run.setup.value) => typeof run.setup.value): void {
  badLink.value = null;
  run.setup.value = by(run.setup.peek());
}

export const linkOf = (): string => new URL(`#/lab?${asText(current())}`, location.href).href;
