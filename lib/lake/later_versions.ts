import { join } from "node:path";
import type { StreamName } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { type DotPath, valueAt } from "../grammar/mod.ts";
import { storageError } from "../io/mod.ts";
import { liveStreams, ofRuns } from "./live_streams.ts";
import { partFormatOf } from "./part_formats.ts";

/** A version of a record that is published. */
export interface PublishedVersion {
  /** Run that published it. */
  readonly run_id: string;
  /** Its key, as {@linkcode keyText} writes it. */
  readonly key: string;
  /** Its values, of the columns that were asked for at least. */
  readonly record: unknown;
}

/** What {@linkcode laterVersions} looks for. */
export interface LaterVersionsOptions extends StreamName {
  /** Absolute path of the lake. */
  readonly lake: string;
  /** Run from which on its files are looked at. */
  readonly since: string;
  /** What its records are told apart by. */
  readonly primaryKey: readonly DotPath[];
  /** Further columns that a version must have. */
  readonly columns: readonly string[];
  /** Keys, as {@linkcode keyText} writes them. */
  readonly keys: ReadonlySet<string>;
  /** Stops the reading. */
  readonly signal: AbortSignal;
}

/**
 * Returns the key of a record as one text.
 *
 * @param record Its whole numbers that a double may not hold are of type `bigint`, as `parseExactly()` gives them.
 */
export function keyText(record: unknown, primaryKey: readonly DotPath[]): string {
  const parts = primaryKey.map((path) => valueAt(record, path) ?? null);
  return `[${
    parts.map((part) => typeof part === "bigint" ? String(part) : JSON.stringify(part)).join()
  }]`;
}

/** Yields the versions of some records that a stream has published since a run, in the order of their runs. */
export async function* laterVersions(
  db: Database,
  options: LaterVersionsOptions,
): AsyncGenerator<PublishedVersion> {
  const { lake, source, stream, since, primaryKey, keys, signal } = options;
  const own = liveStreams(db).find((one) => one.source === source && one.stream === stream);
  if (own === undefined || keys.size === 0) return;
  const { sets } = ofRuns(own, (run) => run >= since);
  const files = sets.flatMap(({ reader, files }) => files.map((file) => ({ ...file, reader })));
  files.sort((a, b) => a.run_id < b.run_id ? -1 : Number(a.run_id > b.run_id));
  const columns = [...new Set([...primaryKey.map(([column = ""]) => column), ...options.columns])];
  for (const { path, reader, run_id } of files) {
    const format = partFormatOf(reader);
    if (format === undefined) throw new TypeError(`Cannot read "${path}": it is ${reader.format}`);
    try {
      for await (const record of format.records(join(lake, path), columns)) {
        signal.throwIfAborted();
        const key = keyText(record, primaryKey);
        if (keys.has(key)) yield { run_id, record, key };
      }
    } catch (error) {
      if (signal.aborted) throw error;
      throw storageError("read", path, error);
    }
  }
}
