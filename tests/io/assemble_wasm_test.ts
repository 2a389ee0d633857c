import { assertEquals, assertThrows } from "@std/assert";
import { assembleWasm } from "../../lib/io/mod.ts";

function run(code: string): unknown {
  const test = { params: [], locals: {}, code };
  const bytes = assembleWasm({ pages: 1, functions: { test } });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return (exports["test"] as () => unknown)();
}

Deno.test("assembleWasm() writes numbers of every length", () => {
  for (const size of [0, 1, 63, 64, 127, 128, 8191, 8192, 1 << 20, 2 ** 31 - 1]) {
    for (const value of [size, -size - 1]) assertEquals(run(`i32.const ${value}`), value);
  }
});

Deno.test("assembleWasm() calls functions by their names, and loads and stores at an offset", () => {
  const functions = {
    kept: {
      params: ["at", "value"],
      locals: {},
      code: "local.get $at local.get $value i32.store 300 local.get $at i32.load 300",
    },
    all: { params: [], locals: {}, code: "i32.const 100 i32.const 42 call $kept" },
  };
  const { exports } = new WebAssembly.Instance(
    new WebAssembly.Module(assembleWasm({ pages: 1, functions })),
  );
  assertEquals((exports["all"] as () => number)(), 42);
  const { buffer } = exports["memory"] as WebAssembly.Memory;
  assertEquals(new Uint8Array(buffer).indexOf(42), 400);
  assertThrows(() => run("call $other"), TypeError, 'no variable or number "$other"');
});

Deno.test("assembleWasm() names what it does not know", () => {
  assertThrows(() => run("i32.rotr"), TypeError, 'no instruction "i32.rotr"');
  assertThrows(() => run("local.get $a"), TypeError, 'no variable or number "$a"');
  assertThrows(() => run("i32.const"), TypeError, 'no variable or number ""');
});
