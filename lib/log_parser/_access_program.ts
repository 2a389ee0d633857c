import { assembleWasm } from "../io/mod.ts";
import { countEntry, HITTER_FUNCTIONS, SHARED_TABLE } from "./_hitter_program.ts";

/** Bytes that the program reads in one call; they are in the processor's nearer caches. */
export const WINDOW_BYTES = 256 * 1024;
/** What the program may read after the end: zeros, in which no line goes on. */
export const AFTER_BYTES = 64;
/** Longer values are left. */
const MOST_VALUE = 2048;

/** Cells at the beginning of the memory, in units of four bytes; `bytes` is one of eight, in units of its size. */
export const CELL = {
  ...{ stop: 0, time: 1, lines: 2, errors: 3, first: 4, last: 5, hasBytes: 6, bytes: 4 },
} as const;
/** Why the program stops: it has read all; a line is for the scanner; the minute at `time` is another one. */
export const STOP = { end: 0, line: 1, minute: 2 } as const;

/** Where the minute is that is known, with its zone: as many bytes as of a line from its time to the request. */
export const KNOWN = 64;
/** Lines by status, numbers of eight bytes. */
export const STATUSES = 128;
const STATUS_BYTES = 8 * 1000;
/** Where the bytes of the log are; a value that is looked for may begin a few bytes later. */
export const DATA = STATUSES + STATUS_BYTES + 64;
const TABLES = DATA + WINDOW_BYTES + AFTER_BYTES;
/** Where the tables of frequent values are. */
export const TABLE_AT = {
  paths: TABLES,
  clients: TABLES + SHARED_TABLE.bytes,
  agents: TABLES + 2 * SHARED_TABLE.bytes,
} as const;
const PAGES = Math.ceil((TABLES + 3 * SHARED_TABLE.bytes) / (1 << 16));

const MARKS = { space: 0x20, del: 0x7f, quote: 0x22, backslash: 0x5c, question: 0x3f };
const ADDRESS = { dot: 0x2e, zero: 0x30, ten: 10 };
const SIX_BYTES = "i64.const 281474976710655 i64.and";
const THREE_BYTES = "i32.const 16777215 i32.and";

/** The bytes of a text as a number, the first one the lowest. */
function little(text: string): number {
  return [...text].reduceRight((sum, char) => sum * 256 + char.charCodeAt(0), 0);
}

/** Moves `$p` to the next byte that is a quote, a backslash, no printable ASCII, or one of others. */
function toMark(others: readonly (keyof typeof MARKS)[] = []): string {
  const isAlso = (["del", "quote", "backslash", ...others] as const).map((name) =>
    `local.get $v local.get $${name} i8x16.eq v128.or`
  );
  return `loop
      ;; With a sign: bytes above ASCII are lower than a space.
      local.get $p v128.load 0 local.tee $v local.get $space i8x16.lt_s
      ${isAlso.join("\n      ")}
      i8x16.bitmask local.tee $mask i32.eqz
      if
        local.get $p i32.const 16 i32.add local.set $p
        br 1
      end
    end
    local.get $p local.get $mask i32.ctz i32.add local.set $p`;
}

/** Moves `$p` over bytes that some code finds to be right, from their difference to a first one. */
function over(first: number, isRight: string): string {
  return `loop
      local.get $p i32.load8_u 0 i32.const ${first} i32.sub local.tee $c ${isRight}
      if
        local.get $p i32.const 1 i32.add local.set $p
        br 1
      end
    end`;
}

