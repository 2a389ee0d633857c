import { assembleWasm, byteMask, loadBlock, WASM_BLOCK } from "../io/mod.ts";

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
/** Where the bytes are in the memory; before them are the results. */
const DATA = 64;
/** Most bytes of a look; a longer row is not looked at. */
export const MOST_LOOK_BYTES = 1 << 18;
/** Where the ends of the rows are. A row has two bytes at least, and a number four. */
const ENDS = DATA + MOST_LOOK_BYTES + WASM_BLOCK;
const PAGES = Math.ceil((ENDS + MOST_LOOK_BYTES * 2) / (1 << 16));

/** Results, as 32-bit numbers, at the beginning of the memory. */
const RESULT = { doubt: 0, end: 1, newlines: 2 } as const;

const DOUBT = "local.get $doubt i64.or local.set $doubt";

/** Masks have a bit for each of 64 bytes. What `$doubt` gets is for the scanner to judge. */
const CODE = `
  i32.const ${LF} i8x16.splat local.set $newline
  i32.const ${CR} i8x16.splat local.set $return
  i32.const ${QUOTE} i8x16.splat local.set $quote
  local.get $delimiter i8x16.splat local.set $comma
  ;; The first row begins as behind a line end.
  i64.const 1 local.set $afterEnd
  i64.const 1 local.set $afterBreak
  loop
    ${loadBlock("$at", DATA)}
    ${byteMask("$lf", "$newline")}
    ${byteMask("$cr", "$return")}
    ${byteMask("$quotes", "$quote")}
    ${byteMask("$commas", "$comma")}
    local.get $newlines local.get $lf i64.popcnt i64.add local.set $newlines

    ;; A byte is inside if the number of quotes up to it is odd: an opening one is, a closing one is not.
    local.get $quotes local.set $inside
    ${
  [1, 2, 4, 8, 16, 32].map((by) =>
    `local.get $inside local.get $inside i64.const ${by} i64.shl i64.xor local.set $inside`
  ).join("\n    ")
}
    local.get $inside local.get $isInside i64.xor local.tee $inside
    i64.const 63 i64.shr_s local.set $isInside
    local.get $inside i64.const -1 i64.xor local.set $outside
    local.get $lf local.get $outside i64.and local.set $ends
    local.get $commas local.get $outside i64.and local.set $commas
    local.get $quotes local.get $outside i64.and local.set $closing

    ;; Before a quote that opens is a delimiter, a line end or, where it is doubled, a quote that closes.
    local.get $ends local.get $commas i64.or local.get $closing i64.or local.set $breaks
    ${bitsBefore("$breaks", "$afterBreak")}
    i64.const -1 i64.xor local.get $quotes i64.and local.get $inside i64.and ${DOUBT}
    ;; Behind one that closes is a delimiter, a line end or another quote.
    ${bitsBefore("$closing", "$afterClosing")}
    local.get $commas local.get $lf i64.or local.get $cr i64.or local.get $quotes i64.or
    i64.const -1 i64.xor i64.and ${DOUBT}
    ;; Behind each CR is an LF.
    ${bitsBefore("$cr", "$afterReturn")}
    local.get $lf i64.const -1 i64.xor i64.and ${DOUBT}
    ;; No row is empty.
    ${bitsBefore("$ends", "$afterEnd")}
    local.get $lf local.get $cr i64.or i64.and ${DOUBT}

    block
      loop
        local.get $ends i64.eqz br_if 1
        ;; The delimiters before the lowest line end.
        i64.const 0 local.get $ends i64.sub local.get $ends i64.and i64.const 1 i64.sub
        local.tee $below
        local.get $commas i64.and i64.popcnt local.get $inRow i64.add local.set $inRow
        local.get $commas local.get $below i64.const -1 i64.xor i64.and local.set $commas
        local.get $inRow local.get $delimiters i64.extend_i32_u i64.ne
        local.get $isEven i32.and i64.extend_i32_u ${DOUBT}
        i64.const 0 local.set $inRow
        local.get $next
        local.get $at local.get $ends i64.ctz i32.wrap_i64 i32.add i32.const 1 i32.add local.tee $end
        i32.store ${ENDS}
        local.get $next i32.const 4 i32.add local.set $next
        local.get $ends local.get $ends i64.const 1 i64.sub i64.and local.set $ends
        br 0
      end
    end
    local.get $commas i64.popcnt local.get $inRow i64.add local.set $inRow

    local.get $at i32.const ${WASM_BLOCK} i32.add local.tee $at
    local.get $size i32.lt_u br_if 0
  end
  i32.const 0 local.get $doubt i64.const 0 i64.ne i32.store ${RESULT.doubt * 4}
  i32.const 0 local.get $end i32.store ${RESULT.end * 4}
  i32.const 0 local.get $newlines i32.wrap_i64 i32.store ${RESULT.newlines * 4}
  local.get $next`;

