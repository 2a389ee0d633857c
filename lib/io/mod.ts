/**
 * Files and standard streams, as every area may use them: whether something exists, writing all of it, and what fails.
 *
 * @module
 */
export {
  assembleWasm,
  byteMask,
  loadBlock,
  WASM_BLOCK,
  type WasmFunction,
  type WasmSource,
} from "./assemble_wasm.ts";
export { linkBeforeDotDot } from "./dot_dot.ts";
export { exists } from "./exists.ts";
export { hearing, untilStopped } from "./hearing.ts";
export { isInside } from "./is_inside.ts";
export { leadsTo } from "./leads_to.ts";
export { oddName } from "./odd_name.ts";
export { openNameless } from "./open_nameless.ts";
export { PROJECT_ROOT } from "./project_root.ts";
export { publishNew } from "./publish_new.ts";
export { divertStreams, STANDARD_OUTPUT, writeError, writeOut } from "./standard_streams.ts";
export { attempt, isOfSystem, storageError } from "./storage_error.ts";
export { readAllAtSync, type SyncReader } from "./read_all_at.ts";
export { type SyncWriter, writeAllSync, writeTextSync } from "./write_all.ts";
