import type { PipelineValues } from "./_pipeline_schema.ts";
import type { Secret } from "../secrets/mod.ts";

type DeepReadonly<T> = T extends Secret ? T
  : T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
  : T;

/**
 * A whole pipeline: keys as in the YAML file, durations in milliseconds, sizes in bytes, paths absolute, every
 * default filled in. REFERENCE.md says what each key means.
 */
export type PipelineConfig = DeepReadonly<PipelineValues>;

/** One source, told apart by `type`. */
export type Source = PipelineConfig["sources"][number];

/** An HTTP API. */
export type ApiSource = Extract<Source, { type: "api" }>;

/** A folder of files. */
export type FilesSource = Extract<Source, { type: "files" }>;

/** A folder of log files. */
export type LogsSource = Extract<Source, { type: "logs" }>;

/** One stream of an {@linkcode ApiSource}. */
export type ApiStream = ApiSource["streams"][number];

/** How requests prove who sends them. */
export type Auth = ApiSource["auth"];

/** How one page leads to the next. */
export type Pagination = ApiStream["pagination"];

/** Where the watermark stands and how it is sent. */
export type Incremental = NonNullable<ApiStream["incremental"]>;
