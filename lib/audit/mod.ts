/**
 * The audit database: what every run read, wrote and rejected, and how far each stream is.
 *
 * It is one SQLite file. A stream's checkpoint, a publication's intent and its confirmation are each one
 * transaction, so that after a crash the database says exactly how far the files can be trusted. Functions
 * here hold one statement each next to its meaning; {@linkcode openAudit} opens and migrates the file.
 *
 * @module
 */
export { type Acceptance, insertAcceptance, openAcceptance, useAcceptance } from "./acceptances.ts";
export {
  getBoundary,
  insertBoundary,
  readsSince,
  removeBoundary,
  removeOldBoundaries,
  watermarkBefore,
} from "./boundary.ts";
export { readJson } from "./read_json.ts";
export {
  addChecks,
  type CheckRow,
  checksOf,
  newestSeen,
  removeChecks,
  saveChecks,
} from "./checks.ts";
export {
  contractChanges,
  type ContractRow,
  contractsOf,
  insertContract,
  newestContract,
} from "./contracts.ts";
export {
  type Contradiction,
  type ContradictionCode,
  CONTRADICTIONS,
  ENDS,
} from "./contradictions.ts";
export {
  filesWithoutTarget,
  type FileVersion,
  hasSuperseded,
  heldVersion,
  isContinued,
  isElsewhere,
  isSuperseded,
  lastVersion,
  notedWithoutManifest,
  pathsOfContent,
  retractedVersion,
  seenContent,
  supersededVersions,
  versionBefore,
  wasPublished,
} from "./file_versions.ts";
export {
  FILE_VERDICTS,
  type FileRow,
  filesWithTarget,
  type FileVerdict,
  forgetFiles,
  insertFile,
  insertFiles,
  type LatestFile,
  latestFile,
  newestPublished,
  originsOf,
  publishedByContent,
  publishedPaths,
  publishedRows,
  publishedVersion,
  rejectedByContent,
  type TargetedFile,
  touchFile,
} from "./files.ts";
export {
  knownFile,
  knownFiles,
  type KnownFilesOptions,
  type RememberedFiles,
} from "./known_files.ts";
export { AUDIT_MIGRATIONS } from "./migrations.ts";
export { checkAudit, hasAudit, openAudit, type OpenAuditOptions } from "./open_audit.ts";
export { getOwner, type Owner, restoreOwner, saveLakeId } from "./owner.ts";
export {
  closeIntent,
  confirmPublications,
  hasPublished,
  heldContent,
  insertIntent,
  insertPublished,
  type Intent,
  type IntentResult,
  knownManifests,
  manifestState,
  openIntents,
  type Publication,
  PUBLICATION_KINDS,
  type PublicationKind,
  type PublicationRow,
  publicationsOf,
  publicationsOfIntent,
  type PublishedData,
  publishedData,
  type PublishedFile,
  publishedFiles,
  type PublishedManifest,
  publishedManifests,
  removePublication,
  touchPublication,
  withoutManifest,
} from "./publications.ts";
export {
  type DataFile,
  heldBytes,
  type IntendedFile,
  intendedFiles,
  publishedDataOf,
} from "./lean_publications.ts";
export {
  countRejects,
  insertRejects,
  type RejectCount,
  type RejectEntry,
  rejectEntry,
  removeRejects,
  removeRejectsOf,
} from "./rejects.ts";
export {
  countOpenRejects,
  insertReplays,
  knowsQuarantine,
  type QuarantinedReject,
  quarantinedRejects,
  type QuarantineFile,
  quarantinesOf,
  removeReplays,
  type Replayed,
  replayedFiles,
  settleReplays,
} from "./replays.ts";
export {
  hasUnknownPublishers,
  insertReset,
  insertRetraction,
  notRememberedAfter,
  type Reset,
  retractedBefore,
  type Retraction,
  retractionsOf,
} from "./retractions.ts";
export { hashOf, RememberedRecords } from "./remembered_records.ts";
export {
  forgetSeenBefore,
  remember,
  rememberedOf,
  type RememberedPart,
  seeAgain,
} from "./remembered.ts";
export {
  abandonRun,
  endRun,
  getRun,
  insertRun,
  isOvertaken,
  newestRunOf,
  recentRuns,
  resumeRun,
  RUN_STATUSES,
  type RunRow,
  type RunStatus,
  unfinishedRuns,
} from "./runs.ts";
export {
  PAGE_AGE,
  type PageEntry,
  prunePages,
  type SeenPage,
  StreamPages,
} from "./stream_pages.ts";
export {
  getStreamState,
  saveStreamState,
  type StreamName,
  type StreamStateRow,
} from "./stream_state.ts";
export {
  type Checkpoint,
  endStream,
  type FilesCheckpoint,
  forgetOutcome,
  getStream,
  newStreamRow,
  publishedForm,
  publishedType,
  REBUILT_TYPE,
  type RecordsCheckpoint,
  saveStream,
  STREAM_MODES,
  STREAM_OUTCOMES,
  STREAM_PHASES,
  type StreamKey,
  type StreamMode,
  type StreamOutcome,
  type StreamPhase,
  type StreamReading,
  type StreamRow,
  streamsOf,
  type StreamVerdict,
} from "./streams.ts";
export { NO_COUNTS, type StreamCounts } from "./stream_counts.ts";
export { type Trace, traceId } from "./trace.ts";
export { volumesOf } from "./volumes.ts";
export { getWait, openWaits, saveWait, type Wait } from "./waits.ts";
