/**
 * Processes: the environment of a child, running one, and being asked to stop.
 *
 * @module
 */
export {
  childEnvironment,
  type ChildEnvironmentOptions,
  telemetryHeaders,
  type TelemetryReceiver,
  telemetryReceivers,
} from "./child_environment.ts";
export { type ProcessMain, runGuarded } from "./guarded_process.ts";
export {
  databaseBeside,
  databaseFiles,
  databaseOf,
  duckdbFiles,
  isSqlite,
  linkedFile,
  linkState,
  lockFile,
  sideFiles,
  sqliteFiles,
} from "./database_files.ts";
export { pathList, realPath, refuseLinksOut, withRealPaths } from "./real_paths.ts";
export { DENO_RUN, runDeno, type RunDenoOptions } from "./run_deno.ts";
export { listenForStop, type ListenForStopOptions, type StopRequests } from "./stop_requests.ts";
export { watchMain } from "./watch_main.ts";
export { withoutStorage } from "./without_storage.ts";
