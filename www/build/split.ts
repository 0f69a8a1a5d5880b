/**
 * One WebAssembly module as two that make it up: what is needed first, and the rest. Why, and what is refused: `./README.md`.
 *
 * The first part is an ordinary module: the exports that are wanted at once, every function that they can reach, and all
 * data. Of the other exports it has the names only; they jump through slots at the end of its table, which are empty
 * until the rest is instantiated with the first part's exports:
 *
 *     const first = await WebAssembly.instantiate(firstPart, imports);
 *     await WebAssembly.instantiate(rest, { first: first.exports });
 *
 * Nothing is in both and nothing is guessed: whatever a pointer to a function can hold is in the first part, so that it
 * works without the rest for as long as only the exports named are called. A later one traps until then.
 */
import { isValid } from "./validate.ts";
import { renumber, u32 } from "./wasm-code.ts";
import {
  assemble, at, CODE, ELEMENT, EXPORT, FUNC, FUNCREF, FUNCTION, i32Const, IMPORT, parse, sized, TABLE, tableType, text, TYPE, vector,
  type Module, type Table,
} from "./wasm-module.ts";

/** The name under which the rest imports from the first part. */
const FIRST = "first";

type Bytes = Uint8Array<ArrayBuffer>;

/** What is where. Functions by their numbers in the whole module. */
interface Plan extends Module {
  /** Imported functions, all of which the first part has. */
  imported: number[];
  /** Functions of the first part. */
  first: number[];
  rest: number[];
  /** Functions of the rest that are exported: each gets a slot of the table, from `slot` on. */
  late: number[];
  slot: number;
  /** The table with its slots. */
  table: Table;
  /** What the rest imports from the first part: functions, then tables, memories, globals. `type` is bytes. */
  shared: { name: string; kind: number; index: number; type: number[] }[];
}

/** Splits `module`; `early` says which exported functions are wanted at once. */
export function split(module: Uint8Array, early: (name: string) => boolean): [first: Bytes, rest: Bytes] {
  const whole = plan(parse(module), early);
  const parts: [Bytes, Bytes] = [firstPart(whole), restPart(whole)];
  if (!parts.every(isValid)) throw new Error("What came of the split is not valid WebAssembly.");
  return parts;
}

function plan(whole: Module, early: (name: string) => boolean): Plan {
  const { functions, exports, elements, memories, globals } = whole;
  const [table, ...tables] = whole.tables;
  if (table?.kind !== FUNCREF) throw new Error("A module whose first table is not one of functions cannot be split.");
  if (memories.length > 1) throw new Error("A module with more than one memory cannot be split.");
  const isOwn = (index: number) => at(functions, index).body !== null;
  const ofKind = exports.filter(({ kind }) => kind === FUNC);
  const pointedAt = elements.flatMap((element) => element.functions);
  const inFirst = reached(whole, [...ofKind.filter(({ name }) => early(name)).map(({ index }) => index), ...pointedAt]);
  const inAll = reached(whole, ofKind.map(({ index }) => index));
  const rest = alike(whole, [...inAll].filter((index) => isOwn(index) && !inFirst.has(index)));
  const inRest = new Set(rest);
  const late = ascending(new Set(ofKind.map(({ index }) => index).filter((index) => inRest.has(index))));
  const wanted = new Set(rest.flatMap((index) => at(functions, index).mentions).filter((index) => !inRest.has(index)));
  const slots = late.length;
  const longer = { ...table, least: table.least + slots, most: table.most === null ? null : table.most + slots };
  const shared = [
    ...ascending(wanted).map((index) => ({ kind: FUNC, index, type: u32(at(functions, index).type) })),
    ...[longer, ...tables].map((each, index) => ({ kind: 1, index, type: tableType(each) })),
    ...memories.map((type, index) => ({ kind: 2, index, type })),
    ...globals.map((type, index) => ({ kind: 3, index, type })),
  ];
  return {
    ...whole,
    imported: [...functions.keys()].filter((index) => !isOwn(index)),
    first: alike(whole, [...inFirst].filter(isOwn)),
    rest,
    late,
    slot: table.least,
    table: longer,
    // No export of wasm-bindgen's begins like that.
    shared: shared.map(({ kind, index, type }, position) => ({ kind, index, type, name: `:${position.toString(36)}` })),
  };
}

