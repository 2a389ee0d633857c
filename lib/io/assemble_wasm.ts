/** A function of a {@linkcode WasmSource}; parameters and the result are `i32`. */
export interface WasmFunction {
  /** Names of the parameters. */
  readonly params: readonly string[];
  /** Type of each local variable; all begin as zero. */
  readonly locals: Readonly<Record<string, "i32" | "i64" | "f64" | "v128">>;
  /**
   * Instructions in the text format of WebAssembly, not folded, with `$name` for variables and functions, a plain number
   * for the depth of a branch, and the offset after what loads or stores; `;;` begins a comment.
   */
  readonly code: string;
}

/** What {@linkcode assembleWasm} makes a module of. */
export interface WasmSource {
  /** Size of the memory, which does not grow, in pages of 64 KiB. */
  readonly pages: number;
  /** Functions by the names under which they are exported; the memory is `memory`. */
  readonly functions: Readonly<Record<string, WasmFunction>>;
}

/** Bytes that the loops of {@linkcode byteMask} take at a time. */
export const WASM_BLOCK = 64;

const TYPES = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b } as const;
const SIMD = 0xfd;
const EMPTY = 0x40;

/** Instructions without anything after them, by their bytes (WebAssembly Core Specification 2.0, 5.4). */
const PLAIN: Readonly<Record<string, readonly number[]>> = {
  ...{ "block": [0x02, EMPTY], "loop": [0x03, EMPTY], "if": [0x04, EMPTY] },
  ...{ "else": [0x05], "end": [0x0b], "return": [0x0f], "select": [0x1b] },
  ...{ "i32.eqz": [0x45], "i32.eq": [0x46], "i32.ne": [0x47], "i32.lt_s": [0x48] },
  ...{ "i32.lt_u": [0x49], "i32.gt_u": [0x4b], "i32.ge_s": [0x4e], "i32.ge_u": [0x4f] },
  ...{ "i64.eqz": [0x50], "i64.eq": [0x51], "i64.ne": [0x52] },
  ...{ "i32.ctz": [0x68], "i32.popcnt": [0x69], "i32.add": [0x6a], "i32.sub": [0x6b] },
  ...{ "i32.mul": [0x6c], "i32.and": [0x71], "i32.or": [0x72], "i32.xor": [0x73] },
  ...{ "i32.shl": [0x74], "i32.shr_u": [0x76], "i32.rotl": [0x77] },
  ...{ "i64.ctz": [0x7a], "i64.popcnt": [0x7b], "i64.add": [0x7c], "i64.sub": [0x7d] },
  ...{ "i64.mul": [0x7e], "i64.and": [0x83], "i64.or": [0x84], "i64.xor": [0x85] },
  ...{ "i64.shl": [0x86], "i64.shr_s": [0x87], "i64.shr_u": [0x88] },
  ...{ "f64.add": [0xa0], "f64.convert_i32_u": [0xb8], "f64.convert_i64_u": [0xba] },
  ...{ "i32.wrap_i64": [0xa7], "i64.extend_i32_u": [0xad] },
  ...{ "i8x16.splat": [SIMD, 0x0f], "i8x16.eq": [SIMD, 0x23], "i8x16.lt_s": [SIMD, 0x25] },
  ...{ "i8x16.lt_u": [SIMD, 0x26], "i8x16.all_true": [SIMD, 0x63], "i8x16.bitmask": [SIMD, 0x64] },
  ...{ "i8x16.sub": [SIMD, 0x71], "v128.or": [SIMD, 0x50] },
};

/** Instructions that one number or name comes after, by their bytes. */
const WITH_OPERAND: Readonly<Record<string, readonly number[]>> = {
  ...{ "br": [0x0c], "br_if": [0x0d], "call": [0x10], "local.get": [0x20], "local.set": [0x21] },
  ...{ "local.tee": [0x22], "i32.const": [0x41], "i64.const": [0x42] },
  // Of these the operand is the offset; the alignment is only a hint.
  ...{ "i32.load": [0x28, 0], "i64.load": [0x29, 0], "f64.load": [0x2b, 0] },
  ...{ "i32.load8_u": [0x2d, 0], "i32.load16_u": [0x2f, 0] },
  ...{ "i32.store": [0x36, 0], "f64.store": [0x39, 0] },
  ...{ "v128.load": [SIMD, 0x00, 0], "v128.store": [SIMD, 0x0b, 0] },
};

