import { isUtf8 } from "node:buffer";
import { fieldContent, fieldStarts } from "./_fields.ts";
import { contentOf } from "./_file_chunks.ts";
import { CsvScanner } from "./csv_scanner.ts";
import { type Dialect, type ENCODINGS, toUtf8 } from "./dialect.ts";
import { type FileKind, kindByBytes, kindByName } from "./file_kind.ts";
import type { FileEntry } from "./file_entry.ts";

const SAMPLE_BYTES = 1 << 18;
const DELIMITERS = [",", ";", "\t", "|"] as const;
const QUOTES = ['"', "'", "none"] as const;
const MOST_PREAMBLE = 50;

/** A dialect that would fit, and why. */
export interface ProposedDialect {
  /** Only what is not the default, and the delimiter. */
  readonly dialect: Dialect;
  /** 0 to 1: how well it fits. */
  readonly score: number;
  /** What speaks for it, one phrase each. */
  readonly evidence: readonly string[];
}

/** What the first bytes of a file say about it. */
export interface Inspection {
  /** By its first bytes; for text by its name, or by what it looks like. */
  readonly kind: FileKind;
  /** What is in a gzip file; as `kind` for others. */
  readonly content: FileKind;
  /** Encoding of text; `null` if it is none. */
  readonly encoding: (typeof ENCODINGS)[number] | null;
  /** Whether there is a byte order mark. */
  readonly mark: boolean;
  /** How lines end; `null` if there are none. */
  readonly lineEnd: "lf" | "crlf" | "cr" | "mixed" | null;
  /** Names in the header of delimited text; `null` if it is none, or has no header. */
  readonly columns: readonly string[] | null;
  /** Rows, by the length of those that were read; of a gzip file only if all of it was. */
  readonly rows: number | null;
  /** The dialect to propose; `null` if the file is no delimited text. */
  readonly proposed: ProposedDialect | null;
  /** The next best with another delimiter. */
  readonly runnerUp: ProposedDialect | null;
}

/**
 * Looks at the first bytes of a file: what it is, and the dialect by which it would be read. A proposal, for people to
 * confirm: nothing uses it by itself.
 *
 * @throws {DataError} `file-corrupt`, `file-changed`.
 * @throws {StorageError} If it cannot be read.
 */
export async function inspectFile(
  entry: FileEntry,
  { sampleBytes = SAMPLE_BYTES }: { readonly sampleBytes?: number } = {},
): Promise<Inspection> {
  const first = await sampleOf(entry, { gzip: false, sampleBytes });
  const outer = kindByBytes(first.bytes);
  const { bytes, whole } = outer === "gzip"
    ? await sampleOf(entry, { gzip: true, sampleBytes })
    : first;
  const binary = kindByBytes(bytes);
  if (binary !== undefined || bytes.length === 0) {
    const kind = outer ?? binary ?? kindByName(entry.path);
    return { ...NOTHING, kind, content: binary ?? kind };
  }
  const { encoding, mark } = encodingOf(bytes);
  const text = await decoded(bytes, encoding);
  const content = textKind(entry.path.replace(/\.gz$/i, ""), text);
  const about = { encoding, mark, lineEnd: lineEndOf(text), kind: outer ?? content, content };
  if (content === "json") return { ...NOTHING, ...about };
  const factor = whole ? 1 : outer === "gzip" ? NaN : entry.size / bytes.length;
  const rowsOf = (count: number) => {
    const rows = Math.round(count * factor);
    return Number.isNaN(rows) ? null : rows;
  };
  if (content === "jsonl") {
    return { ...NOTHING, ...about, rows: rowsOf(text.filter((byte) => byte === 0x0a).length) };
  }
  const fits = DELIMITERS.flatMap((delimiter) =>
    QUOTES.map((quote) => fitOf(text, { delimiter, quote, whole }))
  ).filter((fit) => fit !== undefined).sort((a, b) => b.score - a.score);
  const [best] = fits;
  if (best === undefined) return { ...NOTHING, ...about };
  const second = fits.find(({ delimiter }) => delimiter !== best.delimiter);
  const withEncoding = (fit: Fit): ProposedDialect => ({
    dialect: { ...fit.dialect, ...(encoding === "utf-8" ? {} : { encoding }) },
    score: fit.score,
    evidence: fit.evidence,
  });
  return {
    ...about,
    columns: best.columns,
    rows: rowsOf(best.rows),
    proposed: withEncoding(best),
    runnerUp: second === undefined ? null : withEncoding(second),
  };
}

