import { assembleWasm } from "../io/mod.ts";
import { ADDRESS, CLIENT, MARKS, NUMBERS, REQUEST, TAIL, TIME } from "./_access_fields.ts";
import { CELL, KNOWN, PAGES, STATUSES, STOP, TABLE_AT } from "./_access_memory.ts";
import { countEntry, HITTER_FUNCTIONS } from "./_hitter_program.ts";

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
