import { partitionPath } from "../files/mod.ts";
import type { StreamMode } from "../audit/mod.ts";

/** Folder of the lake that holds what is not published yet; Spark skips names with a leading `_`. */
export const STAGING_FOLDER = "_tmp";

/** File of the lake that a run holds; Spark skips names with a leading `_`. */
export const LAKE_LOCK = "_lake.lock";

/** Returns the folder of a stream's published data. */
export function streamFolder(name: { source: string; stream: string }): string {
  return `raw/${name.source}/${name.stream}`;
}

/** Returns the folder of a stream's manifests. */
export function manifestFolder(name: { source: string; stream: string }): string {
  return `${streamFolder(name)}/_manifests`;
}

/** Returns the folder of a stream's rejects. */
export function quarantineFolder(name: { source: string; stream: string }): string {
  return `quarantine/${name.source}/${name.stream}`;
}

/** Returns the folder of what an audit database's runs have staged; another database on the lake has its own. */
export function ownerFolder(auditId: string): string {
  return `${STAGING_FOLDER}/${auditId}`;
}

/** Returns the folder of a run's staged files. */
export function stagingFolder(auditId: string, runId: string): string {
  return `${ownerFolder(auditId)}/${runId}`;
}

/** Returns the folder of one snapshot. */
export function snapshotFolder(
  name: { source: string; stream: string },
  runId: string,
): string {
  return `${streamFolder(name)}/${partitionPath([["snapshot", runId]])}`;
}

/** Returns the folder in which a run's new files of a stream go: by ingest date, or one a snapshot. */
export function partitionFolder(
  name: { source: string; stream: string },
  run: { run_id: string; started_at: string },
  mode: StreamMode,
): string {
  return mode === "snapshot"
    ? snapshotFolder(name, run.run_id)
    : `${streamFolder(name)}/${partitionPath([["dt", run.started_at.slice(0, 10)]])}`;
}

/** Returns what the names of the parts of one file have in common: the path without the number of the part. */
export function withoutPartNumber(path: string): string {
  return path.replace(/-\d{5}(?=\.[a-z]+(\.gz)?$)/, "");
}
