import { Buffer } from "node:buffer";

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

/** Turns text of another encoding into UTF-8. */
export async function* toUtf8(
  chunks: AsyncIterable<Uint8Array>,
  { encoding, onBad }: { readonly encoding: string; readonly onBad: (offset: number) => never },
): AsyncGenerator<Uint8Array> {
  let decoder: Pick<TextDecoder, "decode"> | undefined;
  const encoder = new TextEncoder();
  let offset = 0;
  const decode = (chunk: Uint8Array | undefined) => {
    try {
      return encoder.encode(decoder?.decode(chunk, { stream: chunk !== undefined }));
    } catch {
      return onBad(offset); // A TypeError without a place.
    }
  };
  for await (const chunk of chunks) {
    decoder ??= decoderOf(chunk, encoding, { fatal: true });
    yield decode(chunk);
    offset += chunk.length;
  }
  const rest = decode(undefined);
  if (rest.length > 0) yield rest;
}