/** The functions that can be reached from these. */
function reached({ functions }: Module, roots: number[]): Set<number> {
  const found = new Set<number>();
  const waiting = [...roots];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    waiting.push(...at(functions, index).mentions);
  }
  return found;
}

function firstPart(whole: Plan): Bytes {
  const { functions, imported, first, late } = whole;
  // The late ones are named here, too: their numbers are those of the jumps to them.
  const number = numbering([...imported, ...first, ...late]);
  const renumbered = (kind: number, index: number) => u32(kind === FUNC ? number(index) : index);
  const exports = [...whole.exports, ...whole.shared];
  return assemble([
    ...whole.sections,
    [FUNCTION, vector([...first, ...late].map((index) => u32(at(functions, index).type)))],
    [TABLE, vector([whole.table, ...whole.tables.slice(1)].map(tableType))],
    [EXPORT, vector(exports.map(({ name, kind, index }) => [text(name), kind, renumbered(kind, index)].flat()))],
    [ELEMENT, vector(whole.elements.map(({ where, functions }) => [where, numbers(functions, number)].flat()))],
    [CODE, vector([...first.map((index) => code(whole, index, number)), ...late.map((index, slot) => jump(whole, index, whole.slot + slot))])],
  ]);
}

function restPart(whole: Plan): Bytes {
  const { functions, rest, late, shared } = whole;
  const number = numbering([...shared.filter(({ kind }) => kind === FUNC).map(({ index }) => index), ...rest]);
  return assemble([
    [TYPE, whole.sections.get(TYPE) ?? [0]],
    [IMPORT, vector(shared.map(({ name, kind, type }) => [text(FIRST), text(name), kind, type].flat()))],
    [FUNCTION, vector(rest.map((index) => u32(at(functions, index).type)))],
    [ELEMENT, vector([[0, ...i32Const(whole.slot), 0x0b, ...numbers(late, number)]])],
    [CODE, vector(rest.map((index) => code(whole, index, number)))],
  ]);
}

/** A function that hands its parameters to the one in a slot of the table. */
function jump({ functions }: Module, index: number, slot: number): number[] {
  const { type, parameters } = at(functions, index);
  const operands = Array.from({ length: parameters }, (_, local) => [0x20, ...u32(local)]);
  return sized([0, ...operands.flat(), ...i32Const(slot), 0x11, ...u32(type), 0, 0x0b]);
}

function code({ functions }: Module, index: number, number: (index: number) => number): number[] {
  return sized(renumber(at(functions, index).body ?? new Uint8Array(), number));
}

function numbers(functions: number[], number: (index: number) => number): number[] {
  return vector(functions.map((index) => u32(number(index))));
}

/** From a function's number in the whole module to its number in a part that has these. */
function numbering(order: number[]): (index: number) => number {
  const numbers = new Map(order.map((index, position) => [index, position]));
  return (index) => {
    const found = numbers.get(index);
    if (found === undefined) throw new Error(`Function ${index} is in the other part.`);
    return found;
  };
}

/** In an order in which functions that are alike are neighbours: brotli packs them 1.5 % better. */
function alike({ functions }: Module, indices: number[]): number[] {
  const own = indices.map((index) => ({ index, type: at(functions, index).type, body: at(functions, index).body ?? new Uint8Array() }));
  return own.sort((a, b) => a.type - b.type || compare(a.body, b.body)).map(({ index }) => index);
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const different = a.findIndex((byte, position) => byte !== b[position]);
  return different < 0 ? a.length - b.length : (a[different] ?? 0) - (b[different] ?? -1);
}

function ascending(numbers: Iterable<number>): number[] {
  return [...numbers].sort((a, b) => a - b);
}
