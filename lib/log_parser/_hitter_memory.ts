/** Numbers of an entry, in units of four bytes, and where they are: the start is the first one. */
export const [ENTRY, LENGTH, HASH] = [8, 1, 2] as const;
/** The same in units of eight bytes. */
export const [HALF_ENTRY, COUNT, ERROR] = [4, 2, 3] as const;
export const RECENT_BITS = 12;
/** Bytes that the values of a table have at first, and how many they may have in shared memory. */
const [FIRST_VALUES, SHARED_VALUES] = [64 * 1024, 8 * 1024 * 1024];
/** A program copies 16 bytes at a time. */
const SLACK = 16;

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
