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

Deno.test("assembleWasm() names what it does not know", () => {
  assertThrows(() => run("i32.rotl"), TypeError, 'no instruction "i32.rotl"');
  assertThrows(() => run("local.get $a"), TypeError, 'no variable or number "$a"');
  assertThrows(() => run("i32.const"), TypeError, 'no variable or number ""');
});
