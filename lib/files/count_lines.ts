import { assembleWasm, byteMask, loadBlock, WASM_BLOCK } from "../io/mod.ts";

const LF = 0x0a;
/** Where the bytes are in the memory; before them is a number. */
const DATA = 64;
/** What is looked at in one call: it stays in the processor's nearest cache. */
const WINDOW_BYTES = 1 << 15;

/** The masks have a bit for each of 64 bytes; `$before` is the mask of the block before. */
const CODE = `
  i32.const ${LF} i8x16.splat local.set $newline
  local.get $last i64.extend_i32_u i64.const 62 i64.shl local.set $before
  loop
    ${loadBlock("$at", DATA)}
    ${byteMask("$found", "$newline")}
    local.get $count local.get $found i64.popcnt i64.add local.set $count
    ;; $near |= $found & (the byte before is a newline | the one before that is)
    local.get $found i64.const 1 i64.shl local.get $before i64.const 63 i64.shr_u i64.or
    local.get $found i64.const 2 i64.shl i64.or local.get $before i64.const 62 i64.shr_u i64.or
    local.get $found i64.and local.get $near i64.or local.set $near
    local.get $found local.set $before
    local.get $at i32.const ${WASM_BLOCK} i32.add local.tee $at
    local.get $size i32.lt_u br_if 0
  end
  i32.const 0 local.get $near i64.const 0 i64.ne i32.store 0
  local.get $count i32.wrap_i64`;

/** The program, compiled at its first use. */
let counter: {
  readonly newlines: (size: number, last: number) => number;
  readonly memory: Uint8Array;
} | undefined;

function open() {
  const v128s = { v0: "v128", v1: "v128", v2: "v128", v3: "v128", newline: "v128" } as const;
  const i64s = { before: "i64", found: "i64", near: "i64", count: "i64" } as const;
  const newlines = {
    params: ["size", "last"],
    locals: { at: "i32", ...i64s, ...v128s },
    code: CODE,
  } as const;
  const program = assembleWasm({ pages: 1, functions: { newlines } });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(program));
  return {
    newlines: exports["newlines"] as (size: number, last: number) => number,
    memory: new Uint8Array((exports["memory"] as WebAssembly.Memory).buffer),
  };
}

/**
 * Counts lines, 64 bytes at a time; a last one needs no line end.
 *
 * @returns `undefined` if a line may be empty: it has no more than one byte before its LF, which may be a CR.
 */
export function countLines(bytes: Uint8Array): number | undefined {
  const { newlines, memory } = counter ??= open();
  let count = 0;
  for (let at = 0; at < bytes.length; at += WINDOW_BYTES) {
    const window = bytes.subarray(at, at + WINDOW_BYTES);
    memory.set(window, DATA);
    memory.fill(0, DATA + window.length, DATA + window.length + WASM_BLOCK);
    // Which of the two bytes before are newlines, the nearer one in the higher bit; before the first is a line end.
    const last = at === 0 ? 2 : (bytes[at - 1] === LF ? 2 : 0) + (bytes[at - 2] === LF ? 1 : 0);
    count += newlines(window.length, last);
    if (memory[0] !== 0) return undefined;
  }
  return bytes.length > 0 && bytes.at(-1) !== LF ? count + 1 : count;
}
