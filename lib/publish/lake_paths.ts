import { partitionPath } from "../files/mod.ts";

/** The folder of the lake that holds what is not published yet; Spark skips names with a leading `_`. */
export const STAGING_FOLDER = "_tmp";

/** Returns the folder of a stream's published data. */
export function streamFolder(name: { source: string; stream: string }): string {
  return `raw/${name.source}/${name.stream}`;
}

/** Returns the folder of what a stream refused. */
export function quarantineFolder(name: { source: string; stream: string }): string {
  return `quarantine/${name.source}/${name.stream}`;
}

/** Returns the folder of a run's staged files. */
export function stagingFolder(runId: string): string {
  return `${STAGING_FOLDER}/${runId}`;
}

/** Returns the folder in which a run's new files of a stream go: by ingest date, or one a snapshot. */
export function partitionFolder(
  name: { source: string; stream: string },
  run: { run_id: string; started_at: string },
  mode: "incremental" | "append" | "snapshot",
): string {
  const partition = mode === "snapshot"
    ? partitionPath([["snapshot", run.run_id]])
    : partitionPath([["dt", run.started_at.slice(0, 10)]]);
  return `${streamFolder(name)}/${partition}`;
}
