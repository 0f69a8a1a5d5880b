/**
 * The bodies of WebAssembly functions: which functions they call, and the same body with other numbers for them.
 *
 * Knows the instructions that the engine is made of: WebAssembly 2.0 with SIMD and relaxed SIMD, less what would make a
 * split wrong (see `./README.md`). Anything else is an error, never a guess. Source: WebAssembly Core Specification 2.0,
 * «Binary Format».
 */

/** Reads numbers and stretches of bytes, one after the other. */
export class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Error("The module ends in the middle.");
    return byte;
  }

  /** LEB128 without sign, up to 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** Passes over a number of any length, with or without sign. */
  skipNumber(): void {
    while (this.byte() >= 0x80);
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new Error("The module ends in the middle.");
    return this.bytes.subarray(this.at, (this.at += length));
  }

  /** Every entry of a vector, read by `entry`. */
  list<T>(entry: (index: number) => T): T[] {
    return Array.from({ length: this.u32() }, (_, index) => entry(index));
  }
}

/** LEB128 without sign. */
export function u32(value: number): number[] {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return [...bytes, value];
}

/** Where in a function's body another function is named: `[from, to)` are the bytes of its number. */
interface Mention {
  from: number;
  to: number;
  called: number;
}

/** Every function that a body (its locals and its code) calls, in order. */
export function mentions(body: Uint8Array): Mention[] {
  const reader = new Reader(body);
  reader.list(() => {
    reader.skipNumber();
    reader.byte();
  });
  const found: Mention[] = [];
  while (!reader.done) {
    const opcode = reader.byte();
    // call, return_call
    if (opcode === 0x10 || opcode === 0x12) {
      const from = reader.at;
      found.push({ called: reader.u32(), from, to: reader.at });
    } else skipOperands(reader, opcode);
  }
  return found;
}

/** The body with other numbers for the functions that it names. */
export function renumber(body: Uint8Array, numberOf: (called: number) => number): Uint8Array {
  const parts: number[] = [];
  let copied = 0;
  for (const { from, to, called } of mentions(body)) {
    parts.push(...body.subarray(copied, from), ...u32(numberOf(called)));
    copied = to;
  }
  return Uint8Array.from([...parts, ...body.subarray(copied)]);
}

function skipOperands(reader: Reader, opcode: number): void {
  if (opcode === 0x0e) skipNumbers(reader, reader.u32() + 1); // br_table
  else if (opcode === 0x1c) reader.take(reader.u32()); // select with types
  else if (opcode === 0x43) reader.take(4); // f32.const
  else if (opcode === 0x44) reader.take(8); // f64.const
  else if (opcode === 0xfc) skipMany(reader);
  else if (opcode === 0xfd) skipVector(reader);
  else if (opcode === 0x11 || opcode === 0x13 || within(opcode, 0x28, 0x3e)) skipNumbers(reader, 2); // indirect call; load, store
  else if (within(opcode, 0x02, 0x04) || opcode === 0x0c || opcode === 0x0d) skipNumbers(reader, 1); // block, loop, if; br, br_if
  else if (within(opcode, 0x20, 0x25) || within(opcode, 0x3f, 0x42)) skipNumbers(reader, 1); // variables, table.get; memory.size, .grow, constants
  else if (opcode === 0x26) skipTable(reader); // table.set
  else if (opcode === 0xd0) skipNumbers(reader, 1); // ref.null
  // unreachable, nop, else, end, return, drop, select, arithmetic, ref.is_null
  else if (![0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1].includes(opcode) && !within(opcode, 0x45, 0xc4))
    throw new Error(`An instruction that is not known here: 0x${opcode.toString(16)}.`);
}

/** Instructions behind 0xfc: conversions, and whole stretches of memory and tables. */
function skipMany(reader: Reader): void {
  const opcode = reader.u32();
  if (opcode === 10) skipNumbers(reader, 2); // memory.copy
  else if (opcode === 11 || opcode === 16) skipNumbers(reader, 1); // memory.fill, table.size
  else if (opcode === 15 || opcode === 17) skipTable(reader); // table.grow, table.fill
  // Saturating truncations are known, too. What names a segment is not: the rest of the module has none of the first's.
  else if (opcode > 7) throw new Error(`An instruction that is not known here: 0xfc ${opcode}.`);
}

/** The table that an instruction writes to: any but the first, in whose slots the late functions are. */
function skipTable(reader: Reader): void {
  if (reader.u32() === 0) throw new Error("The table of functions is written to: what it holds is not known beforehand.");
}

/** Instructions behind 0xfd: SIMD. */
function skipVector(reader: Reader): void {
  const opcode = reader.u32();
  if (opcode > 0x113) throw new Error(`A SIMD instruction that is not known here: 0x${opcode.toString(16)}.`);
  if (opcode <= 11 || within(opcode, 84, 93)) skipNumbers(reader, 2); // load, store
  if (opcode === 12 || opcode === 13) reader.take(16); // v128.const, shuffle
  if (within(opcode, 84, 91) || within(opcode, 21, 34)) reader.byte(); // a lane
}

function skipNumbers(reader: Reader, count: number): void {
  for (let left = count; left > 0; left -= 1) reader.skipNumber();
}

function within(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
