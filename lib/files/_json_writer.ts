import type { Place } from "../errors/mod.ts";
import { hasHalfSurrogate, hasLongNumber, isTooDeep, jsonErrorColumn } from "../grammar/mod.ts";
import { ByteBuffer } from "./_byte_buffer.ts";
import type { PrivateValues } from "./_private_columns.ts";
import type { InspectRow } from "./_row_writer.ts";
import type { FindingReport, RowReject } from "./findings.ts";
import type { JsonSink, LineLead } from "./row_sink.ts";

const encoder = new TextEncoder();
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
/** Most keys that are named; records with more have data for names. */
const MOST_KEYS = 1000;

/** What {@linkcode JsonWriter} needs to know. */
export interface JsonWriterOptions {
  readonly report: FindingReport;
  /** Keys that a record must have. */
  readonly keys: readonly string[] | undefined;
  readonly inspect?: InspectRow | undefined;
  readonly privacy?: PrivateValues | undefined;
  /** Takes each record that is written. */
  readonly onRecord: (value: unknown, bytes: Uint8Array) => void;
}

/** Turns the records of one file into JSON lines, each as it was sent, and counts. */
export class JsonWriter implements JsonSink {
  /** Records that were written. */
  written = 0;
  /** Records that were rejected. */
  rejected = 0;
  /** Empty lines that were left out. */
  blankLines = 0;
  readonly #options: JsonWriterOptions;
  readonly #seen = new Set<string>();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #out = new ByteBuffer();
  #lead: LineLead = { length: 0, bytes: new Uint8Array() };

  constructor(options: JsonWriterOptions) {
    this.#options = options;
  }

  /** Keys of the records, in the order in which they came. */
  get columns(): string[] {
    return [...this.#seen];
  }

  record(bytes: Uint8Array, begin: Place, lead: LineLead): void {
    let text = this.#decoder.decode(bytes);
    this.#lead = lead;
    const place = { ...begin, column: lead.length + 1 };
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      return this.#refuse(bytes, syntaxFault(error, text, { begin, lead }));
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      const found = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
      const message = `expected an object, found ${found}`;
      return this.#refuse(bytes, { code: "record-not-object", message, place });
    }
    // No walk through it may end for want of room.
    if (isTooDeep(bytes)) {
      const message = "it is nested deeper than 1,000 levels, which Spark does not read";
      return this.#refuse(bytes, { code: "record-invalid", message, place });
    }
    const sent = value;
    if (this.#options.privacy !== undefined) {
      try {
        text = this.#options.privacy.apply(text);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return this.#refuse(bytes, { code: "record-invalid", ...faultOf(error, place) });
      }
      [bytes, value] = [encoder.encode(text), JSON.parse(text)];
    }
    const message = unreadable(text, bytes);
    if (message !== undefined) {
      return this.#refuse(bytes, { code: "record-invalid", message, place });
    }
    if (!this.#hasGoodKeys(bytes, { value: sent, place })) return;
    const fault = this.#options.inspect?.({ ...sent }, value as Record<string, unknown>);
    if (fault !== undefined) {
      const { message, field } = fault;
      return this.#refuse(bytes, { code: "record-check", message, place: { ...place, field } });
    }
    this.written++;
    this.#options.onRecord(value, bytes);
    appendOneLine(this.#out, bytes);
    this.#out.push(LF);
  }

  reject(reject: RowReject): void {
    this.rejected++;
    this.#options.report.row(reject);
  }

  blank(): void {
    this.blankLines++;
  }

  broken(code: "file-json" | "file-kind", message: string, place: Place): never {
    this.#options.report.file(code, message, place);
  }

  /** Returns the records since the last call, valid until the next one. */
  take(): Uint8Array {
    return this.#out.take();
  }

  #hasGoodKeys(bytes: Uint8Array, { value, place }: { value: object; place: Place }): boolean {
    const { report, keys } = this.#options;
    const found = Object.keys(value);
    for (const key of found) if (this.#seen.size < MOST_KEYS) this.#seen.add(key);
    if (keys === undefined) return true;
    const faults = [
      ["row-keys-missing", "lacks", keys.filter((key) => !Object.hasOwn(value, key))],
      ["row-keys-extra", "has the unknown key", found.filter((key) => !keys.includes(key))],
    ] as const;
    for (const [code, verb, names] of faults) {
      if (names.length === 0) continue;
      const message = `the record ${verb} ${names.map((name) => JSON.stringify(name)).join(", ")}`;
      if (report.verdictOn(code) === "reject-row") {
        this.#refuse(bytes, { code, message, place });
        return false;
      }
      report.find(code, message, place);
    }
    return true;
  }

  /** The fault is at the beginning of a record, or after so many bytes of it. */
  #refuse(
    bytes: Uint8Array,
    { offset = 0, ...reject }: Omit<RowReject, "raw" | "fault"> & { readonly offset?: number },
  ): void {
    const { length, bytes: known } = this.#lead;
    // Of a character that is cut, the rest is none.
    const lead = this.#decoder.decode(known).replace(/^\ufffd+/, "");
    const fault = { offset, lead: `${length > known.length ? "..." : ""}${lead}` };
    this.reject({ ...reject, raw: bytes.slice(), fault });
  }
}

/** What is wrong with a record that does not parse, and where. */
function syntaxFault(
  error: unknown,
  text: string,
  { begin, lead }: { readonly begin: Place; readonly lead: LineLead },
) {
  const before = text.slice(0, jsonErrorColumn(error, text) - 1);
  const lines = before.split("\n");
  const column = byteLength(lines.at(-1) ?? "") + 1 + (lines.length === 1 ? lead.length : 0);
  const line = (begin.line ?? 1) + lines.length - 1;
  const message = "the record is not valid JSON";
  const place = { ...begin, line, column };
  return { code: "record-invalid", message, place, offset: byteLength(before) } as const;
}

function faultOf(error: RangeError, place: Place) {
  const field = "field" in error ? { field: String(error.field) } : {};
  return { message: error.message, place: { ...place, ...field } };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Leaves out line ends and the indent after them, which in valid JSON are only between tokens. */
function appendOneLine(out: ByteBuffer, bytes: Uint8Array): void {
  let start = 0;
  const next = (from: number) => {
    const lf = bytes.indexOf(LF, from);
    const cr = bytes.indexOf(CR, from);
    return lf < 0 || cr < 0 ? Math.max(lf, cr) : Math.min(lf, cr);
  };
  for (let end = next(0); end >= 0; end = next(start)) {
    out.append(bytes, start, end);
    start = end;
    for (let byte = bytes[start]; isSpace(byte); byte = bytes[start]) start++;
  }
  out.append(bytes, start, bytes.length);
}

function isSpace(byte: number | undefined): boolean {
  return byte === LF || byte === CR || byte === SPACE || byte === TAB;
}

/** Says what in a record engines do not read as it was sent. */
function unreadable(text: string, bytes: Uint8Array): string | undefined {
  if (text.includes("\\u") && hasHalfSurrogate(text)) {
    return "a text holds half of a surrogate pair, which is no character";
  }
  if (hasLongNumber(bytes)) return "a number has more than 1,000 digits, which Spark does not read";
  return undefined;
}
