import type { WasmFunction } from "../io/mod.ts";
import { HASH_PRIME } from "./byte_words.ts";
import { hitterLayout, RECENT_BITS } from "./_hitter_memory.ts";

/** Entries of a table that a program shares. */
export const SHARED_ENTRIES = 16_384;
export const SHARED_TABLE = hitterLayout(SHARED_ENTRIES);
const { floor, recent, slots, entries, values, slotNumbers, valueBytes } = SHARED_TABLE;
/** In the head of a table, in bytes: the size of all values, their number, and of the value looked for two hashes. */
const [USED, SIZE, HASH, SHORT, GAIN] = [0, 4, 16, 20, 24];
/** The same of an entry. */
const [LENGTH, ENTRY_HASH, COUNT, ERROR] = [4, 8, 16, 24];
const ENTRY_SHIFT = 5;
const LEAST_GAIN = -1024;

/** Takes a word to a hash. */
function mixed(hash: string, word: string): string {
  return `${word} local.get ${hash} i32.xor i32.const ${HASH_PRIME} i32.mul local.tee ${hash}
      i32.const 13 i32.shr_u local.get ${hash} i32.xor local.set ${hash}`;
}

/** Whether as many bytes are the same at two places; what comes after them does not matter. */
const SAME: WasmFunction = {
  params: ["a", "b", "length"],
  locals: {},
  code: `
  ;; Most have less than 32 bytes: of these, it looks at all of 32 without a branch.
  loop
    local.get $length i32.const 31 i32.gt_u
    if
      ${equalAt(0)} i32.const 65535 i32.ne
      ${equalAt(16)} i32.const 65535 i32.ne i32.or
      if
        i32.const 0 return
      end
      local.get $a i32.const 32 i32.add local.set $a
      local.get $b i32.const 32 i32.add local.set $b
      local.get $length i32.const 32 i32.sub local.set $length
      br 1
    end
  end
  ${equalAt(0)} ${equalAt(16)} i32.const 16 i32.shl i32.or
  i32.const -1 local.get $length i32.shl i32.or
  i32.const -1 i32.eq`,
};

/** A bit for each of 16 bytes that are the same. */
function equalAt(offset: number): string {
  return `local.get $a v128.load ${offset} local.get $b v128.load ${offset} i8x16.eq i8x16.bitmask`;
}

/** Returns the entry that is one less than `$entry`, if it has the value. */
function returnIfSame(found: string): string {
  return `
  local.get $table local.get $entry i32.const 1 i32.sub i32.const ${ENTRY_SHIFT} i32.shl i32.add
  local.tee $place i32.load ${entries + LENGTH} local.get $length i32.eq
  if
    local.get $table local.get $place i32.load ${entries} i32.add i32.const ${values} i32.add
    local.get $start local.get $length call $same
    if
      ${found}
      local.get $entry i32.const 1 i32.sub return
    end
  end`;
}

const KEEP_RECENT =
  `local.get $table local.get $short i32.add local.get $entry i32.store ${recent}`;

function changeGain(by: number): string {
  return `local.get $table local.get $gain i32.const ${by} i32.add i32.store ${GAIN}`;
}

