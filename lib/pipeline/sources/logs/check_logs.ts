import type { KeyPath, ReportProblem } from "../../../config/mod.ts";
import { parseDotPath } from "../../../grammar/mod.ts";
import { LOG_COLUMNS, REQUIRED_LOG_COLUMNS } from "../../../log_parser/mod.ts";
import { checkFileRules, privateColumnsIn } from "../_rules_schema.ts";

/** Keys below a column, of those that have some. */
const DEPTHS: Readonly<Record<string, number>> = { attributes: 1, syslog_sd: 2 };

/** Reports what no single key of a folder of logs can show. */
export function checkLogs(
  source: Record<string, unknown>,
  path: KeyPath,
  report: ReportProblem,
): void {
  checkFileRules(source, path, report);
  const { privacy, format = "auto" } = source;
  if (privacy !== undefined && format === "auto") {
    report(
      [...path, "privacy"],
      "expected the format of the lines next to it: a line that is read as one of another has its values in other columns",
    );
  }
  const names: string[] = LOG_COLUMNS.map(({ name }) => name);
  for (const { at, column } of privateColumnsIn(privacy)) {
    const [name = "", ...inner] = parseDotPath(column);
    const shown = `found ${JSON.stringify(column)}`;
    const place = names.indexOf(name);
    const depth = DEPTHS[name] ?? 0;
    if (place < 0) {
      report([...path, ...at], `${shown}, expected a column of logs, as REFERENCE lists them`);
    } else if (place < REQUIRED_LOG_COLUMNS) {
      report([...path, ...at], `${shown}, which every record must have, expected another column`);
    } else if (inner.length > depth) {
      const wanted = depth === 0 ? name : `${name}.${inner.join("\\.")}`;
      report([...path, ...at], `${shown}, expected ${JSON.stringify(wanted)}: nothing is deeper`);
    }
  }
}