/** An IPv4 address and a space, which are in sixteen bytes. */
const CLIENT = `
    local.get $at v128.load 0 local.tee $v
    local.get $space i8x16.eq i8x16.bitmask local.tee $mask i32.eqz br_if 1
    local.get $mask i32.ctz local.set $clientLength
    i32.const 1 local.get $clientLength i32.shl i32.const 1 i32.sub local.set $below
    local.get $v local.get $dot i8x16.eq i8x16.bitmask local.get $below i32.and local.set $dots
    local.get $v local.get $zero i8x16.sub local.get $ten i8x16.lt_u i8x16.bitmask
    local.get $below i32.and local.set $digits
    ;; There is nothing but dots and digits,
    local.get $dots local.get $digits i32.or local.get $below i32.xor
    ;; three dots,
    local.get $dots i32.popcnt i32.const 3 i32.xor i32.or
    ;; none of them first, next to another, or last,
    local.get $dots i32.const 1 i32.shl i32.const 1 i32.or
    local.get $dots local.get $below i32.const 1 i32.add i32.or i32.and i32.or
    ;; and no four digits.
    local.get $digits local.get $digits i32.const 1 i32.shr_u i32.and local.tee $mask
    local.get $mask i32.const 2 i32.shr_u i32.and i32.or
    br_if 1`;

/** The name of a user, if any, and the time, whose minute is known. */
const TIME = `
    local.get $at local.get $clientLength i32.add local.tee $p i64.load 0 ${SIX_BYTES}
    i64.const ${little(" - - [")} i64.eq
    if
      local.get $p i32.const 6 i32.add local.set $t
    else
      local.get $p i32.load16_u 1 i32.const ${little("- ")} i32.ne br_if 2
      local.get $p i32.const 3 i32.add local.tee $t local.set $p
      ${toMark(["space", "question"])}
      local.get $p local.get $t i32.eq br_if 2
      local.get $p i32.load16_u 0 i32.const ${little(" [")} i32.ne br_if 2
      local.get $p i32.const 2 i32.add local.set $t
    end
    local.get $t v128.load 0 local.get $known i8x16.eq i8x16.all_true i32.eqz
    local.get $t i32.load16_u 16 local.get $knownMinute i32.ne i32.or
    local.get $t i64.load 20 local.get $knownZone i64.ne i32.or
    if
      i32.const 0 local.get $t i32.store ${4 * CELL.time}
      i32.const ${STOP.minute} local.set $stop
      br 2
    end
    local.get $t i32.load8_u 18 i32.const 48 i32.sub local.tee $c i32.const 5 i32.gt_u br_if 1
    local.get $c i32.const 10 i32.mul
    local.get $t i32.load8_u 19 i32.const 48 i32.sub local.tee $c i32.add local.set $second
    local.get $c i32.const 9 i32.gt_u br_if 1
    local.get $t i32.load8_u 28 i32.const ${little('"')} i32.ne br_if 1`;

/** `GET /path?query HTTP/1.1` and its quote, which is at `$p`. */
const REQUEST = `
    local.get $t i32.const 29 i32.add local.tee $p local.set $t
    ${over(little("A"), "i32.const 26 i32.lt_u")}
    local.get $p local.get $t i32.eq br_if 1
    local.get $p i32.load16_u 0 i32.const ${little(" /")} i32.ne br_if 1
    local.get $p i32.const 1 i32.add local.tee $p local.set $path
    ${toMark(["question"])}
    local.get $p local.set $query
    local.get $p i32.load8_u 0 i32.const ${little("?")} i32.eq
    if
      ${toMark()}
    end
    local.get $p i32.load8_u 0 i32.const ${little('"')} i32.ne br_if 1
    local.get $p i32.const 9 i32.sub local.tee $t local.get $path i32.gt_u i32.eqz br_if 1
    local.get $t i64.load 0 ${SIX_BYTES} i64.const ${little(" HTTP/")} i64.ne br_if 1
    local.get $query local.get $t local.get $query local.get $t i32.lt_u select
    local.get $path i32.sub local.set $pathLength`;

/** One digit of the status: whether it is one, added to what it must be. */
const digitAt = (place: number) =>
  `local.get $p i32.load8_u ${place} i32.const 48 i32.sub local.tee $c
    i32.const 9 i32.gt_u br_if 1`;

