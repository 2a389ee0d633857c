import { type LogSummary, normalizeLog } from "../../lib/log_parser/mod.ts";

/** One log, read by the library. */
export interface ReadLog {
  readonly summary: LogSummary;
  /** The records, one object a line. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** What was rejected, in words. */
  readonly rejects: readonly string[];
}

/** Reads a text as a log, with what the caller knows of it. */
export async function readLog(
  text: string,
  options: Partial<Parameters<typeof normalizeLog>[1]> = {},
): Promise<ReadLog> {
  async function* chunks() {
    await Promise.resolve();
    yield new TextEncoder().encode(text);
  }
  const about = { source: "day.log", fileHash: "0".repeat(16), mtimeMs: Date.UTC(2026, 4, 2) };
  const batches = normalizeLog(chunks(), { ...about, ...options });
  const decoder = new TextDecoder();
  const rejects: string[] = [];
  let ndjson = "";
  for (;;) {
    const step = await batches.next();
    if (step.done) {
      const records = ndjson.split("\n").filter(Boolean).map((line) => JSON.parse(line));
      return { summary: step.value, records, rejects };
    }
    ndjson += decoder.decode(step.value.ndjson, { stream: true });
    for (const { code, message, place } of step.value.rejects) {
      rejects.push(`line ${place.line}, column ${place.column}: ${code}, ${message}`);
    }
  }
}
