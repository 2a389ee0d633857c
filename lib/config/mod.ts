/**
 * The typed pipeline configuration: read from YAML, checked as a whole before anything runs, every default filled in.
 *
 * {@linkcode loadConfig} gives a {@linkcode PipelineConfig} or a `ConfigError` that lists every problem by its path in
 * the file. Credentials come only from the environment and only as `Secret`.
 *
 * @module
 */
export * from "./config_keys.ts";
export * from "./environment_names.ts";
export * from "./load_config.ts";
export * from "./override_variables.ts";
export * from "./parse_duration.ts";
export * from "./parse_size.ts";
export * from "./pipeline_config.ts";
