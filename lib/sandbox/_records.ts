const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** JSON text of one record, as it is sent. */
export type RecordBytes = Uint8Array<ArrayBuffer>;

/** Joins records with a separator between them, and puts text before and after. */
export function joinRecords(
  records: readonly RecordBytes[],
  options: { separator: string; before: string; after: string },
): Uint8Array<ArrayBuffer> {
  const [separator, before, after] = [options.separator, options.before, options.after]
    .map((text) => ENCODER.encode(text)) as [RecordBytes, RecordBytes, RecordBytes];
  let size = before.length + after.length + separator.length * Math.max(0, records.length - 1);
  for (const record of records) size += record.length;
  const joined = new Uint8Array(size);
  joined.set(before);
  let at = before.length;
  for (const [index, record] of records.entries()) {
    if (index > 0) {
      joined.set(separator, at);
      at += separator.length;
    }
    joined.set(record, at);
    at += record.length;
  }
  joined.set(after, at);
  return joined;
}

/** Breaks some records of a page, spread over it: in turn without their id, and no object at all. */
export function breakRecords(records: readonly RecordBytes[], count: number): RecordBytes[] {
  const broken = [...records];
  const bad = Math.min(count, records.length);
  for (let i = 0; i < bad; i++) {
    const index = Math.floor(((i + 0.5) * records.length) / bad);
    const record = records[index];
    if (record === undefined) continue;
    broken[index] = ENCODER.encode(
      i % 2 === 0 ? withoutId(DECODER.decode(record)) : JSON.stringify("record lost upstream"),
    );
  }
  return broken;
}

function withoutId(text: string): string {
  const { id: _id, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify(rest);
}

/** Turns a record given in code into its bytes; text is kept as it is, so that it can hold any number form. */
export function toRecordBytes(record: object | string): RecordBytes {
  return ENCODER.encode(typeof record === "string" ? record : JSON.stringify(record));
}

/** Puts an id in front of a record that has none. */
export function withId(record: RecordBytes, id: number | string): RecordBytes {
  const value: unknown = JSON.parse(DECODER.decode(record));
  if (typeof value !== "object" || value === null || "id" in value) return record;
  return prependId(record, id);
}

/** Puts an id in front of an object with at least one other field, without parsing it. */
export function prependId(record: RecordBytes, id: number | string): RecordBytes {
  const head = ENCODER.encode(`{"id":${JSON.stringify(id)},`);
  const joined = new Uint8Array(head.length + record.length - 1);
  joined.set(head);
  joined.set(record.subarray(1), head.length);
  return joined;
}