const NOTHING = {
  ...{ encoding: null, mark: false, lineEnd: null, columns: null, rows: null },
  ...{ proposed: null, runnerUp: null },
} as const;

async function sampleOf(
  entry: FileEntry,
  { gzip, sampleBytes }: { readonly gzip: boolean; readonly sampleBytes: number },
): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
  const bytes = new Uint8Array(sampleBytes);
  let length = 0;
  for await (const chunk of contentOf(entry, { gzip })) {
    const room = sampleBytes - length;
    bytes.set(chunk.subarray(0, room), length);
    length += Math.min(room, chunk.length);
    if (chunk.length >= room) return { bytes: bytes.subarray(0, length), whole: false };
  }
  return { bytes: bytes.subarray(0, length), whole: true };
}

function encodingOf(bytes: Uint8Array): {
  readonly encoding: (typeof ENCODINGS)[number];
  readonly mark: boolean;
} {
  const start = bytes.subarray(0, 3).toHex();
  if (start === "efbbbf") return { encoding: "utf-8", mark: true };
  if (start.startsWith("fffe") || start.startsWith("feff")) {
    return { encoding: "utf-16", mark: true };
  }
  const nuls = (parity: number) =>
    bytes.filter((byte, at) => byte === 0 && at % 2 === parity).length;
  if (nuls(1) > bytes.length / 8) return { encoding: "utf-16le", mark: false };
  if (nuls(0) > bytes.length / 8) return { encoding: "utf-16be", mark: false };
  // A sample may end within a character.
  const isText = [0, 1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, bytes.length - cut)));
  if (isText) return { encoding: "utf-8", mark: false };
  const special = bytes.some((byte) => byte >= 0x80 && byte <= 0x9f);
  return { encoding: special ? "windows-1252" : "latin-1", mark: false };
}

async function decoded(bytes: Uint8Array, encoding: string): Promise<Uint8Array> {
  if (encoding === "utf-8") return bytes;
  const even = bytes.subarray(0, bytes.length - bytes.length % 2);
  const onBad = (): never => {
    throw new RangeError("Cannot decode a sample: it ends within a character");
  };
  const chunks: Uint8Array[] = [];
  for await (const one of toUtf8(ReadableStream.from([even]), { encoding, onBad })) {
    chunks.push(one);
  }
  return chunks[0] ?? bytes;
}

function lineEndOf(text: Uint8Array): Inspection["lineEnd"] {
  const found = new Set<"lf" | "crlf" | "cr">();
  for (let at = 0; at < text.length; at++) {
    if (text[at] === 0x0a) found.add(text[at - 1] === 0x0d ? "crlf" : "lf");
    else if (text[at] === 0x0d && at + 1 < text.length && text[at + 1] !== 0x0a) found.add("cr");
  }
  const [one] = found;
  return found.size > 1 ? "mixed" : one ?? null;
}

