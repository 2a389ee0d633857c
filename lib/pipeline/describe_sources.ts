import { formatProblem } from "../config/mod.ts";
import { ConfigError } from "../errors/mod.ts";
import { overlaps } from "./_overlaps.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { type AnySource, sourceTypeOf } from "./sources/mod.ts";

/**
 * Completes a configuration with what only the sources' own code can say: streams and permissions of modules.
 *
 * @throws {ConfigError} If a source wants to read what the pipeline writes.
 * @param how Whether that code is loaded into this process, or asked in a child that may read it and nothing else.
 * @param streams Those that are read, by their `SOURCE.STREAM`: a run may not even read the code of other sources, whose
 * streams it then does not know. @default {all of them}
 */
export async function describeSources(
  config: PipelineConfig,
  how: "here" | "in a child",
  streams?: readonly string[],
): Promise<PipelineConfig> {
  const sources = await Promise.all(config.sources.map(async (source) => {
    const isRead = streams?.some((id) => id.startsWith(`${source.name}.`)) ?? true;
    if (!isRead) return source;
    const described = await sourceTypeOf(source).describe?.(source, how);
    return (described as AnySource | undefined) ?? source;
  }));
  const [problem] = overlaps({ ...config, sources });
  if (problem !== undefined) {
    throw new ConfigError("config-invalid", `Cannot use configuration: ${formatProblem(problem)}`);
  }
  return { ...config, sources };
}

/** Says whether code of the user's own is among the sources. */
export function hasOwnCode({ sources }: Pick<PipelineConfig, "sources">): boolean {
  return sources.some((source) => sourceTypeOf(source).describe !== undefined);
}
