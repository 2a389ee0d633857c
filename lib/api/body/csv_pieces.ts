import { bomLength } from "./bom.ts";
import { BrokenBody, type Piece, type PieceReader } from "./pieces.ts";
import type { PageRecord } from "./page_record.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;

/** What says where a body ends: its length or the form it is packed in, the last of its chunks, or only the connection. */
export type Framing = "length" | "chunks" | "connection";

/** Returns what says where the body of an answer ends. */
export function framingOf(
  { headers, url }: { readonly headers: Headers; readonly url: URL },
): Framing {
  if (headers.has("content-length") || headers.has("content-encoding")) return "length";
  // Without TLS there is no HTTP/2, and TLS has an end of its own.
  return headers.has("transfer-encoding") || url.protocol === "https:" ? "chunks" : "connection";
}

interface Row {
  readonly start: number;
  readonly end: number;
  /** Where the next row starts. */
  readonly next: number;
  /** Decoded fields; `undefined` where the row breaks RFC 4180. */
  readonly fields: readonly string[] | undefined;
}

/**
 * Reads a CSV body (RFC 4180) with a header line; each row becomes a JSON object of strings.
 *
 * A last row without a line break may be cut off: if it has too few fields, unless the length of the body was said, or if
 * only the end of the connection ends it.
 *
 * A row with another number of fields than the header, or with a stray quote, becomes a record without value, its
 * bytes as they came.
 */
export class CsvPieces implements PieceReader {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #encoder = new TextEncoder();
  readonly #framing: Framing;
  #names: readonly string[] | undefined;

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  read(
    window: Uint8Array,
    { offset, last }: { readonly offset: number; readonly last: boolean },
  ): Piece & { readonly consumed: number } {
    const records: PageRecord[] = [];
    let at = offset === 0 ? bomLength(window) : 0;
    while (at < window.length) {
      const row = this.#row(window, at, last);
      if (row === undefined) break;
      at = row.next;
      if (row.end >= window.length) this.#refuseCut(row);
      if (row.end === row.start) continue;
      if (this.#names === undefined) this.#names = header(row);
      else records.push(this.#record(window, row, { names: this.#names, offset }));
    }
    return { records, bytes: window.subarray(0, at), consumed: at };
  }

  end(): void {}

  #refuseCut({ fields }: Row): void {
    if (this.#framing === "connection") {
      throw new BrokenBody(
        "its last line has no line break, and no length says that it is whole: it may be cut off",
      );
    }
    const isShort = fields === undefined || fields.length < (this.#names?.length ?? 0);
    if (this.#framing === "chunks" && isShort) throw new BrokenBody("its last line is cut off");
  }

  #record(
    window: Uint8Array,
    { start, end, fields }: Row,
    { names, offset }: { readonly names: readonly string[]; readonly offset: number },
  ): PageRecord {
    const byteOffset = offset + start;
    if (fields?.length !== names.length) {
      const fault = "the row has other fields than the header, a stray quote, or is not UTF-8";
      return { bytes: window.subarray(start, end), value: undefined, byteOffset, fault };
    }
    const value = Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ""]));
    return { bytes: this.#encoder.encode(JSON.stringify(value)), value, byteOffset };
  }

  /** Returns the row that starts here; `undefined` where its end is still to come. */
  #row(window: Uint8Array, start: number, last: boolean): Row | undefined {
    const fields: string[] = [];
    let sound = true;
    for (let at = start;;) {
      const end = fieldEnd(window, at);
      // At the end of a window a CR may be half a line break.
      if (!last && (end < 0 || end >= window.length - 1)) return undefined;
      if (end < 0) throw new BrokenBody("a quote is never closed");
      const field = decode(window.subarray(at, end), this.#decoder);
      if (field === undefined) sound = false;
      else fields.push(field);
      at = end + 1;
      if (window[end] === COMMA) continue;
      const next = window[end] === CR && window[end + 1] === LF ? end + 2 : end + 1;
      return {
        start,
        end,
        next: Math.min(next, window.length),
        fields: sound ? fields : undefined,
      };
    }
  }
}

function header({ fields }: Row): readonly string[] {
  if (fields === undefined || new Set(fields).size < fields.length) {
    throw new BrokenBody("its header line is malformed or repeats a column");
  }
  return fields;
}

/** Returns where the field that starts here ends: at a comma, a line break or the end of the bytes; -1 inside quotes. */
function fieldEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  let quoted = false;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE && (quoted || at === start)) quoted = !quoted;
    else if (byte === QUOTE && bytes[start] === QUOTE) quoted = true;
    else if (!quoted && (byte === COMMA || byte === LF || byte === CR)) return at;
  }
  return quoted ? -1 : at;
}

function decode(bytes: Uint8Array, decoder: TextDecoder): string | undefined {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return undefined; // not UTF-8: the row is rejected, not the page
  }
  if (!text.startsWith('"')) return text.includes('"') ? undefined : text;
  const inner = text.slice(1, -1);
  return text.length > 1 && text.endsWith('"') && !inner.replaceAll('""', "").includes('"')
    ? inner.replaceAll('""', '"')
    : undefined;
}
