import { isUtf8 } from "node:buffer";
import { contentOf } from "./_file_chunks.ts";
import { findLists } from "./_find_lists.ts";
import {
  type Fit,
  fitDialects,
  fitOneColumn,
  type ProposedDialect,
  type Sample,
} from "./_fit_dialect.ts";
import { type ENCODINGS, sampleToUtf8 } from "./dialect.ts";
import type { Compression } from "./record_format.ts";
import { attempt } from "../io/mod.ts";
import { type FileKind, kindByBytes, kindByName } from "./file_kind.ts";
import type { FileEntry } from "./file_entry.ts";

const SAMPLE_BYTES = 1 << 18;
const TAIL_BYTES = 1 << 14;
const OTHER_PARTS = 8;

/** What the first bytes of a file say about it. */
export interface Inspection {
  /** By its first bytes; for text by its name, or by what it looks like. */
  readonly kind: FileKind;
  /** What is in a gzip or zstd file; as `kind` for others. */
  readonly content: FileKind;
  /** Encoding of text; `null` if it is none. */
  readonly encoding: (typeof ENCODINGS)[number] | null;
  /** Whether there is a byte order mark. */
  readonly mark: boolean;
  /** How lines end; `null` if there are none. */
  readonly lineEnd: "lf" | "crlf" | "cr" | "mixed" | null;
  /** Names in the header of delimited text; `null` if it is none, or has no header. */
  readonly columns: readonly string[] | null;
  /** Rows, by the length of those that were read; of a compressed file only if all of it was. */
  readonly rows: number | null;
  /** Whether only the start of the file was read, so that `rows` is an estimate. */
  readonly rowsEstimated: boolean;
  /** The dialect to propose; `null` if the file is neither delimited text nor a JSON document with a list of objects. */
  readonly proposed: ProposedDialect | null;
  /** The next best with another delimiter, or another list. */
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
  const first = await sampleOf(entry, { compression: undefined, sampleBytes });
  const outer = kindByBytes(first.bytes);
  const compression = outer === "gzip" || outer === "zstd" ? outer : undefined;
  const { bytes, whole } = compression !== undefined
    ? await sampleOf(entry, { compression, sampleBytes })
    : first;
  const binary = kindByBytes(bytes);
  if (binary !== undefined || bytes.length === 0) {
    const kind = outer ?? binary ?? kindByName(entry.path);
    return { ...NOTHING, kind, content: binary ?? kind };
  }
  const isPlain = !whole && compression === undefined && entry.packed === undefined;
  const { encoding, mark } = encodingOf(bytes, { whole, others: isPlain ? othersOf(entry) : [] });
  const text = sampleToUtf8(bytes, encoding);
  const content = textKind(entry.path.replace(/\.(?:gz|zst|zstd)$/i, ""), text);
  const rowsEstimated = !whole && compression === undefined;
  const lineEnd = lineEndOf(text);
  const about = { encoding, mark, lineEnd, kind: outer ?? content, content, rowsEstimated };
  if (content === "json") {
    return { ...NOTHING, ...about, rowsEstimated: false, ...proposedLists(text) };
  }
  const factor = whole ? 1 : compression !== undefined ? NaN : entry.size / bytes.length;
  const rowsOf = (count: number) => Number.isNaN(factor) ? null : Math.round(count * factor);
  if (content === "jsonl") {
    const ended = text.filter((byte) => byte === 0x0a).length;
    return { ...NOTHING, ...about, rows: rowsOf(ended + (whole && text.at(-1) !== 0x0a ? 1 : 0)) };
  }
  const tail = isPlain && !encoding.startsWith("utf-16") ? tailOf(entry) : bytes.subarray(0, 0);
  const fits = fitsOf({ text, whole, tail }, content);
  const [best] = fits;
  if (best === undefined) return { ...NOTHING, ...about, rowsEstimated: false };
  const second = fits.find(({ dialect }) => dialect.delimiter !== best.dialect.delimiter);
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

/** Text whose name says that it is of rows may have one column: where nothing else fits, or only what ignores its quotes. */
function fitsOf(sample: Sample, content: FileKind): readonly Fit[] {
  const fits = fitDialects(sample);
  const fitsWell = fits[0] !== undefined && fits[0].dialect.quote !== "none";
  if (fitsWell || content !== "csv" && content !== "tsv") return fits;
  const one = fitOneColumn(sample, content === "tsv" ? "\t" : ",");
  return one === undefined ? fits : [one, ...fits];
}

const NOTHING = {
  ...{ encoding: null, mark: false, lineEnd: null, columns: null, rows: null },
  rowsEstimated: false,
  ...{ proposed: null, runnerUp: null },
} as const;

async function sampleOf(
  entry: FileEntry,
  { compression, sampleBytes }: {
    readonly compression: Compression;
    readonly sampleBytes: number;
  },
): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
  const bytes = new Uint8Array(sampleBytes);
  let length = 0;
  for await (const chunk of contentOf(entry, { compression })) {
    const room = sampleBytes - length;
    bytes.set(chunk.subarray(0, room), length);
    length += Math.min(room, chunk.length);
    if (chunk.length >= room) return { bytes: bytes.subarray(0, length), whole: false };
  }
  return { bytes: bytes.subarray(0, length), whole: true };
}

