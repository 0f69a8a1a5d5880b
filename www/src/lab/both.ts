/** The address of two runs: the first as a link of one has it, the second by what it has otherwise. */
import type { LabSetup } from "../worker/lab-protocol";
import { decode, encode, type Decoded, type Query } from "./link";

/** Says that there are two, and begins what the second has otherwise than the first. */
const SECOND = "b";

/** One setup, or two: the second by what is not as in the first. What it lacks is empty. */
export function encodeAll([first, second]: readonly LabSetup[]): Query {
  const one = first ? encode(first) : {};
  if (!second) return one;
  const other = encode(second);
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((key) => one[key] !== other[key]);
  return { ...one, [SECOND]: "1", ...Object.fromEntries(keys.map((key) => [`${SECOND}.${key}`, other[key] ?? ""])) };
}

export function decodeAll(query: Query): { setups: LabSetup[] } | Exclude<Decoded, { setup: unknown }> {
  const entries = Object.entries(query);
  const own = entries.filter(([key]) => !key.startsWith(`${SECOND}.`));
  const first = decode(Object.fromEntries(own));
  if (!("setup" in first)) return first;
  if (query[SECOND] === undefined) return { setups: [first.setup] };
  const other = new Map(own);
  for (const [key, value] of entries) {
    if (!key.startsWith(`${SECOND}.`)) continue;
    if (value === "") other.delete(key.slice(2));
    else other.set(key.slice(2), value);
  }
  const second = decode(Object.fromEntries(other));
  return "setup" in second ? { setups: [first.setup, second.setup] } : second;
}
