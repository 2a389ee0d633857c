import { SHARED_TABLE } from "./_hitter_program.ts";

/** Bytes that the program reads in one call; they are in the processor's nearer caches. */
export const WINDOW_BYTES = 64 * 1024;
/** What the program may read after the end: zeros, in which no line goes on. */
export const AFTER_BYTES = 64;
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
export const PAGES = Math.ceil((TABLES + 3 * SHARED_TABLE.bytes) / (1 << 16));