function textKind(path: string, text: Uint8Array): FileKind {
  const named = kindByName(path);
  const start = new TextDecoder().decode(text.subarray(0, 4096)).trimStart();
  if (/^[[{]/.test(start)) {
    const [line = ""] = start.split("\n", 1);
    const isLines = start.startsWith("{") && line.trimEnd().endsWith("}") && line !== "{}";
    return named === "json" || named === "jsonl" ? named : isLines ? "jsonl" : "json";
  }
  return named === "tsv" ? "tsv" : named === "unknown" || named === "json" ? "unknown" : "csv";
}

interface Fit extends ProposedDialect {
  readonly delimiter: string;
  readonly columns: readonly string[] | null;
  readonly rows: number;
}

/** A dialect to try on a sample. */
interface Trial {
  readonly delimiter: string;
  readonly quote: string;
  /** Whether the sample is the whole file. */
  readonly whole: boolean;
}

/** What a sample looks like by one dialect. */
interface Trialled {
  readonly rows: readonly { readonly fields: readonly string[]; readonly line: number }[];
  readonly bad: number;
  readonly quoted: number;
}

function tryDialect(text: Uint8Array, { delimiter, quote: mark, whole }: Trial): Trialled {
  const quote = mark === "none" ? null : mark.charCodeAt(0);
  const bytes = { delimiter: delimiter.charCodeAt(0), quote };
  const rows: { readonly fields: readonly string[]; readonly line: number }[] = [];
  let bad = 0;
  let quoted = 0;
  const scanner = new CsvScanner({
    row: (row) => {
      const starts = fieldStarts(row, bytes);
      const fields = starts.slice(0, -1).map((start, at) => {
        if (quote !== null && row.bytes[start] === quote) quoted++;
        const content = { end: (starts[at + 1] ?? 0) - 1, quote };
        return new TextDecoder().decode(fieldContent(row.bytes, start, content));
      });
      if (row.stray) bad++;
      rows.push({ fields, line: row.line });
    },
    reject: () => bad++,
    blank: () => {},
  }, { ...bytes, maxRowBytes: 1 << 16 });
  scanner.push(text.slice());
  // The last row of a sample is as a rule cut.
  if (whole) scanner.finish();
  return { rows, bad, quoted };
}

/** Judges a sample by one dialect; `undefined` if it gives a single column. */
function fitOf(text: Uint8Array, trial: Trial): Fit | undefined {
  const { delimiter, quote } = trial;
  const { rows, bad, quoted } = tryDialect(text, trial);
  const widths = Map.groupBy(rows, ({ fields }) => fields.length);
  const [width = 1, same = []] =
    [...widths].sort((a, b) => b[1].length - a[1].length || b[0] - a[0])[0] ?? [];
  if (width === 1) return undefined;
  const start = Math.max(0, rows.findIndex(({ fields }) => fields.length === width));
  if (start > MOST_PREAMBLE) return undefined;
  const read = rows.length - start + bad;
  const comment = rows.slice(0, start).every(({ fields }) => fields[0]?.startsWith("#"));
  // Quotes that quote nothing say nothing, and neither does a table that begins late.
  const odd = quote === '"' ? 0 : quote === "none" ? 0.1 : quoted > 0 ? 0.02 : 0.2;
  const all = comment ? read : rows.length + bad;
  const score = Math.max(0, same.length / all - bad / all - odd) * (1 - 1 / (1 + width));
  const header = headerOf(same.map(({ fields }) => fields));
  const line = rows[start]?.line ?? 1;
  const decimals = delimiter === "," ? 0 : countDecimalCommas(same);
  return {
    delimiter,
    dialect: {
      delimiter,
      ...(quote === '"' ? {} : { quote }),
      ...(header === undefined ? { header: "none" as const } : {}),
      ...(start > 0 && comment ? { comment: "#" } : {}),
      ...(start > 0 && !comment && header !== undefined ? { header: line } : {}),
    },
    score: Math.round(score * 1000) / 1000,
    evidence: [
      `${same.length} of ${read} rows have ${width} columns`,
      ...(quoted > 0 ? [`fields in quotes: ${quoted}`] : []),
      ...(bad > 0 ? [`quotes in the wrong place: ${bad}`] : []),
      ...(start > 0 ? [`${comment ? "comments" : "other rows"} before them: ${start}`] : []),
      header === undefined
        ? "its first row holds numbers like the others"
        : "its first row looks like names",
      ...(decimals > 0 ? [`decimal commas, which stay text: ${decimals}`] : []),
    ],
    columns: header ?? null,
    rows: Math.max(0, same.length - (header === undefined ? 0 : 1)),
  };
}

/** Returns the first row if it may be a header: different names, none of which is a number. */
function headerOf(rows: readonly (readonly string[])[]): readonly string[] | undefined {
  const [first = [], ...others] = rows;
  const isNumber = (text: string) => /^[-+]?\d[\d.,]*$|^\d{4}-\d\d-\d\d/.test(text.trim());
  if (first.some(isNumber)) return undefined;
  const hasNames = first.filter((name) => name.trim() !== "").length === new Set(first).size;
  return hasNames || others.some((row) => row.some(isNumber)) ? first : undefined;
}

function countDecimalCommas(rows: readonly { readonly fields: readonly string[] }[]): number {
  return rows.reduce(
    (sum, { fields }) => sum + fields.filter((text) => /^-?\d+,\d+$/.test(text.trim())).length,
    0,
  );
}
