import { readInputs, readPlaces } from "../config/mod.ts";
import { databaseFiles, sideFiles } from "../process/mod.ts";
import { configPathOf, type PipelineCaller } from "./pipeline_caller.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
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
  const { logDir: log_dir, sources } = await readInputs(path, SOURCE_TYPES, { env });
  return {
    audit,
    keeps: keepsOf(path, { audit, lake, log_dir, sources: sources as readonly AnySource[] }),
  };
}

/** Returns what of a pipeline nothing else may write; see {@linkcode PipelineInputs}. */
export function keepsOf(
  path: string,
  { audit, lake, log_dir, sources }: Pick<PipelineConfig, "audit" | "lake" | "sources"> & {
    readonly log_dir: string | undefined;
  },
): string[] {
  const read = sources.flatMap((source) => {
    const { read = [], keeps = [] } = sourceTypeOf(source).needs(source, {
      sandboxUrl: "http://127.0.0.1",
    });
    return [...read, ...keeps];
  });
  const logs = log_dir === undefined ? [] : [log_dir];
  return [path, ...databaseFiles(audit), ...sideFiles(audit), lake, ...logs, ...read];
}