/** `" 200 1234 "` or `" 200 - "`; `$p` is after it. */
const NUMBERS = `
    local.get $p i32.load8_u 1 local.get $p i32.load8_u 5 i32.const 8 i32.shl i32.or
    i32.const ${little("  ")} i32.ne br_if 1
    ${digitAt(2)} local.get $c i32.eqz br_if 1
    local.get $c i32.const 100 i32.mul local.set $status
    ${digitAt(3)} local.get $c i32.const 10 i32.mul local.get $status i32.add local.set $status
    ${digitAt(4)} local.get $c local.get $status i32.add local.set $status
    local.get $p i32.const 6 i32.add local.tee $t local.set $p
    i64.const 0 local.set $size
    local.get $p i32.load8_u 0 i32.const ${little("-")} i32.eq local.tee $isNone
    if
      local.get $p i32.const 1 i32.add local.set $p
    else
      loop
        local.get $p i32.load8_u 0 i32.const 48 i32.sub local.tee $c i32.const 10 i32.lt_u
        local.get $p local.get $t i32.const 15 i32.add i32.lt_u i32.and
        if
          local.get $size i64.const 10 i64.mul local.get $c i64.extend_i32_u i64.add local.set $size
          local.get $p i32.const 1 i32.add local.set $p
          br 1
        end
      end
      local.get $p local.get $t i32.eq br_if 2
    end
    local.get $p i32.load16_u 0 i32.const ${little(' "')} i32.ne br_if 1
    local.get $p i32.const 2 i32.add local.set $p`;

/** Referrer, user agent and the end of the line; `$next` is after it. */
const TAIL = `
    ${toMark()}
    local.get $p i32.load 0 ${THREE_BYTES} i32.const ${little('" "')} i32.ne br_if 1
    local.get $p i32.const 3 i32.add local.tee $p local.set $agent
    ${toMark()}
    local.get $p local.get $agent i32.sub local.tee $agentLength i32.const 1 i32.eq
    local.get $agent i32.load8_u 0 i32.const ${little("-")} i32.eq i32.and
    if
      i32.const 0 local.set $agentLength
    end
    local.get $p i32.load16_u 0 i32.const ${little('"\n')} i32.eq
    if
      local.get $p i32.const 2 i32.add local.set $next
    else
      local.get $p i32.load 0 ${THREE_BYTES} i32.const ${little('"\r\n')} i32.ne br_if 2
      local.get $p i32.const 3 i32.add local.set $next
    end
    local.get $next local.get $at i32.sub local.get $most i32.gt_u br_if 1
    local.get $pathLength i32.const ${MOST_VALUE} i32.gt_u br_if 1
    local.get $agentLength i32.const ${MOST_VALUE} i32.gt_u br_if 1`;

/** What is counted of a line, and how it is called here. */
const VALUES = [
  { entry: "$pathEntry", table: TABLE_AT.paths, value: "local.get $path local.get $pathLength" },
  {
    entry: "$clientEntry",
    table: TABLE_AT.clients,
    value: "local.get $at local.get $clientLength",
  },
  {
    entry: "$agentEntry",
    table: TABLE_AT.agents,
    value: "local.get $agent local.get $agentLength",
  },
] as const;
const LENGTH = {
  $pathEntry: "$pathLength",
  $clientEntry: "$clientLength",
  $agentEntry: "$agentLength",
};

/** Finds the entries of all values, so that nothing is counted of a line for which a table has no room. */
const ENTRIES = `
    i32.const 0 local.set $agentEntry
    ${
  VALUES.map(({ entry, table, value }) => {
    const find = `i32.const ${table} ${value} call $find local.set ${entry}`;
    return entry === "$agentEntry" ? `local.get $agentLength if ${find} end` : find;
  }).join("\n    ")
}
    local.get $pathEntry local.get $clientEntry i32.or local.get $agentEntry i32.or
    i32.const 0 i32.lt_s
    if
      ${
  VALUES.map(({ entry, table }) =>
    `local.get ${entry} i32.const 0 i32.lt_s
      i32.const ${table} local.get ${LENGTH[entry]} call $isFull i32.and br_if 2`
  ).join("\n      ")
}
      ${
  VALUES.map(({ entry, table, value }) =>
    `local.get ${entry} i32.const 0 i32.lt_s
      if
        i32.const ${table} ${value} call $keep local.set ${entry}
      end`
  ).join("\n      ")
}
    end`;

