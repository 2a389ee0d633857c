import { loadFormats } from "./load_formats.ts";
import { learnFile } from "./_learn_file.ts";

/** What detection found. */
export interface FormatDetection {
  /** The format with most votes; `undefined` where no line was recognized. */
  readonly format: string | undefined;
  /** Share of its votes among the lines that could vote, 0-1. */
  readonly confidence: number;
  /** The second format and its share; `undefined` where there is none. */
  readonly runnerUp: { readonly format: string; readonly confidence: number } | undefined;
  /** Votes by format. */
  readonly votes: Readonly<Record<string, number>>;
}

/**
 * Detects the format of a log by letting each line of a sample vote.
 *
 * A line without a header that follows one of a multi-line format is a part of that event and does
 * not vote.
 *
 * @param sample The head of the log, or several parts of it; of each later part the first line, and
 *   of each part the last, may be cut: a cut line only fails to vote.
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { detectFormat } from "./detect_format.ts";
 *
 * const sample = new TextEncoder().encode("ts=2024-05-01T10:00:00Z level=info msg=ready\n");
 * assertEquals((await detectFormat(sample)).format, "logfmt");
 * ```
 */
export async function detectFormat(
  sample: Uint8Array | readonly Uint8Array[],
): Promise<FormatDetection> {
  const times = {
    mtimeMs: Date.now(),
    year: undefined,
    zone: undefined,
    dateOrder: undefined,
    isStrict: false,
    isWritten: false,
  };
  const parts = sample instanceof Uint8Array ? [sample] : sample;
  const loaded = await loadFormats();
  return learnFile(parts, { loaded, format: "auto", formats: [], times }).detection;
}
