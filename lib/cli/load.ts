/** What commands load when their work begins, by its path in lib. */
interface Modules {
  "api/mod.ts": typeof import("../api/mod.ts");
  "audit/mod.ts": typeof import("../audit/mod.ts");
  "cli/api/fetch_waits.ts": typeof import("./api/fetch_waits.ts");
  "cli/api/resumable_fetch.ts": typeof import("./api/resumable_fetch.ts");
  "cli/db/extract_table.ts": typeof import("./db/extract_table.ts");
  "cli/files/inventory_memory.ts": typeof import("./files/inventory_memory.ts");
  "cli/files/spark_advice.ts": typeof import("./files/spark_advice.ts");
  "cli/logs/parse_in_parts.ts": typeof import("./logs/parse_in_parts.ts");
  "cli/logs/parse_into.ts": typeof import("./logs/parse_into.ts");
  "cli/logs/parse_log_file.ts": typeof import("./logs/parse_log_file.ts");
  "cli/logs/report.ts": typeof import("./logs/report.ts");
  "cli/logs/targets.ts": typeof import("./logs/targets.ts");
  "cli/pipeline/report_page.ts": typeof import("./pipeline/report_page.ts");
  "db/mod.ts": typeof import("../db/mod.ts");
  "files/mod.ts": typeof import("../files/mod.ts");
  "lake/mod.ts": typeof import("../lake/mod.ts");
  "log_parser/mod.ts": typeof import("../log_parser/mod.ts");
  "logging/mod.ts": typeof import("../logging/mod.ts");
  "pipeline/mod.ts": typeof import("../pipeline/mod.ts");
  "secrets/mod.ts": typeof import("../secrets/mod.ts");
}

/**
 * Loads a module when it is needed. Whatever an `import("...")` names, the runtime reads before it begins; help and
 * messages would wait for all of lib.
 *
 * A child process has no permission to read lib: what its commands load is named in the
 * child_modules.ts of their group.
 *
 * @param path The module, by its path in lib.
 */
export async function load<Path extends keyof Modules>(path: Path): Promise<Modules[Path]> {
  return await import(new URL(`../${path}`, import.meta.url).href);
}
