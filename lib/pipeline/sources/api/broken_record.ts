import type { RecordFault, SourceRecord } from "../../record_batch.ts";

/** Spark's own parser reads no deeper, and what walks through a record by recursion would run out of stack. */
const MAX_DEPTH = 1000;

/** Returns why a record cannot be read at all: it is too large, not valid or too deep. */
export function brokenRecord(record: SourceRecord, maxBytes: number): RecordFault | undefined {
  const { value, bytes, fault, isTooLarge = false } = record;
  if (isTooLarge) return { code: "record-too-large", message: fault ?? "the record is too large" };
  if (bytes.length > maxBytes) {
    const message = `the record has ${bytes.length} bytes, max_record_size allows ${maxBytes}`;
    return { code: "record-too-large", message };
  }
  if (value === undefined) {
    return { code: "record-invalid", message: fault ?? "the record is not valid JSON" };
  }
  // Each level takes two brackets at least.
  if (bytes.length < 2 * MAX_DEPTH || !isDeeper(value, MAX_DEPTH)) return undefined;
  return {
    code: "record-invalid",
    message: `the record is nested deeper than ${MAX_DEPTH} levels`,
  };
}

/** Says whether a value has more levels; a walk without recursion, which a deep value would not survive. */
function isDeeper(value: unknown, levels: number): boolean {
  const open: { readonly value: object; readonly level: number }[] = [];
  function visit(inner: unknown, level: number): void {
    if (typeof inner === "object" && inner !== null) open.push({ value: inner, level });
  }
  visit(value, 1);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.level > levels) return true;
    for (const inner of Object.values(next.value)) visit(inner, next.level + 1);
  }
  return false;
}
