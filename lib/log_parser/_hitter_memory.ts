/** Numbers of an entry, in units of four bytes, and where they are: the start is the first one. */
export const [ENTRY, LENGTH, HASH] = [8, 1, 2] as const;
/** The same in units of eight bytes. */
export const [HALF_ENTRY, COUNT, ERROR] = [4, 2, 3] as const;
/** Where numbers of the head are. */
export const [USED, SIZE] = [0, 1] as const;
export const RECENT_BITS = 12;
const WORD = 4;
const LOW_COUNTS = 1024;
/** Bytes that the values of a table have at first, and how many they may have in shared memory. */
const [FIRST_VALUES, SHARED_VALUES] = [64 * 1024, 8 * 1024 * 1024];
/** A program compares 32 bytes at a time. */
const SLACK = 32;

/** Where the parts of a table are, in bytes after its start. */
export interface HitterLayout {
  /** Two numbers of four bytes: the size of all values, and how many there are. */
  readonly head: number;
  readonly floor: number;
  readonly recent: number;
  readonly slots: number;
  readonly entries: number;
  readonly values: number;
  /** Size of all. */
  readonly bytes: number;
  readonly mostEntries: number;
  readonly slotNumbers: number;
  readonly valueBytes: number;
}

/** Returns the layout of a table of so many entries. */
export function hitterLayout(mostEntries: number, valueBytes = SHARED_VALUES): HitterLayout {
  const slotNumbers = 2 * 2 ** Math.ceil(Math.log2(mostEntries * 2));
  const recent = 64;
  const slots = recent + 4 * 2 ** RECENT_BITS;
  const entries = slots + 4 * slotNumbers;
  const values = entries + 4 * ENTRY * mostEntries;
  const bytes = values + valueBytes + SLACK;
  return {
    ...{ head: 0, floor: 8, recent, slots, entries, values, bytes },
    ...{ mostEntries, slotNumbers, valueBytes },
  };
}

/** The numbers of a table of frequent values, in one block of memory, so that a program can count there, too. */
export interface HitterMemory {
  /** Size of all values, and how many there are. */
  readonly head: Int32Array;
  /** One number: what was dropped may have been there so often. */
  readonly floor: Float64Array;
  /** Index of an entry, and 1, by a few bytes of its value: the one that was there last. */
  readonly recent: Int32Array;
  /** Pairs: the hash of a value, and the index of its entry and 1; if that place is taken, the next one. */
  readonly slots: Int32Array;
  /** What is known of an entry is in one place: start, length and hash of its value, count and error. */
  readonly entries: Int32Array;
  /** The same memory as numbers of eight bytes. */
  readonly counts: Float64Array;
  /** All values, one after the other; more of them need a larger one. */
  values: DataView;
}

/** Returns memory for a table of its own. */
export function ownHitterMemory(mostEntries: number): HitterMemory {
  const layout = hitterLayout(mostEntries, FIRST_VALUES);
  return hitterMemoryAt(new ArrayBuffer(layout.bytes), 0, layout);
}

/** Returns the numbers of a table that starts at an index, a multiple of eight. */
export function hitterMemoryAt(
  buffer: ArrayBuffer,
  start: number,
  layout: HitterLayout,
): HitterMemory {
  const { mostEntries, slotNumbers, valueBytes } = layout;
  const at = (name: "head" | "floor" | "recent" | "slots" | "entries" | "values") =>
    start + layout[name];
  return {
    head: new Int32Array(buffer, at("head"), 2),
    floor: new Float64Array(buffer, at("floor"), 1),
    recent: new Int32Array(buffer, at("recent"), 2 ** RECENT_BITS),
    slots: new Int32Array(buffer, at("slots"), slotNumbers),
    entries: new Int32Array(buffer, at("entries"), ENTRY * mostEntries),
    counts: new Float64Array(buffer, at("entries"), HALF_ENTRY * mostEntries),
    values: new DataView(buffer, at("values"), valueBytes),
  };
}

/** Copies a table; its values must have room there. */
export function copyHitters(from: HitterMemory, to: HitterMemory): void {
  for (const name of ["head", "recent", "slots", "entries"] as const) to[name].set(from[name]);
  to.floor.set(from.floor);
  bytesOf(to.values).set(bytesOf(from.values).subarray(0, from.head[0]));
}

export function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

interface Value {
  readonly start: number;
  readonly length: number;
}

/** Copies a value to the end of the others; it may overlap what is behind that. */
export function copyValue(
  { head, values }: HitterMemory,
  from: DataView,
  { start, length }: Value,
): void {
  const used = head[USED] as number;
  let i = 0;
  for (; i + WORD <= length; i += WORD) values.setInt32(used + i, from.getInt32(start + i));
  for (; i < length; i++) values.setUint8(used + i, from.getUint8(start + i));
}

interface Kept {
  readonly length: number;
  readonly hash: number;
  readonly count: number;
  readonly error: number;
}

/** Makes an entry of the value that was copied to the end of the others; returns it. */
export function keepValue(memory: HitterMemory, { length, hash, count, error }: Kept): number {
  const { head, entries, counts, slots } = memory;
  const entry = head[SIZE] as number;
  const used = head[USED] as number;
  head[SIZE] = entry + 1;
  head[USED] = used + length;
  entries[entry * ENTRY] = used;
  entries[entry * ENTRY + LENGTH] = length;
  entries[entry * ENTRY + HASH] = hash;
  counts[entry * HALF_ENTRY + COUNT] = count;
  counts[entry * HALF_ENTRY + ERROR] = error;
  const mask = slots.length - 1;
  let slot = hash << 1 & mask;
  while (slots[slot + 1] !== 0) slot = slot + 2 & mask;
  slots[slot] = hash;
  slots[slot + 1] = entry + 1;
  return entry;
}

/** Drops all but the most frequent values at once: that costs less than one value each time. */
export function dropLower(memory: HitterMemory, capacity: number): void {
  const { head, entries, counts } = memory;
  const before = head[SIZE] as number;
  const floor = countAt(memory, before - capacity - 1);
  memory.floor[0] = floor;
  memory.slots.fill(0);
  memory.recent.fill(0);
  head[USED] = head[SIZE] = 0;
  // Entries only move towards the start, so that none is overwritten before it has moved.
  for (let entry = 0; entry < before; entry++) {
    const count = counts[entry * HALF_ENTRY + COUNT] as number;
    if (count <= floor) continue;
    const length = entries[entry * ENTRY + LENGTH] as number;
    copyValue(memory, memory.values, { start: entries[entry * ENTRY] as number, length });
    const hash = entries[entry * ENTRY + HASH] as number;
    keepValue(memory, { length, hash, count, error: counts[entry * HALF_ENTRY + ERROR] as number });
  }
}

/** The count at an index, if all were sorted: most of them are hardly above the floor. */
function countAt({ head, floor: [floor = 0], counts }: HitterMemory, index: number): number {
  const size = head[SIZE] as number;
  const low = new Int32Array(LOW_COUNTS);
  for (let entry = 0; entry < size; entry++) {
    const above = (counts[entry * HALF_ENTRY + COUNT] as number) - floor;
    if (above < LOW_COUNTS) (low[above] as number)++;
  }
  let below = 0;
  for (let above = 0; above < LOW_COUNTS; above++) {
    below += low[above] as number;
    if (below > index) return floor + above;
  }
  const all = Float64Array.from({ length: size }, (_, at) => counts[at * HALF_ENTRY + COUNT] ?? 0);
  return all.sort()[index] ?? 0;
}
