import type { PipelineConfig } from "./pipeline_config.ts";
import { type AnySource, sourceTypeOf } from "./sources/mod.ts";

/**
 * Completes a configuration with what only the sources' own code can say: streams and permissions of modules.
 *
 * @param how Whether that code is loaded into this process, or asked in a child that may read it and nothing else.
 */
export async function describeSources(
  config: PipelineConfig,
  how: "here" | "in a child",
): Promise<PipelineConfig> {
  const sources = await Promise.all(config.sources.map(async (source) => {
    const described = await sourceTypeOf(source).describe?.(source, how);
    return (described as AnySource | undefined) ?? source;
  }));
  return { ...config, sources };
}