const COUNTS = `
    ${countEntry(TABLE_AT.paths, "$pathEntry")}
    ${countEntry(TABLE_AT.clients, "$clientEntry")}
    local.get $agentLength
    if
      ${countEntry(TABLE_AT.agents, "$agentEntry")}
    end
    local.get $status i32.const 3 i32.shl local.tee $place
    local.get $place f64.load ${STATUSES} i32.const 1 f64.convert_i32_u f64.add f64.store ${STATUSES}
    local.get $lines i32.const 1 i32.add local.set $lines
    local.get $errors local.get $status i32.const 500 i32.ge_u i32.add local.set $errors
    local.get $second local.get $first local.get $second local.get $first i32.lt_u select
    local.set $first
    local.get $second local.get $last local.get $second local.get $last i32.gt_u select
    local.set $last
    local.get $isNone i32.eqz
    if
      i32.const 1 local.set $hasBytes
      local.get $bytes local.get $size f64.convert_i64_u f64.add local.set $bytes
    end`;

const RESULTS = ["stop", "lines", "errors", "first", "last", "hasBytes"] as const;

/** Reads lines from `$at` on; returns the index of the one at which it stops. */
const CODE = `
  ${
  Object.entries({ ...MARKS, ...ADDRESS }).map(([name, byte]) =>
    `i32.const ${byte} i8x16.splat local.set $${name}`
  ).join("\n  ")
}
  i32.const ${KNOWN} v128.load 0 local.set $known
  i32.const ${KNOWN} i32.load16_u 16 local.set $knownMinute
  i32.const ${KNOWN} i64.load 20 local.set $knownZone
  i32.const 0 f64.load ${8 * CELL.bytes} local.set $bytes
  i32.const 60 local.set $first
  i32.const ${STOP.line} local.set $stop
  block
    loop
      local.get $at local.get $end i32.ge_u
      if
        i32.const ${STOP.end} local.set $stop
        br 2
      end
      ${[CLIENT, TIME, REQUEST, NUMBERS, TAIL, ENTRIES, COUNTS].join("\n")}
      local.get $next local.set $at
      br 0
    end
  end
  ${
  RESULTS.map((name) => `i32.const 0 local.get $${name} i32.store ${4 * CELL[name]}`).join("\n  ")
}
  i32.const 0 local.get $bytes f64.store ${8 * CELL.bytes}
  local.get $at`;

const I32 =
  "stop lines errors first last hasBytes mask clientLength below dots digits p t c second " +
  "path query pathLength status isNone agent agentLength next pathEntry clientEntry agentEntry " +
  "place knownMinute";

/** A program with a memory of its own. */
export interface AccessProgram {
  /** Reads lines from one address on, up to another, none of them longer than that. */
  readonly count: (at: number, end: number, most: number) => number;
  readonly buffer: ArrayBuffer;
}

let module: WebAssembly.Module | undefined;

/** Returns a program, which is compiled once. */
export function openAccessProgram(): AccessProgram {
  const named = <T extends string>(type: T, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, type]));
  const count = {
    params: ["at", "end", "most"],
    locals: {
      ...named("i32", I32.split(" ")),
      ...named("i64", ["size", "knownZone"]),
      ...named("f64", ["bytes"]),
      ...named("v128", ["v", "known", ...Object.keys({ ...MARKS, ...ADDRESS })]),
    },
    code: CODE,
  };
  module ??= new WebAssembly.Module(
    assembleWasm({ pages: PAGES, functions: { ...HITTER_FUNCTIONS, count } }),
  );
  const { exports } = new WebAssembly.Instance(module);
  // It is not shared between threads.
  const buffer = (exports["memory"] as WebAssembly.Memory).buffer as ArrayBuffer;
  return { count: exports["count"] as AccessProgram["count"], buffer };
}
