import { bomLength } from "./bom.ts";
import { isProperlySeparated, readRecord, refuseBadRecord } from "./bad_record.ts";
import { withoutLineBreaks } from "./line_breaks.ts";
import { type DotPath, FrameScanner, valueAt } from "../../grammar/mod.ts";
import type { PageRecord } from "./page_record.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

const strict = new TextDecoder("utf-8", { fatal: true });

/** A body of which some records are not valid. */
export interface Salvaged {
  readonly records: PageRecord[];
  /** The body's value; a bad record is `undefined` in it. */
  readonly value: unknown;
  /** The part of the body that the records are in. */
  readonly part: Uint8Array;
  /** Throws if a path leads into a bad record. */
  readonly refuse: (path: string) => void;
}

/**
 * Reads a JSON body record by record: where all around the records is valid, one that is not costs only itself.
 *
 * @returns `undefined` if the body is broken in another way, such as cut off.
 */
export function salvage(body: Uint8Array, path: DotPath): Salvaged | undefined {
  const bom = bomLength(body);
  const open = bom + scan(body.subarray(bom), path);
  if (open >= body.length) return undefined;
  const bounds = cut(body, open);
  if (bounds === undefined) return undefined;
  const { close } = bounds;
  const frame = parse([body.subarray(bom, open + 1), body.subarray(close)]);
  const list = valueAt(frame, path);
  if (!Array.isArray(list)) return undefined;
  const records = Array.from({ length: bounds.all.length / 2 }, (_, index) => {
    const start = bounds.all[2 * index] ?? 0;
    const record = readRecord(body.subarray(start, bounds.all[2 * index + 1]), start);
    return record.value === undefined
      ? record
      : { ...record, bytes: withoutLineBreaks(record.bytes) };
  });
  for (const { value } of records) list.push(value);
  return {
    records,
    value: frame,
    part: body.subarray(bounds.all[0] ?? open, bounds.all.at(-1) ?? open),
    refuse: (wanted) =>
      refuseBadRecord(wanted, { path, isBad: (index) => isBad(records.at(index)) }),
  };
}

function isBad(record: PageRecord | undefined): boolean {
  return record !== undefined && record.value === undefined;
}

function scan(bytes: Uint8Array, path: DotPath): number {
  try {
    return new FrameScanner(path).scan(bytes);
  } catch {
    return bytes.length; // a key occurs twice: what is meant is for nobody to say
  }
}

function parse(parts: readonly Uint8Array[]): unknown {
  try {
    return JSON.parse(parts.map((part) => strict.decode(part)).join(""));
  } catch {
    return undefined; // broken around the records
  }
}

/** Cuts the array that opens at a place into its elements; `undefined` if it does not close, or not properly. */
function cut(json: Uint8Array, open: number): { all: number[]; close: number } | undefined {
  const all: number[] = [];
  let at = open + 1;
  let start = -1;
  let end = at;
  for (let depth = 0; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (depth === 0 && (byte === COMMA || byte === CLOSE_ARRAY)) {
      if (start >= 0) all.push(start, end);
      start = -1;
      if (byte === COMMA) continue;
      const around = { start: open + 1, end: at, commaFirst: false };
      return isProperlySeparated(json, all, around) ? { all, close: at } : undefined;
    }
    if (byte <= 0x20) continue;
    if (start < 0) start = at;
    if (byte === QUOTE) at = stringEnd(json, at);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
    if (depth < 0) return undefined;
    end = at + 1;
  }
  return undefined;
}

/** Returns the place of the quote that ends a string. */
function stringEnd(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}