/** Returns the entry of a value; -1: it has none, and its hashes are in the head of the table. */
const FIND: WasmFunction = {
  params: ["table", "start", "length"],
  locals: {
    gain: "i32",
    short: "i32",
    entry: "i32",
    place: "i32",
    hash: "i32",
    at: "i32",
    slot: "i32",
    last: "i32",
    other: "i32",
  },
  code: `
  ;; As HeavyHitters.addBytes() does; of a value of less than four bytes, what is before it does no harm.
  local.get $table i32.load ${GAIN} local.tee $gain i32.const ${LEAST_GAIN} i32.ge_s
  if
  local.get $start local.get $length i32.const 1 i32.shr_u i32.add i32.const 2 i32.sub i32.load 0
  i32.const ${HASH_PRIME} i32.mul
  local.get $start local.get $length i32.add i32.const 4 i32.sub i32.load 0 i32.xor
  local.get $length i32.xor i32.const ${HASH_PRIME} i32.mul
  i32.const ${32 - RECENT_BITS} i32.shr_u i32.const 2 i32.shl local.tee $short
  local.get $table i32.add i32.load ${recent} local.tee $entry
  if
    ${returnIfSame(changeGain(1))}
  end
  ${changeGain(-1)}
  end

  ;; As hashOf() does.
  local.get $length local.set $hash
  local.get $start local.set $at
  local.get $start local.get $length i32.add local.set $last
  local.get $length i32.const 8 i32.lt_u
  if
    block
      loop
        local.get $at local.get $last i32.ge_u br_if 1
        ${mixed("$hash", "local.get $at i32.load8_u 0")}
        local.get $at i32.const 1 i32.add local.set $at
        br 0
      end
    end
  else
    local.get $length i32.const -1 i32.xor local.set $other
    local.get $last i32.const 8 i32.sub local.set $last
    loop
      ${mixed("$hash", "local.get $at i32.load 0")}
      ${mixed("$other", "local.get $at i32.load 4")}
      local.get $at local.get $last i32.ne
      if
        local.get $at i32.const 8 i32.add local.tee $at
        local.get $last local.get $at local.get $last i32.lt_u select local.set $at
        br 1
      end
    end
    local.get $hash local.get $other i32.const 16 i32.rotl i32.xor
    i32.const ${HASH_PRIME} i32.mul local.set $hash
  end
  local.get $hash i32.const 15 i32.shr_u local.get $hash i32.xor local.tee $hash

  i32.const 1 i32.shl i32.const ${slotNumbers - 1} i32.and local.set $slot
  block
    loop
      local.get $table local.get $slot i32.const 2 i32.shl i32.add local.tee $place
      i32.load ${slots + 4} local.tee $entry i32.eqz br_if 1
      local.get $place i32.load ${slots} local.get $hash i32.eq
      if
        ${returnIfSame(KEEP_RECENT)}
      end
      local.get $slot i32.const 2 i32.add i32.const ${slotNumbers - 1} i32.and local.set $slot
      br 0
    end
  end
  local.get $table local.get $hash i32.store ${HASH}
  local.get $table local.get $short i32.store ${SHORT}
  i32.const -1`,
};

/** Whether a new value has no room. */
const IS_FULL: WasmFunction = {
  params: ["table", "length"],
  locals: {},
  code: `
  local.get $table i32.load ${SIZE} i32.const ${SHARED_ENTRIES} i32.ge_u
  local.get $table i32.load ${USED} local.get $length i32.add i32.const ${valueBytes} i32.gt_u
  i32.or`,
};

/** Makes an entry of the value that was not found last; it has not been counted yet. Returns the entry. */
const KEEP: WasmFunction = {
  params: ["table", "start", "length"],
  locals: { entry: "i32", place: "i32", slot: "i32", at: "i32", used: "i32" },
  code: `
  local.get $table i32.load ${USED} local.set $used
  local.get $table local.get $used i32.add i32.const ${values} i32.add local.set $place
  loop
    local.get $place local.get $at i32.add
    local.get $start local.get $at i32.add v128.load 0 v128.store 0
    local.get $at i32.const 16 i32.add local.tee $at local.get $length i32.lt_u br_if 0
  end
  local.get $table local.get $used local.get $length i32.add i32.store ${USED}

  local.get $table local.get $table i32.load ${SIZE} local.tee $entry
  i32.const 1 i32.add i32.store ${SIZE}
  local.get $table local.get $entry i32.const ${ENTRY_SHIFT} i32.shl i32.add local.set $place
  local.get $place local.get $used i32.store ${entries}
  local.get $place local.get $length i32.store ${entries + LENGTH}
  local.get $place local.get $table i32.load ${HASH} i32.store ${entries + ENTRY_HASH}
  local.get $place local.get $table f64.load ${floor} f64.store ${entries + COUNT}
  local.get $place local.get $table f64.load ${floor} f64.store ${entries + ERROR}

  local.get $table i32.load ${HASH} i32.const 1 i32.shl i32.const ${slotNumbers - 1} i32.and
  local.set $slot
  loop
    local.get $table local.get $slot i32.const 2 i32.shl i32.add local.tee $place
    i32.load ${slots + 4}
    if
      local.get $slot i32.const 2 i32.add i32.const ${slotNumbers - 1} i32.and local.set $slot
      br 1
    end
  end
  local.get $place local.get $table i32.load ${HASH} i32.store ${slots}
  local.get $place local.get $entry i32.const 1 i32.add i32.store ${slots + 4}
  local.get $table local.get $table i32.load ${SHORT} i32.add
  local.get $entry i32.const 1 i32.add i32.store ${recent}
  local.get $entry`,
};

/** What a program needs to count values in tables as `HeavyHitters` does. */
export const HITTER_FUNCTIONS = { same: SAME, find: FIND, isFull: IS_FULL, keep: KEEP } as const;

/** Returns the code that counts the value of an entry of a table once more. */
export function countEntry(table: number, entry: string): string {
  const offset = table + entries + COUNT;
  return `local.get ${entry} i32.const ${ENTRY_SHIFT} i32.shl local.tee $place
    local.get $place f64.load ${offset} i32.const 1 f64.convert_i32_u f64.add f64.store ${offset}`;
}
