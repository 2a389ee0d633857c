/**
 * The lake: from staged bytes to files that a reader may trust.
 *
 * {@linkcode intend} commits what will be published, {@linkcode confirm} moves it into place and confirms it; after
 * a crash {@linkcode confirmIntent} alone finishes what was intended. {@linkcode claimLake} keeps a lake to one audit
 * database, and {@linkcode findDamage} notices what was lost or altered since.
 *
 * @module
 */
export { confirm, confirmIntent } from "./confirm.ts";
export { type Damage, findDamage, goneFiles } from "./damage.ts";
export {
  duckdbLoad,
  foreignTable,
  FOUND_TABLES,
  type FoundTable,
  hasLoads,
  LOADED_STREAMS,
  type StreamLoad,
} from "./duckdb_load.ts";
export { type HowLoaded, type LoadedStream } from "./load_decision.ts";
export { checkPostgresStream, checkPostgresTable, postgresLoad } from "./postgres_load.ts";
export {
  duckdbVerify,
  type FoundPartition,
  type FoundVersions,
  isKeyed,
  manifestPartitions,
} from "./duckdb_verify.ts";
export { intend, type IntentOptions, smallPublication } from "./intend.ts";
export {
  LAKE_LOCK,
  manifestFolder,
  ownerFolder,
  partitionFolder,
  quarantineFolder,
  STAGING_FOLDER,
  stagingFolder,
  withoutPartNumber,
} from "./layout.ts";
export { dropIntent } from "./lost_intent.ts";
export {
  buildManifest,
  type Manifest,
  type ManifestContent,
  type ManifestFile,
  type ManifestHead,
  type ManifestRange,
  type ManifestSource,
  manifestText,
  type NotedFile,
  type ReaderOptions,
} from "./manifest.ts";
export { engineSchema, nameFault } from "./_engine_schema.ts";
export { type FileSet, type LiveFile, type LiveStream, liveStreams } from "./live_streams.ts";
export {
  keyText,
  laterVersions,
  type LaterVersionsOptions,
  type PublishedVersion,
} from "./later_versions.ts";
export { exactJson, liveValues } from "./live_records.ts";
export { checkLake, claimLake, type LakeCheck, type LakePaths } from "./ownership.ts";

export { PART_FORMAT, PART_FORMATS } from "./part_formats.ts";
export { PART_FORMAT_NAMES, type PartFormatName } from "./part_format_names.ts";
export type { PartFormat, PartWriter } from "./part_writer.ts";
export { writeParts, type WritePartsOptions } from "./parts.ts";
export { rebuildAudit, type RebuiltAudit } from "./rebuild.ts";
export { expireRetracted, finishRemovals, removeOldSnapshots, SNAPSHOT_AGE } from "./snapshots.ts";
export { logNames, VIEWS_FOLDER, writeViews } from "./views.ts";
export { sparkVerify } from "./spark_verify.ts";
