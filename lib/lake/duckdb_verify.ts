import { duckdbQueries, quoteText } from "./_duckdb_views.ts";
import { partitionOf, viewName } from "./_view_parts.ts";
import type { LiveStream } from "./live_streams.ts";

/** What an engine finds in one partition of a stream; of one without partitions there is one row. */
export interface FoundPartition {
  /** Name of the stream. */
  readonly stream: string;
  /** `null` if the stream has no partition column. */
  readonly partition: string | null;
  /** Rows in it. */
  readonly rows: number;
  /** Records that do not fit the schema. */
  readonly corrupt: number;
}

/**
 * Returns statements that print a {@linkcode FoundPartition} a line. Every value of every row is read in its type; one
 * that does not fit ends it with an error.
 */
export function duckdbVerify(streams: readonly LiveStream[], lake: string): string {
  return streams.filter(({ sets }) => sets.length > 0).map((stream) => {
    const { all } = duckdbQueries(stream, lake);
    const partition = partitionOf(stream);
    const value = partition === undefined ? "NULL" : `CAST(${partition} AS VARCHAR)`;
    return `SELECT to_json({stream: ${
      quoteText(viewName(stream))
    }, partition: ${value}, rows: count(*), corrupt: 0,
  digest: bit_xor(hash(v))::VARCHAR}) FROM (\n${all}\n) AS v${
      partition === undefined ? "" : ` GROUP BY ${partition}`
    };\n`;
  }).join("");
}

/** Returns what the manifests say of the partitions of a stream. */
export function manifestPartitions(stream: LiveStream): Omit<FoundPartition, "corrupt">[] {
  const name = viewName(stream);
  const rows = new Map<string | null, number>();
  for (const { path, rows: count } of stream.sets.flatMap(({ files }) => files)) {
    const value = partitionOf(stream) === undefined
      ? null
      : /\/(?:dt|snapshot)=([^/]+)\//.exec(path)?.[1] ?? null;
    rows.set(value, (rows.get(value) ?? 0) + count);
  }
  return Array.from(rows, ([partition, count]) => ({ stream: name, partition, rows: count }));
}
