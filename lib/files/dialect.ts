import { Buffer } from "node:buffer";
import type { TextOffsets } from "./_text_offsets.ts";

/** Encodings of text that are read; `utf-16` follows its byte order mark. */
export const ENCODINGS = [
  "utf-8",
  "utf-16",
  "utf-16le",
  "utf-16be",
  "latin-1",
  "windows-1252",
] as const;

/** How a delimited file, or one of JSON records, is written. */
export interface Dialect {
  /** One character between fields; with a space behind it, spaces before a field are no part of it. @default by the name: a tab for .tsv and .tab, else a comma */
  readonly delimiter?: string | undefined;
  /** The character around fields, or `none`. @default '"' */
  readonly quote?: string | undefined;
  /** The character that makes a quote within quotes text, as a second quote does. @default none */
  readonly escape?: string | undefined;
  /** Number of the header's line, or `none`. @default 1 */
  readonly header?: number | "none" | undefined;
  /** The character at the start of lines that are passed over. @default none */
  readonly comment?: string | undefined;
  /** Pattern of the rows at the end that are not data. @default none */
  readonly footer?: string | undefined;
  /** How characters are written. @default "utf-8" */
  readonly encoding?: (typeof ENCODINGS)[number] | undefined;
  /** Dot path of the list of records in a JSON document. @default none, the document is the list */
  readonly records?: string | undefined;
  /** Longest row in bytes. @default 1 MiB, of JSON 32 MiB */
  readonly maxRowBytes?: number | undefined;
}

/** A {@linkcode Dialect} as the scanner and the writer need it. */
export interface ByteDialect {
  readonly delimiter: number;
  readonly quote: number | null;
  readonly escape: number | undefined;
  readonly skipSpaces: boolean;
  readonly header: number | "none";
  readonly comment: number | undefined;
  readonly footer: RegExp | undefined;
  readonly encoding: (typeof ENCODINGS)[number];
  readonly maxRowBytes: number;
  /** Whether a quote within a field is a fault; tab-separated files give it no meaning. */
  readonly strict: boolean;
}

const TAB = 0x09;

/** Returns the part of a dialect that does not say how text is written: a sheet is read as CSV of one kind. */
export function sheetDialect({ header, comment, footer, maxRowBytes }: Dialect): Dialect {
  return { header, comment, footer, maxRowBytes };
}

/** Fills a dialect in; `delimiter` is what the name of the file says. */
export function byteDialect(dialect: Dialect, delimiter: number): ByteDialect {
  const { quote = '"', escape, header = 1, comment, footer, encoding = "utf-8" } = dialect;
  const byte = dialect.delimiter?.charCodeAt(0) ?? delimiter;
  return {
    delimiter: byte,
    quote: quote === "none" ? null : quote.charCodeAt(0),
    escape: escape?.charCodeAt(0),
    skipSpaces: dialect.delimiter?.length === 2,
    header,
    comment: comment?.charCodeAt(0),
    footer: footer === undefined ? undefined : new RegExp(footer, "u"),
    encoding,
    maxRowBytes: dialect.maxRowBytes ?? 1 << 20,
    strict: byte !== TAB,
  };
}

/** Turns a sample of text into UTF-8: it may end within a character, and what is none is shown as one that was lost. */
export function sampleToUtf8(sample: Uint8Array, encoding: string): Uint8Array {
  if (encoding === "utf-8") return sample;
  const text = decoderOf(sample, encoding).decode(sample, { stream: true });
  return new TextEncoder().encode(text);
}

/** Returns what the runtime calls an encoding; a byte order mark says which UTF-16 it is. */
function labelOf(start: Uint8Array, encoding: string): string {
  if (encoding === "utf-16") {
    return start[0] === 0xfe && start[1] === 0xff ? "utf-16be" : "utf-16le";
  }
  return encoding;
}

/** Returns what decodes a text that begins so. */
function decoderOf(
  start: Uint8Array,
  encoding: string,
  options: TextDecoderOptions = {},
): Pick<TextDecoder, "decode"> {
  if (encoding !== "latin-1") return new TextDecoder(labelOf(start, encoding), options);
  // The runtime takes the name for Windows-1252: 0x85 would become an ellipsis.
  return {
    decode: (bytes = new Uint8Array(0)) => Buffer.from(bytes as Uint8Array).toString("latin1"),
  };
}

/** Turns text of another encoding into UTF-8; `onBad` is told the offset of the first byte that is none. */
export async function* toUtf8(
  chunks: AsyncIterable<Uint8Array>,
  { encoding, onBad, offsets }: {
    readonly encoding: string;
    readonly onBad: (offset: number) => never;
    readonly offsets: TextOffsets;
  },
): AsyncGenerator<Uint8Array> {
  let decoder: Pick<TextDecoder, "decode"> | undefined;
  let isBigEndian = false;
  const encoder = new TextEncoder();
  // The first bytes of a character that a piece ended within.
  let begun = new Uint8Array(0);
  const decode = (chunk: Uint8Array | undefined) => {
    try {
      const text = decoder?.decode(chunk, { stream: chunk !== undefined }) ?? "";
      const encoded = encoder.encode(text);
      offsets.add(encoded, text.length);
      return encoded;
    } catch {
      const all = new Uint8Array(begun.length + (chunk?.length ?? 0));
      all.set(begun);
      if (chunk !== undefined) all.set(chunk, begun.length);
      return onBad(offsets.next + badUnit(all, isBigEndian)); // A TypeError without a place.
    }
  };
  let total = 0;
  for await (const chunk of chunks) {
    if (decoder === undefined) {
      decoder = decoderOf(chunk, encoding, { fatal: true });
      isBigEndian = labelOf(chunk, encoding) === "utf-16be";
      // The decoder leaves the byte order mark out.
      if (encoding.startsWith("utf-16") && hasMark(chunk, isBigEndian)) offsets.skip(2);
    }
    yield decode(chunk);
    total += chunk.length;
    begun = chunk.slice(chunk.length - Math.min(chunk.length, total - offsets.next));
  }
  const rest = decode(undefined);
  if (rest.length > 0) yield rest;
}

function hasMark(start: Uint8Array, isBigEndian: boolean): boolean {
  const mark = isBigEndian ? [0xfe, 0xff] : [0xff, 0xfe];
  return mark.every((byte, at) => start[at] === byte);
}

/** Returns where the first half of a pair of UTF-16 is that is without the other one, or half a unit. */
function badUnit(bytes: Uint8Array, isBigEndian: boolean): number {
  const kindAt = (at: number) => ((bytes[isBigEndian ? at : at + 1] ?? 0) & 0xfc);
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    if (kindAt(at) === 0xdc) return at;
    if (kindAt(at) !== 0xd8) continue;
    if (at + 3 >= bytes.length || kindAt(at + 2) !== 0xdc) return at;
    at += 2;
  }
  return bytes.length - bytes.length % 2;
}
