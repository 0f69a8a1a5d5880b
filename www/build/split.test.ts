import { describe, expect, test } from "vitest";
import { split } from "./split";
import { assemble, CODE, DATA, DATA_COUNT, ELEMENT, EXPORT, FUNCTION, GLOBAL, IMPORT, MEMORY, parse, sized, TABLE, text, TYPE, vector } from "./wasm-module";

const I32 = 0x7f;
const [LOCAL_GET, CALL, CALL_INDIRECT, I32_CONST, I32_ADD, I32_MUL, F32_CONST, DROP, END] = [0x20, 0x10, 0x11, 0x41, 0x6a, 0x6c, 0x43, 0x1a, 0x0b];

/** Functions: 0 is imported, 1 `early`, 2 `late`, 3 for both, 4 for `late` alone, 5 behind a pointer, 6 `later`. */
const BODIES = [
  // early(x) = plusOne(x)
  [LOCAL_GET, 0, CALL, 3],
  // late(x) = imported(triple(plusOne(x))) + *pointer(x) + global + memory[0]. The constants hold bytes that look like calls.
  [F32_CONST, CALL, CALL, CALL, CALL, DROP, I32_CONST, 0x90, 0x10, DROP, LOCAL_GET, 0, CALL, 3, CALL, 4, CALL, 0,
    LOCAL_GET, 0, I32_CONST, 0, CALL_INDIRECT, 0, 0, I32_ADD, 0x23, 0, I32_ADD, I32_CONST, 0, 0x28, 2, 0, I32_ADD],
  [LOCAL_GET, 0, I32_CONST, 1, I32_ADD],
  [LOCAL_GET, 0, I32_CONST, 3, I32_MUL],
  // behind the pointer: x * 10, by way of a branch table and a SIMD constant
  [0x02, 0x40, LOCAL_GET, 0, 0x0e, 1, 0, 0, END, 0xfd, 12, ...Array.from({ length: 16 }, () => CALL), DROP, LOCAL_GET, 0, I32_CONST, 10, I32_MUL],
  // later(x) = late(x) + 1
  [LOCAL_GET, 0, CALL, 2, I32_CONST, 1, I32_ADD],
];

function sample(bodies: number[][] = BODIES): Uint8Array<ArrayBuffer> {
  return assemble([
    [TYPE, vector([[0x60, 1, I32, 1, I32]])],
    [IMPORT, vector([[...text("page"), ...text("double"), 0, 0]])],
    [FUNCTION, vector(bodies.map(() => [0]))],
    [TABLE, vector([[0x70, 1, 1, 1]])],
    [MEMORY, vector([[0, 1]])],
    [GLOBAL, vector([[I32, 1, I32_CONST, 5, END]])],
    [EXPORT, vector(["early", "late", "later"].map((name, each) => [text(name), 0, [1, 2, 6][each] ?? 0].flat()))],
    [ELEMENT, vector([[0, I32_CONST, 0, END, 1, 5]])],
    [DATA_COUNT, [1]],
    [CODE, vector(bodies.map((body) => sized([0, ...body, END])))],
    [DATA, vector([[0, I32_CONST, 0, END, ...sized([100, 0, 0, 0])]])],
  ]);
}

type Call = (x: number) => number;
const imports = { page: { double: (x: number) => 2 * x } };
const isEarly = (name: string) => name === "early";

async function instantiate(bytes: Uint8Array<ArrayBuffer>, from: WebAssembly.Imports): Promise<Record<string, Call>> {
  return (await WebAssembly.instantiate(bytes, from)).instance.exports as Record<string, Call>;
}

describe("a module in two parts", () => {
  test("the first works alone, and the rest makes it what the whole is", async () => {
    const whole = await instantiate(sample(), imports);
    const [firstPart, rest] = split(sample(), isEarly);
    const first = await instantiate(firstPart, imports);
    expect(first.early?.(7)).toBe(8);
    expect(() => first.late?.(7)).toThrow(WebAssembly.RuntimeError);
    await instantiate(rest, { first });
    for (const x of [-1, 0, 7]) {
      for (const name of ["early", "late", "later"]) expect(first[name]?.(x), `${name}(${x})`).toBe(whole[name]?.(x));
    }
    expect(first.late?.(7)).toBe(2 * 24 + 70 + 5 + 100);
  });

  test("the rest takes along only what it needs", () => {
    const [first, rest] = split(sample(), isEarly);
    // early, plusOne and the one behind the pointer, and a jump to each of the two late ones
    expect(parse(first).functions.filter(({ body }) => body).length).toBe(5);
    // plusOne and double, the table, the memory and the global
    expect(WebAssembly.Module.imports(new WebAssembly.Module(rest)).map(({ kind }) => kind)).toEqual(["function", "function", "table", "memory", "global"]);
  });

  test("where all is wanted at once there is nothing in the rest", async () => {
    const [firstPart, rest] = split(sample(), () => true);
    expect((await instantiate(firstPart, imports)).late?.(7)).toBe(2 * 24 + 70 + 5 + 100);
    expect(rest.length).toBeLessThan(150);
  });

  test("what is not known is an error: an export that does not exist, a start function, no module at all", () => {
    expect(() => split(sample([[CALL, 99], ...BODIES.slice(1)]), isEarly)).toThrow("number 99");
    const start = Uint8Array.of(8, 1, 1);
    expect(() => split(Uint8Array.from([...sample(), ...start]), isEarly)).toThrow("A section that is not known here: 8.");
    expect(() => split(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), isEarly)).toThrow("no WebAssembly module");
  });

  // Each would be in the rest, and would name there what the rest does not have, or change what is known of the table.
  test.each([
    ["an instruction of no standard", [0xff], "0xff"],
    ["memory.init", [0xfc, 8, 0, 0], "0xfc 8"],
    ["data.drop", [0xfc, 9, 0], "0xfc 9"],
    ["table.init", [0xfc, 12, 0, 0], "0xfc 12"],
    ["elem.drop", [0xfc, 13, 0], "0xfc 13"],
    ["table.copy", [0xfc, 14, 0, 0], "0xfc 14"],
    ["table.grow of the functions", [0xfc, 15, 0], "is written to"],
    ["table.fill of the functions", [0xfc, 17, 0], "is written to"],
    ["table.set of the functions", [0x26, 0], "is written to"],
    ["ref.func", [0xd2, 1], "0xd2"],
    ["a call by reference", [0x14, 0], "0x14"],
  ])("refused: %s", (_, code, complaint) => {
    const bodies = BODIES.with(5, [...code, LOCAL_GET, 0]);
    expect(() => split(sample(bodies), isEarly)).toThrow(complaint);
  });

  test("no part leaves that a browser would not take", () => {
    const adding = BODIES.with(5, [I32_ADD]);
    expect(() => split(sample(adding), isEarly)).toThrow("not valid WebAssembly");
  });
});
