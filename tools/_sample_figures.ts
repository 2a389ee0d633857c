import { parse } from "@std/csv";
import { gunzipSync } from "node:zlib";
import { sha256 } from "./_sample_sources.ts";

/** What data/README.md says about the bytes of a file. */
export interface SampleFigures {
  /** Size. */
  readonly bytes: number;
  /** Records: features, array elements, CSV rows without the header, or lines of a log. */
  readonly rows: number;
  /** Hash, in lower-case hexadecimal. */
  readonly sha256: string;
}

/** Measures one sample file; its name says how rows are counted. */
export async function measureSample(path: string, bytes: Uint8Array): Promise<SampleFigures> {
  return { bytes: bytes.length, rows: countRows(path, bytes), sha256: await sha256(bytes) };
}

function countRows(path: string, bytes: Uint8Array): number {
  if (path.endsWith(".gz")) return countRows(path.slice(0, -3), gunzipSync(bytes));
  if (path.endsWith(".json")) return countElements(JSON.parse(new TextDecoder().decode(bytes)));
  // In ISO 8859-1 each byte is a character, so that text in any encoding keeps its commas, quotes and line ends.
  const text = new TextDecoder("latin1").decode(bytes);
  if (path.endsWith(".csv")) return Math.max(0, parse(text).length - 1);
  const lines = text.split("\n").length - 1;
  return path.endsWith(".tsv") ? lines - 1 : lines;
}

function countElements(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (typeof value === "object" && value !== null && "features" in value) {
    return countElements(value.features);
  }
  throw new TypeError(
    "Cannot count records: the JSON is neither an array nor a feature collection",
  );
}
