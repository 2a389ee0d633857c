import type { Meaning } from "./_field_names.ts";
import type { FileTimes } from "./_file_times.ts";
import { type LogRecord, setAttribute, type TextMap } from "./_log_record.ts";
import { setMeaning } from "./_named_fields.ts";

/** Who writes records in which a name means what it does nowhere else. */
interface Writer {
  /** Whether a record is one of its. */
  isOf(attributes: TextMap, record: LogRecord): boolean;
  /** What its names mean; `forwarded` is a list of addresses, of which the client's is the first one. */
  readonly fields: Readonly<Record<string, Meaning | "forwarded">>;
}

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f.]*:[0-9a-f:.]*)$/i;

const WRITERS: readonly Writer[] = [
  { // Heroku's router: `connect` is the time until it had the application, `service` that of the request.
    isOf: ({ dyno, fwd, connect }) => (dyno && fwd && connect) !== undefined,
    fields: { fwd: "forwarded", service: "duration", bytes: "bytes" },
  },
];

/** Puts into columns what a name means only in the records of whoever wrote this one. */
export function settleWriter(record: LogRecord, attributes: TextMap, times: FileTimes): void {
  const writer = WRITERS.find(({ isOf }) => isOf(attributes, record));
  if (writer === undefined) return;
  for (const [key, meaning] of Object.entries(writer.fields)) {
    const value = attributes[key];
    if (value === undefined) continue;
    delete attributes[key];
    const isSet = meaning === "forwarded"
      ? setForwarded(record, key, value)
      : setMeaning(record, meaning, key, value, times);
    if (!isSet) setAttribute(record, key, value);
  }
  if (Object.keys(attributes).length === 0) record.attributes = undefined;
}

/** Sets the client from what proxies forward; a list of several addresses is kept. */
function setForwarded(record: LogRecord, key: string, value: string): boolean {
  const addresses = value.split(/, ?/);
  if (record.client_address !== undefined || !addresses.every((one) => ADDRESS.test(one))) {
    return false;
  }
  record.client_address = addresses[0];
  if (addresses.length > 1) setAttribute(record, key, value);
  return true;
}
