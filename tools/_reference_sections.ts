import { configKeys } from "../lib/config/mod.ts";
import {
  ERROR_CODES,
  type ErrorCodeInfo,
  EXIT_CODES,
  type Outcome,
  OUTCOMES_BY_GRAVITY,
} from "../lib/errors/mod.ts";
import { LOG_COLUMNS, LOG_FORMATS } from "../lib/log_parser/mod.ts";
import { FAULT_KINDS, type FaultKindInfo, RETRY_HINTS } from "../lib/sandbox/mod.ts";
import type { CommandSpec } from "../lib/terminal/mod.ts";
import { ledgerTables } from "./ledger_tables.ts";
import { code, markdownTable } from "./markdown_table.ts";

/** What the caller of a run learns from each exit code. */
const OUTCOME_MEANINGS = {
  complete: "Everything was read and published; refused pieces stayed within `tolerance`.",
  partial:
    "Over tolerance, or a stream whose completeness is not proven; what was good is published.",
  suspended: "A wait too long, a signal, or another run under way: run it again, it goes on.",
  failed: "A source stayed unreachable, or the disk or the ledger failed.",
  config: "The configuration is wrong; nothing ran.",
  usage: "The command line is wrong; nothing ran.",
} as const satisfies Record<Outcome, string>;

/** Tasks as deno.json describes them. */
export type Tasks = Readonly<Record<string, { readonly description: string }>>;

/** Lists the tasks. */
export function taskSection(tasks: Tasks): string {
  const rows = Object.entries(tasks).map((
    [name, task],
  ) => [code(`deno task ${name}`), task.description]);
  return markdownTable(["Task", "What it does"], rows);
}

/** Describes one command: subcommands, words and flags. */
export function commandSection(spec: CommandSpec): string {
  const flags = Object.entries(spec.flags).map(([name, flag]) => {
    const value = flag.type === "boolean" ? "" : ` ${flag.value ?? flag.type.toUpperCase()}`;
    const short = flag.short === undefined ? "" : `${code(`-${flag.short}`)}, `;
    const meaning = flag.multiple ? `${flag.meaning}; may be repeated` : flag.meaning;
    return [`${short}${code(`--${name}${value}`)}`, meaning, flag.default ?? ""];
  });
  const words = Object.entries({ ...spec.commands, ...spec.words });
  return [
    `### ${code(spec.name)}\n`,
    `${spec.meaning}\n`,
    ...(words.length === 0
      ? []
      : [markdownTable(["Word", "Meaning"], words.map(([name, what]) => [code(name), what]))]),
    markdownTable(["Flag", "Meaning", "Default"], flags),
  ].join("\n");
}

/** Lists the exit codes, gravest first. */
export function exitSection(): string {
  const rows = OUTCOMES_BY_GRAVITY.map((
    outcome,
  ) => [String(EXIT_CODES[outcome]), outcome, OUTCOME_MEANINGS[outcome]]);
  return markdownTable(["Code", "Outcome", "Meaning"], rows);
}

/** Lists the error and reject codes. */
export function errorSection(): string {
  const rows = Object.entries<ErrorCodeInfo>(ERROR_CODES).map(([name, info]) => [
    code(name),
    code(info.family),
    info.transient ? "yes" : "no",
    info.meaning,
  ]);
  return markdownTable(["Code", "Class", "Transient", "Meaning"], rows);
}

/** Lists the configuration keys. */
export function configSection(): string {
  const rows = configKeys().map((key) => [
    code(key.path),
    key.variants.join(", "),
    key.type,
    key.default === "required" || key.default === "none" ? key.default : code(key.default),
    key.meaning,
  ]);
  return markdownTable(["Key", "Only with type", "Value", "Default", "Meaning"], rows);
}

/** Lists the sandbox's faults and the forms of its retry hints. */
export function sandboxSection(): string {
  const faults = Object.entries<FaultKindInfo>(FAULT_KINDS).map(([name, info]) => [
    code(info.argument === "" ? name : `${name}=${info.argument.replaceAll("`", "")}`),
    info.routes.join(", "),
    info.meaning,
  ]);
  const hints = Object.entries(RETRY_HINTS).map(([name, hint]) => [code(name), hint.meaning]);
  return [
    "A fault is written `route:kind[=argument][@place][xN]`; the place is `@pageN`, `@reqN`, a probability as `@0.05`,",
    "or absent for every request.\n",
    markdownTable(["Kind", "Routes", "What happens"], faults),
    "Retry hints of `429` and `503`, as in `429=retry-after-date:3`:\n",
    markdownTable(["Hint", "What the answer says"], hints),
  ].join("\n");
}

/** Lists the log formats and the columns that every format is normalised to. */
export function logSection(): string {
  const formats = Object.entries(LOG_FORMATS).map(([name, info]) => [code(name), info.meaning]);
  const columns = LOG_COLUMNS.map((column) => [code(column.name), column.type, column.meaning]);
  return [
    markdownTable(["Format", "Lines"], formats),
    markdownTable(["Column", "Type", "Meaning"], columns),
  ].join("\n");
}

/** Lists the ledger's tables and columns. */
export function ledgerSection(): string {
  return ledgerTables().map((table) => {
    const rows = table.columns.map((column) => [
      code(column.name),
      column.nullable ? `${column.type}, may be null` : column.type,
      column.meaning,
    ]);
    return [
      `### Table ${code(table.name)}\n`,
      `Key: ${table.key.map(code).join(", ")}\n`,
      markdownTable(["Column", "Type", "Meaning"], rows),
    ].join("\n");
  }).join("\n");
}
