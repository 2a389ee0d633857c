import {
  type ConfigKey,
  configKeysOf,
  type ConfigValues,
  jsonSchemaOf,
  readConfig,
  type ReadConfigOptions,
} from "../config/mod.ts";
import type { Secret } from "../secrets/mod.ts";
import { overlaps } from "./_overlaps.ts";
import { type AnySource, SOURCE_TYPES } from "./sources/mod.ts";

/** @internal */
type DeepReadonly<T> = T extends Secret ? T
  : T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
  : T;

/**
 * A whole pipeline: keys as in the YAML file, durations in milliseconds, sizes in bytes, paths absolute, every
 * default filled in. REFERENCE.md says what each key means.
 */
export type PipelineConfig =
  & DeepReadonly<Omit<ConfigValues, "sources">>
  & { readonly sources: readonly AnySource[] };

/** Options of {@linkcode loadConfig}. */
export type LoadConfigOptions = Omit<ReadConfigOptions, "check">;

/**
 * Reads a pipeline's YAML file, checks all of it and fills in every default.
 *
 * @param path The file; a relative path starts at the working directory.
 * @throws {ConfigError} With one line for each problem, up to ten.
 */
export async function loadConfig(
  path: string,
  options: LoadConfigOptions = {},
): Promise<PipelineConfig> {
  const config = await readConfig(path, SOURCE_TYPES, { ...options, check: overlaps });
  return config as unknown as PipelineConfig;
}

/**
 * Lists every key that a pipeline file may hold, as the schemas describe it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const timeout = configKeys().find((key) => key.path === "sources[].timeout");
 * assertEquals([timeout?.type, timeout?.default], ["duration", "30s"]);
 * ```
 */
export function configKeys(): ConfigKey[] {
  return configKeysOf(SOURCE_TYPES);
}

/** Returns the JSON Schema of pipeline files, for editors. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  return jsonSchemaOf(SOURCE_TYPES);
}
