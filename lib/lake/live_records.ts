import { join } from "node:path";
import { type DotPath, valueAt } from "../grammar/mod.ts";
import { storageError } from "../io/mod.ts";
import type { LiveStream } from "./live_streams.ts";
import { partFormatOf } from "./part_formats.ts";

/**
 * Returns values of each record that readers of a stream see, each combination of them once, in the order of publication;
 * of a record with a key, only those of its latest version.
 *
 * What is in memory is the values and keys of all records.
 *
 * A whole number that a double may not hold is of type `bigint`.
 *
 * @param lake Absolute path of the lake.
 */
export async function liveValues(
  { sets, primaryKey }: LiveStream,
  paths: readonly DotPath[],
  { lake, signal }: { readonly lake: string; readonly signal: AbortSignal },
): Promise<readonly (readonly unknown[])[]> {
  const latest = new Map<string, readonly unknown[]>();
  const columns = [...paths, ...primaryKey].map(([column = ""]) => column);
  const files = sets.flatMap(({ reader, files }) => files.map((file) => ({ ...file, reader })));
  files.sort((a, b) => a.run_id < b.run_id ? -1 : Number(a.run_id > b.run_id));
  for (const { path, reader } of files) {
    const format = partFormatOf(reader);
    if (format === undefined) throw new TypeError(`Cannot read "${path}": it is ${reader.format}`);
    try {
      for await (const record of format.records(join(lake, path), [...new Set(columns)])) {
        signal.throwIfAborted();
        const values = valuesAt(record, paths);
        const key = primaryKey.length === 0 ? values : valuesAt(record, primaryKey);
        latest.set(exactJson(key), values);
      }
    } catch (error) {
      if (signal.aborted) throw error;
      throw storageError("read", path, error);
    }
  }
  return [...new Map(Array.from(latest.values(), (one) => [exactJson(one), one])).values()];
}

function valuesAt(record: unknown, paths: readonly DotPath[]): unknown[] {
  return paths.map((path) => {
    const value = valueAt(record, path) ?? null;
    const isSafe = typeof value === "bigint" && Number.isSafeInteger(Number(value));
    return isSafe ? Number(value) : value;
  });
}

/** Returns values as JSON, whole numbers of any size by all of their digits. */
export function exactJson(values: unknown): string {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return JSON.stringify(
    values,
    (_, value: unknown) => typeof value === "bigint" ? rawJSON(String(value)) : value,
  );
}
