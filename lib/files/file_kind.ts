import type { FindingReport } from "./findings.ts";

/** What a file is; the order is that of the documentation. */
export const FILE_KINDS = [
  ...["csv", "tsv", "json", "jsonl", "gzip", "zstd", "bzip2", "xz", "zip", "xlsx"] as const,
  ...["parquet", "avro", "orc", "sqlite", "pdf", "image", "program", "unknown"] as const,
] as const;

/** One of {@linkcode FILE_KINDS}. */
export type FileKind = (typeof FILE_KINDS)[number];

/** First bytes of binary formats, as hex. */
const MAGIC: readonly (readonly [hex: string, kind: FileKind])[] = [
  ["1f8b", "gzip"],
  ["28b52ffd", "zstd"],
  ["425a68", "bzip2"],
  ["fd377a585a00", "xz"],
  ["504b0304", "zip"],
  ["504b0506", "zip"],
  ["50415231", "parquet"],
  ["4f626a01", "avro"],
  ["4f5243", "orc"],
  ["53514c69746520666f726d6174203300", "sqlite"],
  ["255044462d", "pdf"],
  ["89504e470d0a1a0a", "image"], // PNG
  ["474946383961", "image"], // GIF
  ["ffd8ff", "image"], // JPEG
  ["7f454c46", "program"], // ELF
];

const BY_NAME: Readonly<Record<string, FileKind>> = {
  ...{ csv: "csv", tsv: "tsv", tab: "tsv", json: "json", jsonl: "jsonl", ndjson: "jsonl" },
  ...{ gz: "gzip", gzip: "gzip", zst: "zstd", zstd: "zstd", bz2: "bzip2", xz: "xz", zip: "zip" },
  ...{ xlsx: "xlsx", parquet: "parquet", avro: "avro", orc: "orc" },
};

/**
 * Returns the kind of binary file that some first bytes begin; `undefined` if they may be text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(kindByBytes(new TextEncoder().encode("PAR1")), "parquet");
 * assertEquals(kindByBytes(new TextEncoder().encode("id,name\n")), undefined);
 * ```
 */
export function kindByBytes(first: Uint8Array): FileKind | undefined {
  const start = first.subarray(0, 16).toHex();
  const kind = MAGIC.find(([hex]) => start.startsWith(hex))?.[1];
  if (kind !== "zip") return kind;
  const names = new TextDecoder("latin1").decode(first.subarray(0, 4096));
  return /\[Content_Types\]\.xml|xl\//.test(names) ? "xlsx" : "zip";
}

/** Returns the kind that a name says. */
export function kindByName(path: string): FileKind {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(BY_NAME, ending) ? BY_NAME[ending] ?? "unknown" : "unknown";
}

/** Reports `file-kind` if text is expected and these are the first bytes of something else. */
export function checkKind(report: FindingReport, first: Uint8Array): void {
  const kind = kindByBytes(first);
  if (kind === undefined) return;
  const hint = kind === "gzip" || kind === "zstd"
    ? `; its name must end with "${kind === "gzip" ? ".gz" : ".zst"}"`
    : "";
  report.find("file-kind", `its name says text, its first bytes say ${kind}${hint}`, {
    byteOffset: 0,
  });
}

/** How a text begins that is no table of rows, whatever its name says. */
const OTHER_TEXTS = [
  { begin: /^(?:\[\s*)?\{\s*"[^"]*"\s*:/, what: "JSON", endings: ".json or .jsonl" },
  // An error page, or the page of a sign-in, that was saved in place of the file.
  // A column may be named <html>: a page goes on with tags, or on the next line with more of them.
  {
    begin: /^<!doctype\s+html[\s>]|^<html(?:\s[^>]*)?>\s*<[a-z!]/i,
    what: "HTML",
    endings: ".html",
  },
  { begin: /^<\?xml\s[^>]*\?>/i, what: "XML", endings: ".xml" },
] as const;

/** Reports `file-kind` if delimited rows are expected and the text begins as something else does. */
export function checkTextKind(report: FindingReport, first: Uint8Array): void {
  const start = new TextDecoder().decode(first.subarray(0, 512)).trimStart();
  const other = /^[[{<]/.test(start) && OTHER_TEXTS.find(({ begin }) => begin.test(start));
  if (!other) return;
  const { what, endings } = other;
  const message =
    `its name says rows, it begins as ${what} does; its name must end with ${endings}`;
  report.find("file-kind", message, { line: 1, byteOffset: 0 });
}
