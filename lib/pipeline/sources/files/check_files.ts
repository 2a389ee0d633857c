import { isMapping, type KeyPath, type ReportProblem } from "../../../config/mod.ts";
import { parseDotPath } from "../../../grammar/mod.ts";
import { checkFileRules, privateColumnsIn } from "../_rules_schema.ts";

/** Reports what no single key of a folder of files can show. */
export function checkFiles(
  source: Record<string, unknown>,
  path: KeyPath,
  report: ReportProblem,
): void {
  checkFileRules(source, path, report);
  const { expect, dialect } = source;
  const columns = isMapping(expect) && Array.isArray(expect["columns"]) ? expect["columns"] : null;
  const hasNoHeader = isMapping(dialect) && dialect["header"] === "none";
  for (const { at, column } of privateColumnsIn(source["privacy"])) {
    if (hasNoHeader && at.at(-1) === "drop") {
      report([...path, ...at], "expected none with dialect.header: none; mask or hash the column");
    }
    const [name] = parseDotPath(column);
    if (columns === null || columns.includes(name)) continue;
    const wanted = `expected columns of expect.columns: ${columns.join(", ")}`;
    report([...path, ...at], `found ${JSON.stringify(column)}, ${wanted}`);
  }
}
