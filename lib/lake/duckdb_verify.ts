import { duckdbQueries, keyOf, quoteText } from "./_duckdb_views.ts";
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

/** What an engine finds by its own work, a join and an aggregation, of a stream with a key. */
export interface FoundVersions {
  /** Name of the stream. */
  readonly stream: string;
  /** Records that its view shows. */
  readonly records: number;
  /** Versions that are joined to them: every row of its files, if the view shows one of each key. */
  readonly versions: number;
}

/** Whether records of a stream have a key that its schema knows. */
export function isKeyed(stream: LiveStream): boolean {
  return keyOf(stream) !== undefined;
}

/**
 * Returns statements that print a {@linkcode FoundPartition} a line, then a {@linkcode FoundVersions} a line. Every value of every row is read in its type; one
 * that does not fit ends it with an error.
 */
export function duckdbVerify(streams: readonly LiveStream[], lake: string): string {
  const filled = streams.filter(({ sets }) => sets.length > 0);
  const partitions = filled.map((stream) => {
    const { all } = duckdbQueries(stream, lake);
    const partition = partitionOf(stream);
    const value = partition === undefined ? "NULL" : `CAST(${partition} AS VARCHAR)`;
    return `SELECT to_json({stream: ${
      quoteText(viewName(stream))
    }, partition: ${value}, rows: count(*), corrupt: 0,
  digest: bit_xor(hash(v))::VARCHAR}) FROM (\n${all}\n) AS v${
      partition === undefined ? "" : ` GROUP BY ${partition}`
    };\n`;
  });
  return [...partitions, ...filled.filter(isKeyed).map((one) => versionsOf(one, lake))].join("");
}

/** The versions of each key are counted (an aggregation), and find the record that the view shows of it (a join). */
function versionsOf(stream: LiveStream, lake: string): string {
  const { tagged, key, latestOf } = duckdbQueries(stream, lake);
  const keys = key.map((column, at) => `${column} AS k${at}`).join(", ");
  const same = key.map((_, at) => `r.k${at} IS NOT DISTINCT FROM v.k${at}`).join(" AND ");
  return `WITH tagged AS MATERIALIZED (\n${tagged}\n),
  versions AS (SELECT ${keys}, count(*) AS n FROM tagged GROUP BY ALL),
  records AS (SELECT ${keys} FROM (${latestOf("tagged")}))
SELECT to_json({stream: ${
    quoteText(viewName(stream))
  }, records: count(*), versions: coalesce(sum(n), 0)})
FROM records AS r JOIN versions AS v ON ${same};\n`;
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
