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
  const rest = DECODER.decode(record).trimStart().slice(1);
  const comma = Object.keys(value).length === 0 ? "" : ",";
  return ENCODER.encode(`{"id":${JSON.stringify(id)}${comma}${rest}`);
}

/** Puts 1, 2, 3, ... as ids in front of objects that each have another field, without parsing them. */
export function numberRecords(records: readonly RecordBytes[]): RecordBytes[] {
  const roomForId = 20;
  const size = records.reduce((sum, record) => sum + record.length + roomForId, 0);
  // One buffer for all: twenty thousand small ones take three times as long.
  const buffer = new Uint8Array(size);
  let at = 0;
  return records.map((record, index) => {
    const start = at;
    at += ENCODER.encodeInto(`{"id":${index + 1},`, buffer.subarray(at, at + roomForId)).written;
    buffer.set(record.subarray(1), at);
    at += record.length - 1;
    return buffer.subarray(start, at);
  });
}

/** Splits JSON lines. */
export function splitLines(lines: RecordBytes): RecordBytes[] {
  const records: RecordBytes[] = [];
  for (let start = 0; start < lines.length;) {
    const feed = lines.indexOf(0x0a, start);
    const end = feed < 0 ? lines.length : feed;
    if (end > start) records.push(lines.subarray(start, end));
    start = end + 1;
  }
  return records;
}
