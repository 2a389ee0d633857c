import { createHash } from "node:crypto";
import type { ListingRequest, StreamRequest } from "../../../api/mod.ts";
import { exactJson } from "../../../lake/mod.ts";
import type { SourceRecord } from "../../record_batch.ts";
import { filled, FOR_EACH } from "./_for_each_schema.ts";
import type { ListingValues, Parents } from "./parents.ts";
import type { ApiEnd } from "./read_end.ts";
import type { ApiStream } from "./schema.ts";

/** The listings of a stream with `for_each`. */
export interface Listings {
  readonly requests: readonly ListingRequest[];
  /** The values of each. */
  readonly values: readonly ListingValues[];
  /** Identity of all of them in their order: a position in others means nothing. */
  readonly identity: string;
  /** Why they may not be all. */
  readonly missing: readonly string[];
}

/** Returns the listings of a stream: its request with the values of each parent in it. */
export function listingsOf(request: StreamRequest, { values, missing }: Parents): Listings {
  const all = values.map((one) => ({ values: one, request: requestOf(request, one) }));
  const kept = all.filter((one) => !leadsAway(one.request.path));
  const lost = all.length - kept.length;
  return {
    requests: kept.map((one) => one.request),
    values: kept.map((one) => one.values),
    identity: createHash("sha256").update(exactJson(values)).digest("hex"),
    missing: lost === 0
      ? missing
      : [...missing, `${lost} of ${all.length} cannot be part of an address, as "." and ".."`],
  };
}

function requestOf({ path, params = {}, pagination }: StreamRequest, values: ListingValues) {
  const inPath = (text: string) =>
    filled(
      text,
      (name) => Object.hasOwn(values, name) ? encodeURIComponent(String(values[name])) : undefined,
    );
  const inValue = (text: string) =>
    filled(text, (name) => Object.hasOwn(values, name) ? String(values[name]) : undefined);
  const inParam = (value: string | number | boolean) =>
    typeof value === "string" ? inValue(value) : value;
  const { total_from: count } = pagination ?? {};
  return {
    name: exactJson(values),
    path: inPath(path),
    params: Object.fromEntries(
      Object.entries(params).map(([key, value]) => [
        key,
        Array.isArray(value) ? value.map(inParam) : inParam(value as string),
      ]),
    ),
    ...(pagination === undefined || count === undefined
      ? { pagination }
      : { pagination: { ...pagination, total_from: { ...count, path: inPath(count.path) } } }),
  };
}

/** Whether a part of a path means another folder. */
function leadsAway(path: string): boolean {
  return /(?:^|\/)\.{1,2}(?:[/?]|$)/.test(path);
}

/** Returns the stream as its records are once each of them has the values of its listing. */
export function withListingKey(stream: ApiStream): ApiStream {
  const { for_each: forEach, primary_key: key } = stream;
  if (forEach === undefined || key.length === 0) return stream;
  const own = Object.keys(forEach.bind ?? forEach.values ?? {})
    .map((name) => `${FOR_EACH}.${name}`);
  return { ...stream, primary_key: [...new Set([...own, ...key])] };
}

/** Gives records the values of their listing, as their first field. */
export function ofListing(
  records: Iterable<SourceRecord> & { readonly length: number },
  values: ListingValues,
): Iterable<SourceRecord> & { readonly length: number } {
  const field = encoder.encode(`{"${FOR_EACH}":${exactJson(values)}`);
  const parsed: ListingValues = JSON.parse(exactJson(values));
  return {
    length: records.length,
    *[Symbol.iterator]() {
      for (const record of records) yield withField(record, field, parsed);
    },
  };
}

const encoder = new TextEncoder();
const BRACE = 0x7b;

function withField(record: SourceRecord, field: Uint8Array, values: ListingValues): SourceRecord {
  const { value, bytes } = record;
  // What is no object is rejected as it came.
  if (typeof value !== "object" || value === null || bytes[0] !== BRACE) return record;
  if (Object.hasOwn(value, FOR_EACH)) {
    return {
      ...record,
      value: undefined,
      fault: `the record has a field "${FOR_EACH}" of its own`,
    };
  }
  const isEmpty = Object.keys(value).length === 0;
  const more = new Uint8Array(field.length + bytes.length - Number(isEmpty));
  more.set(field);
  if (!isEmpty) more.set([COMMA], field.length);
  more.set(bytes.subarray(1), field.length + Number(!isEmpty));
  return { ...record, bytes: more, value: { [FOR_EACH]: values, ...value } };
}

const COMMA = 0x2c;

/** Returns the end of a stream of which not every listing may have been asked for. */
export function withMissing(end: ApiEnd, listings: Listings | undefined): ApiEnd {
  const found = (listings?.missing ?? [])
    .map((message) => ({ code: "parents-missing" as const, message }));
  return { ...end, contradictions: [...end.contradictions, ...found] };
}
