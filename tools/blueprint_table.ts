/**
 * The tasks of the document that started the project, as a table for REFERENCE.md.
 *
 * @module
 */
import { code, markdownTable } from "./markdown_table.ts";

/** One task of the document that started the project. */
export interface BlueprintTask {
  readonly phase: number;
  readonly task: string;
  /** The task that shows it. */
  readonly command: string;
  /** What proves it, below `tests/`. */
  readonly test: string;
}

/** Every task of the blueprint. */
export const BLUEPRINT_TASKS: readonly BlueprintTask[] = [
  ...phase(0, "phase0", [
    ["Project structure", "architecture/import_arrows_test.ts"],
    ["Virtual environments", "phases/00_foundations/measurement_test.ts"],
    ["Configuration management", "config/load_config_test.ts"],
    ["Clean function boundaries", "phases/00_foundations/intake_test.ts"],
    ["Memory vs CPU awareness", "phases/00_foundations/measurement_test.ts"],
  ]),
  ...phase(1, "phase1", [
    ["Build reusable API client", "api/api_client_test.ts"],
    ["Handle authentication and headers", "api/auth_test.ts"],
    ["Implement pagination (page-based & cursor-based)", "api/pagination_test.ts"],
    ["Rate-limit handling", "api/rate_limiter_test.ts"],
    ["Retry with backoff", "api/retry_test.ts"],
    ["Stream API responses using generators", "api/guards_test.ts"],
    ["Partial failure handling", "api/guards_test.ts"],
  ]),
  ...phase(2, "phase2", [
    ["File discovery and inventory", "files/inventory_test.ts"],
    ["Idempotent ingestion detection", "pipeline/run_pipeline_test.ts"],
    ["File-level validation (size, encoding, schema header)", "files/prepare_file_test.ts"],
    ["Rename and standardize files", "files/standard_name_test.ts"],
    ["Compress and decompress files", "files/gzip_file_test.ts"],
    ["Split large files for Spark parallelism", "files/split_file_test.ts"],
    ["Merge small files (limited use)", "files/merge_files_test.ts"],
    ["Prepare Spark-friendly directory layouts", "files/partition_path_test.ts"],
  ]),
  ...phase(3, "phase3", [
    ["Database connection management", "db/open_database_test.ts"],
    ["Cursor behavior and transactions", "db/database_test.ts"],
    ["Chunked reads from source tables", "db/read_table_test.ts"],
    ["Batch inserts", "db/write_batches_test.ts"],
    ["Ingestion audit tables", "audit/audit_test.ts"],
    ["Idempotency via database state", "phases/one_project_test.ts"],
  ]),
  ...phase(4, "phase4", [
    ["Design exception taxonomy", "errors/error_codes_test.ts"],
    ["Custom exception classes", "errors/error_codes_test.ts"],
    ["Distinguish recoverable vs fatal errors", "api/retry_test.ts"],
    ["Structured logging", "logging/start_logging_test.ts"],
    ["Correlation IDs", "logging/with_correlation_test.ts"],
    ["Execution metrics via logs", "phases/one_project_test.ts"],
    ["Simulated failure scenarios", "crash/every_step_test.ts"],
  ]),
  ...phase(5, "phase5", [
    ["Parse structured logs (JSON, CSV)", "log_parser/line_formats_test.ts"],
    ["Parse unstructured logs using regex", "log_parser/app_log_test.ts"],
    ["Handle multiple log formats", "log_parser/detect_format_test.ts"],
    ["Extract metrics (errors, latency, volume)", "log_parser/log_metrics_test.ts"],
    ["Normalize logs for Spark consumption", "log_parser/normalize_log_test.ts"],
  ]),
  ...phase(6, "pipeline", [
    ["Pull data from APIs", "e2e/pipeline_command_test.ts"],
    ["Validate and prepare files", "pipeline/run_pipeline_test.ts"],
    ["Write raw data to storage", "pipeline/run_pipeline_test.ts"],
    ["Track ingestion state in database", "audit/audit_test.ts"],
    ["Emit structured logs", "logging/start_logging_test.ts"],
    ["Handle retries and failures gracefully", "e2e/interrupted_test.ts"],
  ]),
];

/** Returns the table of the blueprint's tasks. */
export function blueprintSection(): string {
  const rows = BLUEPRINT_TASKS.map(({ phase, task, command, test }) => [
    String(phase),
    task,
    code(`deno task ${command}`),
    `[${test}](tests/${test})`,
  ]);
  return "Every task of the document that started the project, the command that shows it and the test that proves it.\n\n" +
    markdownTable(["Phase", "Task", "Command", "Test"], rows);
}

function phase(
  number: number,
  command: string,
  tasks: readonly (readonly [task: string, test: string])[],
): BlueprintTask[] {
  return tasks.map(([task, test]) => ({ phase: number, task, command, test }));
}