/**
 * Assembles a small WebAssembly module, for loops over bytes that take 16 of them at a time: the program is the text in
 * the source, not a blob that nobody can read. It can use only the instructions that are listed in this file.
 *
 * @throws {TypeError} If an instruction or a variable is not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const code = "local.get $a local.get $a i32.add";
 * const bytes = assembleWasm({ pages: 1, functions: { twice: { params: ["a"], locals: {}, code } } });
 * const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
 * assertEquals((exports["twice"] as (a: number) => number)(21), 42);
 * ```
 */
export function assembleWasm({ pages, functions }: WasmSource): Uint8Array<ArrayBuffer> {
  const all = Object.entries(functions);
  const types = all.map(([, { params }]) => [
    ...[0x60, ...vector(params.map(() => [TYPES.i32]))],
    ...vector([[TYPES.i32]]),
  ]);
  const names = all.map(([name], at) => [...nameBytes(name), 0x00, at]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(3, vector(all.map((_, at) => [at]))),
    ...section(5, vector([[0x01, ...signed(pages), ...signed(pages)]])),
    ...section(7, vector([...names, [...nameBytes("memory"), 0x02, 0]])),
    ...section(10, vector(all.map(([, one]) => sized(body(one, Object.keys(functions)))))),
  ]);
}

/**
 * Returns the code that sets an `i64` to a bit for each of 64 bytes at an address, the first of them the lowest: whether
 * it is one byte. The bytes are in the variables `$v0` to `$v3`, the byte is 16 times in a `v128`.
 */
export function byteMask(target: string, byte: string): string {
  const quarter = (at: number) =>
    `local.get $v${at} local.get ${byte} i8x16.eq i8x16.bitmask i64.extend_i32_u ` +
    (at === 0 ? "" : `i64.const ${at * 16} i64.shl i64.or `);
  return `${[0, 1, 2, 3].map(quarter).join("")} local.set ${target}`;
}

/** Returns the code that loads the 64 bytes at an address, which is a variable, and an offset into `$v0` to `$v3`. */
export function loadBlock(address: string, offset: number): string {
  return [0, 1, 2, 3].map((at) =>
    `local.get ${address} v128.load ${offset + at * 16} local.set $v${at}`
  ).join("\n");
}

function body({ params, locals, code }: WasmFunction, functions: readonly string[]): number[] {
  const types = Object.values(locals).map((type) => [1, TYPES[type]]);
  const names = [...params, ...Object.keys(locals)];
  const words = code.replace(/;;.*/g, "").split(/\s+/).filter((word) => word !== "");
  const out = vector(types);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const opcode = PLAIN[word] ?? WITH_OPERAND[word];
    if (opcode === undefined) throw new TypeError(`Cannot assemble: no instruction "${word}"`);
    out.push(...opcode);
    if (WITH_OPERAND[word] === undefined) continue;
    out.push(...operand(words[++at] ?? "", word === "call" ? functions : names));
  }
  return [...out, 0x0b];
}

function operand(word: string, names: readonly string[]): number[] {
  const value = word.startsWith("$") ? names.indexOf(word.slice(1)) : Number(word);
  if (value >= 0 ? word !== "" : /^-\d+$/.test(word)) return signed(value);
  throw new TypeError(`Cannot assemble: no variable or number "${word}"`);
}

/** LEB128 with a sign; without one, where none is expected, it has the same value for what is not negative. */
function signed(value: number): number[] {
  const out: number[] = [];
  for (let left = value;;) {
    const low = left & 0x7f;
    left = Math.floor(left / 128);
    const isLast = (left === 0 && low < 0x40) || (left === -1 && low >= 0x40);
    out.push(isLast ? low : low | 0x80);
    if (isLast) return out;
  }
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...signed(items.length), ...items.flat()];
}

function sized(bytes: readonly number[]): number[] {
  return [...signed(bytes.length), ...bytes];
}

function section(id: number, bytes: readonly number[]): number[] {
  return [id, ...sized(bytes)];
}

function nameBytes(name: string): number[] {
  return sized([...new TextEncoder().encode(name)]);
}
