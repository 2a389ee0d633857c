import { openAudit } from "../audit/mod.ts";
import { DatabaseError } from "../errors/mod.ts";
import {
  duckdbVerify,
  type FoundPartition,
  type FoundVersions,
  isKeyed,
  type LiveStream,
  liveStreams,
  manifestPartitions,
  sparkVerify,
} from "../lake/mod.ts";
import type { Places } from "./launch_plan.ts";
import { type Engine, runEngine } from "./run_engine.ts";
import { streamId } from "./source_type.ts";

/** What an engine finds of one stream, next to what its manifests say. */
export interface VerifiedStream {
  /** Its name. */
  readonly stream: string;
  /** Rows by the manifests. */
  readonly rows: number;
  /** Partitions with rows, by the manifests. */
  readonly partitions: number;
  /** Rows that the engine finds. */
  readonly found_rows: number;
  /** Partitions in which it finds rows. */
  readonly found_partitions: number;
  /** Records that do not fit the schema. */
  readonly corrupt: number;
  /** Records that its view shows, one of each key, to which all rows were joined; `null` without a key. */
  readonly records: number | null;
  /** Whether all of it agrees. */
  readonly agrees: boolean;
}

/** How an engine is called. */
export interface EngineOptions {
  /** Absolute path of its program. */
  readonly program: string;
  /** Aborted when it must stop. */
  readonly signal: AbortSignal;
}

/**
 * Has an engine read every value of every stream in its declared type, and compares the rows that it counts, partition by
 * partition, with the manifests. No value is compared: a manifest has none. Where records have a key, it counts the versions of each and joins them to the view.
 *
 * @throws {DatabaseError} `engine-failed` if it cannot read a file.
 */
export async function verifyLake(
  { audit, lake }: Places,
  engine: Engine,
  { program, signal }: EngineOptions,
): Promise<VerifiedStream[]> {
  using db = openAudit(audit, { readOnly: true });
  const streams = liveStreams(db);
  const found = engine === "duckdb"
    ? await runEngine(program, DUCKDB_ARGS, { input: duckdbVerify(streams, lake), signal })
    : await runEngine(program, ["-"], { input: sparkVerify(streams, lake), signal });
  return streams.map((stream) =>
    compare(stream, found as unknown as (FoundPartition | FoundVersions)[])
  );
}

/** A script on standard input; the first error ends it, and no extension is fetched from a host that nobody named. */
export const DUCKDB_ARGS: readonly string[] = [
  ...["-init", "/dev/null", "-batch", "-bail", "-list", "-noheader", "-cmd"],
  "SET autoinstall_known_extensions = false; SET autoload_known_extensions = false",
];

function compare(
  stream: LiveStream,
  all: readonly (FoundPartition | FoundVersions)[],
): VerifiedStream {
  const name = streamId(stream);
  const lines = all.filter((one) => one.stream === name);
  const found = lines.filter((one) => "rows" in one);
  const joined = lines.find((one) => "versions" in one);
  const wanted = manifestPartitions(stream).filter(({ rows }) => rows > 0);
  const textOf = (partitions: readonly Omit<FoundPartition, "corrupt">[]) =>
    partitions.map(({ partition, rows }) => `${partition} ${rows}`).sort().join();
  const filled = found.filter(({ rows }) => rows > 0);
  const corrupt = found.reduce((sum, one) => sum + one.corrupt, 0);
  return {
    stream: name,
    rows: stream.rows,
    partitions: wanted.length,
    found_rows: found.reduce((sum, { rows }) => sum + rows, 0),
    found_partitions: filled.length,
    corrupt,
    records: isKeyed(stream) ? joined?.records ?? 0 : null,
    agrees: textOf(wanted) === textOf(filled) && corrupt === 0 &&
      (!isKeyed(stream) || (joined?.versions ?? 0) === stream.rows),
  };
}

/** @throws {DatabaseError} `lake-differs` if an engine finds something else than the manifests say. */
export function checkVerified(streams: readonly VerifiedStream[]): void {
  const wrong = streams.filter(({ agrees }) => !agrees);
  if (wrong.length === 0) return;
  const details = wrong.map(({ stream, rows, found_rows, corrupt }) =>
    `${stream} has ${found_rows} rows and ${corrupt} corrupt records, its manifests say ${rows}${
      found_rows === rows && corrupt === 0 ? " in other partitions, or its view loses some" : ""
    }`
  );
  throw new DatabaseError("lake-differs", `Cannot verify the lake: ${details.join("; ")}`);
}
