import { expect, it } from "vitest";
import { walk } from "./dropped";

const file = (name: string) => ({ isFile: true, name, file: (take: (file: File) => void) => take(new File([], name)) });
const locked = (name: string) => ({ isFile: true, name, file: (_: unknown, fail: (error: Error) => void) => fail(new Error("locked")) });
/** Tells two at a time, as browsers tell a hundred. */
const folder = (name: string, ...within: { name: string; isFile: boolean }[]) => ({
  isFile: false,
  name,
  createReader: () => {
    const left = within.slice();
    return { readEntries: (take: (some: unknown[]) => void) => take(left.splice(0, 2)) };
  },
});

const paths = async (...entries: { name: string; isFile: boolean }[]) =>
  (await walk(entries)).map((found) => ("file" in found ? found.path : `${found.path}: ${found.error}`));

it("a folder is walked to its end, its folders too, in the order of the names", async () => {
  expect(await paths(folder("set", file("10.json"), file("9.json"), folder("more", file("a"), file("b"), file("c"))), file("alone"))).toEqual([
    "alone", "set/9.json", "set/10.json", "set/more/a", "set/more/b", "set/more/c",
  ]);
});

it("what a system leaves in a folder is not taken, but what was dropped by itself is", async () => {
  expect(await paths(folder("set", file(".DS_Store"), file("a")), file(".hidden"))).toEqual([".hidden", "set/a"]);
});

it("an empty folder and a file that cannot be read are told", async () => {
  expect(await paths(folder("nothing", folder("within")), locked("shut"))).toEqual(["nothing: empty-folder", "shut: unreadable"]);
});