/** Reads the last lines of a file. */
function tailOf(entry: FileEntry): Uint8Array {
  return linesAt(entry, entry.size - TAIL_BYTES);
}

/** Reads lines all over a file, its last ones among them: a name with an accent may be far from its start. */
function othersOf(entry: FileEntry): Uint8Array[] {
  const parts = Array.from({ length: OTHER_PARTS - 1 }, (_, at) => (at + 1) / OTHER_PARTS);
  return [...parts.map((part) => linesAt(entry, Math.floor(entry.size * part))), tailOf(entry)];
}

/** Reads from the first line that begins at a place or after it, to the end of a line, or of the file. */
function linesAt({ absolutePath }: FileEntry, start: number): Uint8Array {
  return attempt("read", absolutePath, () => {
    using file = Deno.openSync(absolutePath);
    file.seekSync(Math.max(0, start), Deno.SeekMode.Start);
    const bytes = new Uint8Array(TAIL_BYTES);
    const read = bytes.subarray(0, file.readSync(bytes) ?? 0);
    const isEnd = start + read.length >= file.statSync().size;
    return read.subarray(read.indexOf(0x0a) + 1, isEnd ? undefined : read.lastIndexOf(0x0a) + 1);
  });
}

/** Where the records of a JSON document are: in its longest list of objects. */
function proposedLists(text: Uint8Array): Pick<Inspection, "proposed" | "runnerUp"> {
  const lists = findLists(new TextDecoder().decode(text));
  const all = lists.reduce((sum, { objects }) => sum + objects, 0);
  const [proposed = null, runnerUp = null] = lists.map(({ path, objects }) => ({
    dialect: path === "" ? {} : { records: path },
    score: Math.round(1000 * objects / all) / 1000,
    evidence: [`objects in ${path === "" ? "the document, a list" : "this list"}: ${objects}`],
  }));
  return { proposed, runnerUp };
}

function encodingOf(
  bytes: Uint8Array,
  { whole, others }: { readonly whole: boolean; readonly others: readonly Uint8Array[] },
): {
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
  const parts = [whole ? bytes : wholeCharacters(bytes), ...others];
  if (parts.every((part) => isUtf8(part))) return { encoding: "utf-8", mark: false };
  // It reads Latin-1 as well; behind the sample may be characters that only it has.
  return { encoding: "windows-1252", mark: false };
}

/** Leaves out the first bytes of a character that a sample of UTF-8 may end within. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let cut = 1; cut <= 3; cut++) {
    const byte = bytes.at(-cut) ?? 0;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (needed > cut) return bytes.subarray(0, bytes.length - cut);
    if (byte < 0x80 || byte >= 0xc0) break;
  }
  return bytes;
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
