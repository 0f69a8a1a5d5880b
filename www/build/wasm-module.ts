/**
 * A WebAssembly module as lists of what is in it, and such lists as a module again.
 *
 * Knows what wasm-bindgen makes: imports that are functions, and tables, memories and globals of the module's own.
 * Anything else is an error. Source: WebAssembly Core Specification 2.0, «Binary Format», «Modules».
 */
import { mentions, Reader, u32 } from "./wasm-code.ts";

/** Numbers of the sections that are known. */
export const [TYPE, IMPORT, FUNCTION, TABLE, MEMORY, GLOBAL, EXPORT, ELEMENT, CODE, DATA, DATA_COUNT] = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12];
/** The order in which a module has them. */
const ORDER = [TYPE, IMPORT, FUNCTION, TABLE, MEMORY, GLOBAL, EXPORT, ELEMENT, DATA_COUNT, CODE, DATA];
const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** The kind of an import or export that is a function; others are tables (1), memories (2) and globals (3). */
export const FUNC = 0;
/** References: to functions, and to what JavaScript has. */
export const [FUNCREF, EXTERNREF] = [0x70, 0x6f];
/** Types of values: numbers, vectors, references. */
const VALUES = [0x7f, 0x7e, 0x7d, 0x7c, 0x7b, FUNCREF, EXTERNREF];

export interface Func {
  type: number;
  /** How many parameters the type has. */
  parameters: number;
  /** Locals and code; nothing for a function that is imported. */
  body: Uint8Array | null;
  /** The functions that it calls. */
  mentions: number[];
}

export interface Export {
  name: string;
  kind: number;
  index: number;
}

export interface Table {
  kind: number;
  /** Entries at the beginning, and at most. */
  least: number;
  most: number | null;
}

export interface Module {
  /** The sections as they came, for those that stay as they are. */
  sections: Map<number, Uint8Array>;
  /** Imported functions first. */
  functions: Func[];
  tables: Table[];
  /** Types, as bytes. */
  memories: number[][];
  globals: number[][];
  exports: Export[];
  /** Where in the first table, as bytes, and which functions. */
  elements: { where: number[]; functions: number[] }[];
}

export function parse(module: Uint8Array): Module {
  const sections = sectionsOf(module);
  const each = <T>(id: number, entry: (section: Reader) => T): T[] => {
    const section = new Reader(sections.get(id) ?? new Uint8Array(1));
    return section.list(() => entry(section));
  };
  const parameters = each(TYPE, (section) => {
    if (section.byte() !== 0x60) throw new Error("A type that is no function's.");
    const values = () => section.list(() => known(section.byte(), VALUES, "A type of values")).length;
    const count = values();
    values();
    return count;
  });
  const func = (type: number, body: Uint8Array | null): Func => ({
    type,
    parameters: at(parameters, type),
    body,
    mentions: body ? mentions(body).map(({ called }) => called) : [],
  });
  const imports = each(IMPORT, (section) => {
    section.take(section.u32());
    section.take(section.u32());
    if (section.byte() !== FUNC) throw new Error("Only functions can be imported here.");
    return func(section.u32(), null);
  });
  const types = each(FUNCTION, (section) => section.u32());
  const bodies = each(CODE, (section) => section.take(section.u32()));
  return {
    sections,
    functions: [...imports, ...types.map((type, index) => func(type, at(bodies, index)))],
    tables: each(TABLE, (section) => ({ kind: known(section.byte(), [FUNCREF, EXTERNREF], "A type of tables"), ...limits(section) })),
    memories: each(MEMORY, (section) => passing(section, () => void limits(section))),
    globals: each(GLOBAL, (section) => {
      const type = [...section.take(2)];
      skipConstant(section);
      return type;
    }),
    exports: each(EXPORT, (section) => ({
      name: new TextDecoder().decode(section.take(section.u32())),
      kind: section.byte(),
      index: section.u32(),
    })),
    elements: each(ELEMENT, (section) => {
      const where = passing(section, () => {
        if (section.u32() !== 0) throw new Error("Only active elements of the first table are known here.");
        skipConstant(section);
      });
      return { where, functions: section.list(() => section.u32()) };
    }),
  };
}

function sectionsOf(module: Uint8Array): Map<number, Uint8Array> {
  const reader = new Reader(module);
  if (!MAGIC.every((byte) => byte === reader.byte())) throw new Error("This is no WebAssembly module.");
  const sections = new Map<number, Uint8Array>();
  while (!reader.done) {
    const id = reader.byte();
    const content = reader.take(reader.u32());
    if (ORDER.includes(id)) sections.set(id, content);
    else if (id !== 0) throw new Error(`A section that is not known here: ${id}.`);
  }
  return sections;
}

function known(found: number, list: readonly number[], what: string): number {
  if (!list.includes(found)) throw new Error(`${what} that is not known here: 0x${found.toString(16)}.`);
  return found;
}

/** How many entries or pages there are at the beginning, and at most. */
function limits(section: Reader): { least: number; most: number | null } {
  const hasMost = known(section.byte(), [0, 1], "A kind of limits") === 1;
  return { least: section.u32(), most: hasMost ? section.u32() : null };
}

/** Reads with `read` and gives the bytes that it read. */
function passing(section: Reader, read: () => void): number[] {
  const from = section.at;
  read();
  return [...section.bytes.subarray(from, section.at)];
}

/** An initial value or an offset: one constant, which names no function. */
function skipConstant(section: Reader): void {
  const opcode = section.byte();
  if (opcode === 0x41 || opcode === 0x42 || opcode === 0xd0) section.skipNumber(); // i32, i64, null
  else if (opcode === 0x43 || opcode === 0x44) section.take(opcode === 0x43 ? 4 : 8); // f32, f64
  else throw new Error("A constant that is not known here.");
  if (section.byte() !== 0x0b) throw new Error("A constant that is not known here.");
}

/** The module that these sections make. */
export function assemble(sections: Iterable<[number, Iterable<number>]>): Uint8Array<ArrayBuffer> {
  const contents = new Map(sections);
  const bytes = ORDER.flatMap((id) => {
    const content = contents.get(id);
    return content ? [[id], sized(content)].flat() : [];
  });
  return Uint8Array.from([...MAGIC, ...bytes]);
}

/** How many there are, then each. */
export function vector(entries: Iterable<number>[]): number[] {
  return [...u32(entries.length), ...entries.flatMap((entry) => [...entry])];
}

/** How many bytes there are, then these. */
export function sized(content: Iterable<number>): number[] {
  const bytes = [...content];
  return [...u32(bytes.length), ...bytes];
}

export function text(value: string): number[] {
  return sized(new TextEncoder().encode(value));
}

export function tableType({ kind, least, most }: Table): number[] {
  return most === null ? [kind, 0, ...u32(least)] : [kind, 1, ...u32(least), ...u32(most)];
}

/** `i32.const`, for numbers that are not negative: LEB128 with sign. */
export function i32Const(value: number): number[] {
  const bytes = u32(value);
  const last = bytes.pop() ?? 0;
  return [0x41, ...bytes, ...(last & 0x40 ? [last | 0x80, 0] : [last])];
}

export function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`The module names number ${index} of a list of ${list.length}.`);
  return found;
}
