/**
 * The typed configuration: read from YAML, checked as a whole before anything runs, every default filled in.
 *
 * {@linkcode readConfig} gives a {@linkcode ConfigValues} or a `ConfigError` that lists every problem by its path in
 * the file. What a source may say is not known here: each type of source brings a {@linkcode SourceSchema}, made of the
 * fields below. Credentials come only from the environment and only as `Secret`.
 *
 * @module
 */
export * from "./config_keys.ts";
export * from "./cross_checks.ts";
export * from "./environment.ts";
export * from "./environment_names.ts";
export * from "./expand.ts";
export * from "./fields.ts";
export * from "./override_variables.ts";
export * from "./problem.ts";
export * from "./read_config.ts";
export * from "./schema_context.ts";
export * from "./source_schema.ts";
export * from "./tolerance_schema.ts";
export * from "./tree.ts";
export * from "./variables.ts";
