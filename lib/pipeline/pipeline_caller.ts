import { isAbsolute, join } from "node:path";
import { ConfigError } from "../errors/mod.ts";
import { isInside, linkBeforeDotDot, PROJECT_ROOT } from "../io/mod.ts";
import type { runDeno } from "../process/mod.ts";
import { isMissing } from "./_is_missing.ts";

/** Where a pipeline is started from. */
export interface PipelineCaller {
  /** Folder where the user is. */
  readonly cwd: string;
  /** Variables that the user has set. */
  readonly env: Readonly<Record<string, string>>;
  /** Aborted when it must stop. */
  readonly signal: AbortSignal;
  /** Runs the run's process. */
  readonly start: typeof runDeno;
}

/** Returns the file of a pipeline, absolute; see `openPipeline`. */
export function configPathOf(file: string | undefined, cwd: string): string {
  if (file !== undefined) {
    const link = linkBeforeDotDot(cwd, file);
    if (link === undefined) return isAbsolute(file) ? join(file) : join(cwd, file);
    throw new ConfigError(
      "config-not-found",
      `Cannot read configuration "${file}": ".." goes back from where the link "${link}" leads; name the path without the link`,
    );
  }
  const path = defaultConfig(cwd);
  if (!isMissing(path)) return path;
  throw new ConfigError(
    "config-not-found",
    `Cannot find a pipeline: there is no "${path}"; name its YAML file with --config`,
    { context: { path } },
  );
}

/** Returns the file of the pipeline that is meant in a folder if none is named: anywhere in the project, the demo's. */
export function defaultConfig(cwd: string): string {
  return join(isInside(cwd, PROJECT_ROOT) ? join(PROJECT_ROOT, "data") : cwd, "pipeline.yaml");
}
