import type { SourceConfig, SourceType, StreamPlan } from "../source_type.ts";
import { apiSource } from "./api/source.ts";
import { databaseSource } from "./database/source.ts";
import { filesSource } from "./files/source.ts";
import { logsSource } from "./logs/source.ts";
import { moduleSource } from "./module/source.ts";

/** Every type of source. */
export const SOURCE_TYPES = [
  apiSource,
  databaseSource,
  filesSource,
  logsSource,
  moduleSource,
] as const;

/**
 * The configuration of one source, told apart by `type`.
 *
 * @internal
 */
export type AnySource = (typeof SOURCE_TYPES)[number] extends infer Type
  ? Type extends SourceType<infer Config> ? Config : never
  : never;

/** Returns the type of a source. */
export function sourceTypeOf(config: SourceConfig): SourceType {
  const type = SOURCE_TYPES.find((type) => type.type === config.type);
  if (type === undefined) throw new TypeError(`Cannot read source: unknown type "${config.type}"`);
  return type as SourceType;
}

/** Returns the streams of a source. */
export function streamsOf(config: SourceConfig): readonly StreamPlan[] {
  const { type, unit, ...source } = sourceTypeOf(config);
  return source.streams(config).map((plan) => ({ ...plan, source: config.name, type, unit }));
}
