import { type DotPath, DuplicateKeyError, valueAt } from "../../grammar/mod.ts";
import { sliceElements, sliceMembers, sliceValue } from "./json_slicer.ts";
import { withoutLineBreaks } from "./line_breaks.ts";
import type { PageRecord } from "./page_record.ts";

/** The step of a path that leads to each value of an object or list. */
export const EACH = "*";
/** Field of a record that holds the key it had in an object. */
export const KEY = "_key";

const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const encoder = new TextEncoder();

/** How records that are no list stand in a body. */
export interface Gathering {
  /** Whether what the path leads to is one record. */
  readonly single: boolean;
  /** Keys; {@linkcode EACH} leads to each value. */
  readonly path: DotPath;
}

/** Returns the part of the path around which nothing is a record. */
export function fixedPath({ path }: Gathering): DotPath {
  const at = path.indexOf(EACH);
  return at < 0 ? path : path.slice(0, at);
}

/** A value of a body, and the key of the last object that was gone through. */
interface Found {
  readonly start: number;
  readonly end: number;
  readonly key: string | undefined;
}

/**
 * Gathers records that are no list: the values of an object, those in several lists, or a single object. A list at the
 * end of the path stands for its elements.
 *
 * @param json A body in UTF-8 that is valid JSON.
 * @param from Where the text starts.
 * @returns The records, and the part of the body that they are in; `undefined` if the path leads to nothing in any of the values that it goes through.
 * @throws {DuplicateKeyError} If a key on the path, or one that it goes through, occurs twice in its object.
 */
export function gatherRecords(
  json: Uint8Array,
  { single, path }: Gathering,
  from: number,
): { readonly records: PageRecord[]; readonly part: Uint8Array } | undefined {
  const found: Found[] = [];
  const top = sliceValue(json, [], from);
  const isReached = top !== undefined && gather({ ...top, key: undefined }, path);
  if (!isReached) return undefined;
  const part = json.subarray(found[0]?.start ?? 0, found.at(-1)?.end ?? 0);
  return { records: found.map((one) => recordOf(json, one)), part };

  /** Says whether the path leads on, or there is nothing that it could lead through. */
  function gather(at: Found, [step, ...rest]: DotPath): boolean {
    const within = json.subarray(0, at.end);
    if (step === EACH) {
      const inner = childrenOf(within, at);
      return inner !== undefined &&
        (inner.length === 0 || inner.map((one) => gather(one, rest)).includes(true));
    }
    if (step !== undefined) {
      const next = sliceValue(within, [step], at.start);
      return next !== undefined && gather({ ...next, key: at.key }, rest);
    }
    const isList = json[at.start] === OPEN_ARRAY;
    // What is no object is one record if it has a key, which rejects it; alone it means that there is none.
    if (!isList && json[at.start] !== OPEN_OBJECT && at.key === undefined) return false;
    if (isList && !single) found.push(...childrenOf(within, at) ?? []);
    else found.push(at);
    return true;
  }
}

/** Returns the values of an object, or the elements of a list; `undefined` if it is neither. */
function childrenOf(json: Uint8Array, { start, key }: Found): Found[] | undefined {
  if (json[start] === OPEN_ARRAY) {
    const bounds = sliceElements(json, [], start) ?? [];
    return Array.from({ length: bounds.length / 2 }, (_, at) => ({
      ...{ start: bounds[2 * at] ?? 0, end: bounds[2 * at + 1] ?? 0 },
      key,
    }));
  }
  if (json[start] !== OPEN_OBJECT) return undefined;
  const members = sliceMembers(json, start);
  const seen = new Set<string>();
  for (const { key } of members) {
    if (seen.has(key)) throw new DuplicateKeyError(key);
    seen.add(key);
  }
  return members;
}

function recordOf(json: Uint8Array, { start, end, key }: Found): PageRecord {
  const bytes = withoutLineBreaks(json.subarray(start, end));
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  // A field of that name is the record's own.
  if (key === undefined || !isObject || valueAt(value, [KEY]) !== undefined) {
    return { bytes, value, byteOffset: start };
  }
  const comma = Object.keys(value).length === 0 ? "" : ",";
  const field = encoder.encode(`{${JSON.stringify(KEY)}:${JSON.stringify(key)}${comma}`);
  const more = new Uint8Array(field.length + bytes.length - 1);
  more.set(field);
  more.set(bytes.subarray(1), field.length);
  return { bytes: more, value: { [KEY]: key, ...value }, byteOffset: start };
}
