import { readInputs, readPlaces } from "../config/mod.ts";
import { databaseFiles } from "../process/mod.ts";
import { auditLock } from "./_lock.ts";
import { configPathOf, type PipelineCaller } from "./launcher.ts";
import { type AnySource, SOURCE_TYPES, sourceTypeOf } from "./sources/mod.ts";

/** What a pipeline lives from. */
export interface PipelineInputs {
  /** Its audit database. */
  readonly audit: string;
  /** Files, and folders with all that is in them, that nothing else may write: its configuration and sources as well. */
  readonly keeps: readonly string[];
}

/**
 * Returns what a pipeline lives from. Credentials of its sources are not needed, and no code of the user's own is asked.
 *
 * @param file The configuration; see `openPipeline`.
 */
export async function inputsOf(
  file: string | undefined,
  caller: Pick<PipelineCaller, "cwd" | "env">,
): Promise<PipelineInputs> {
  const path = configPathOf(file, caller.cwd);
  const env = (name: string) => caller.env[name];
  const { audit, lake } = await readPlaces(path, { env });
  const { logDir, sources } = await readInputs(path, SOURCE_TYPES, { env });
  const read = (sources as readonly AnySource[]).flatMap((source) =>
    sourceTypeOf(source).needs(source, { sandboxUrl: "http://127.0.0.1" }).read ?? []
  );
  const logs = logDir === undefined ? [] : [logDir];
  return {
    audit,
    keeps: [path, ...databaseFiles(audit), auditLock(audit), lake, ...logs, ...read],
  };
}