/** Returns the code for the bits of a mask moved up by one; its highest one is kept in a variable for the next block. */
function bitsBefore(mask: string, carry: string): string {
  return `local.get ${mask} i64.const 1 i64.shl local.get ${carry} i64.or
    local.get ${mask} i64.const 63 i64.shr_u local.set ${carry}`;
}

interface Program {
  readonly rows: (size: number, delimiter: number, delimiters: number, isEven: number) => number;
  readonly bytes: Uint8Array;
  readonly numbers: Int32Array;
}

/** The program, compiled at its first use. */
let program: Program | undefined;

function open(): Program {
  const locals = (type: "i32" | "i64" | "v128", names: string) =>
    Object.fromEntries(names.split(" ").map((name) => [name, type]));
  const rows = {
    params: ["size", "delimiter", "delimiters", "isEven"],
    locals: {
      ...locals("i32", "at end next"),
      ...locals("i64", "lf cr quotes commas inside outside ends closing breaks below"),
      ...locals("i64", "isInside afterEnd afterBreak afterClosing afterReturn"),
      ...locals("i64", "newlines inRow doubt"),
      ...locals("v128", "v0 v1 v2 v3 newline return quote comma"),
    },
    code: CODE,
  };
  const module = new WebAssembly.Module(assembleWasm({ pages: PAGES, functions: { rows } }));
  const { exports } = new WebAssembly.Instance(module);
  const { buffer } = exports["memory"] as WebAssembly.Memory;
  return {
    rows: exports["rows"] as Program["rows"],
    bytes: new Uint8Array(buffer),
    numbers: new Int32Array(buffer),
  };
}

/** What {@linkcode lookAtRows} sees. */
export interface RowsSeen {
  /** Rows that end in the bytes. */
  readonly rows: number;
  /** Where the last of them ends, after its line end. */
  readonly end: number;
  /** Line ends in the bytes, also those within quotes. */
  readonly newlines: number;
}

/** What rows are like. */
export interface RowsLike {
  /** The byte between fields. */
  readonly delimiter: number;
  /** Fields of each row; 0 for any number. */
  readonly fields: number;
}

/**
 * Looks at the rows of delimited text 64 bytes at a time: the first byte begins a row, the last is a line end.
 *
 * @returns `undefined` if it is for {@linkcode CsvScanner} to judge: a quote in the wrong place, an empty row, a CR
 * without an LF, another number of fields, or bytes that are too many.
 */
export function lookAtRows(bytes: Uint8Array, like: RowsLike): RowsSeen | undefined {
  if (bytes.length > MOST_LOOK_BYTES || bytes.length === 0) return undefined;
  const { rows, bytes: memory, numbers } = program ??= open();
  const { delimiter, fields } = like;
  memory.set(bytes, DATA);
  memory.fill(0, DATA + bytes.length, DATA + bytes.length + WASM_BLOCK);
  const size = rows(bytes.length, delimiter, Math.max(fields - 1, 0), fields > 0 ? 1 : 0);
  if (numbers[RESULT.doubt] !== 0) return undefined;
  return {
    rows: size / 4,
    end: numbers[RESULT.end] ?? 0,
    newlines: numbers[RESULT.newlines] ?? 0,
  };
}

/** Returns where each of the rows ends that {@linkcode lookAtRows} sees. */
export function rowEnds(bytes: Uint8Array, like: RowsLike): number[] {
  const seen = lookAtRows(bytes, like);
  return Array.from(endsSeen(seen?.rows ?? 0));
}

/** Returns where the rows end that were seen last; valid until the next look. */
export function endsSeen(rows: number): Int32Array {
  const start = ENDS / 4;
  return program?.numbers.subarray(start, start + rows) ?? new Int32Array();
}
