/**
 * The typed configuration: read from YAML, checked as a whole before anything runs, every default filled in.
 *
 * {@linkcode readConfig} gives a {@linkcode ConfigValues} or a `ConfigError` that lists every problem by its path in
 * the file. What a source may say is not known here: each type of source brings a {@linkcode SourceSchema}, made of the
 * fields below. Credentials come only from the environment and only as `Secret`.
 *
 * @module
 */
export { type ConfigKey, configKeysOf } from "./config_keys.ts";
export { itemsOf, type ReportProblem, reportRepeats } from "./cross_checks.ts";
export { readEnvironment } from "./environment.ts";
export { environmentNames, type EnvironmentNamesOptions } from "./environment_names.ts";
export { expand, type ExpandOptions, type Issues } from "./expand.ts";
export {
  address,
  choice,
  dotPath,
  duration,
  flag,
  HEADER_NAME,
  headerName,
  identifier,
  inputPath,
  isHeaderName,
  list,
  mapping,
  type MappingOptions,
  path,
  pathPatterns,
  plain,
  report,
  secret,
  share,
  size,
  sourceName,
  text,
  variant,
  whole,
} from "./fields.ts";
export { JSON_SCHEMA_FILE, jsonSchemaLine, jsonSchemaOf } from "./json_schema.ts";
export { checkHeaderSecret, headerSecret } from "./header_secret.ts";
export type { OverrideKey } from "./override_variables.ts";
export { formatProblem, found, type Problem, problemsOf } from "./problem.ts";
export {
  type ConfigValues,
  readConfig,
  type ReadConfigOptions,
  readInputs,
  readPlaces,
} from "./read_config.ts";
export type { SchemaContext } from "./schema_context.ts";
export type { SourceSchema } from "./source_schema.ts";
export { maxShrink, recordTolerance, sourceTolerance } from "./tolerance_schema.ts";
export { isMapping, type KeyPath } from "./tree.ts";
export { soleVariable, variablesIn } from "./variables.ts";
