import { SIGNS } from "../lib/api/mod.ts";
import { CONTRADICTIONS, ENDS, STREAM_OUTCOMES } from "../lib/audit/mod.ts";
import {
  ACTIONS,
  actionsOf,
  ERROR_CODES,
  type ErrorCode,
  type ErrorCodeInfo,
  exitCodesOf,
  NOT_LOADED,
  type OutcomeInfo,
  OUTCOMES,
  POLICY,
  type PolicyRule,
} from "../lib/errors/mod.ts";
import { LOG_COLUMNS, LOG_FORMATS } from "../lib/log_parser/mod.ts";
import { CORRELATION_KEYS, type EventInfo, EVENTS } from "../lib/logging/mod.ts";
import { configKeys } from "../lib/pipeline/mod.ts";
import { FAULT_KINDS, type FaultKindInfo, RETRY_HINTS } from "../lib/sandbox/mod.ts";
import type { CommandSpec } from "../lib/terminal/mod.ts";
import { auditTables, auditViews } from "./audit_tables.ts";
import { code, markdownTable } from "./markdown_table.ts";

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
    ...(spec.note === undefined ? [] : [`${spec.note}\n`]),
    ...(words.length === 0
      ? []
      : [markdownTable(["Word", "Meaning"], words.map(([name, what]) => [code(name), what]))]),
    markdownTable(["Flag", "Meaning", "Default"], flags),
  ].join("\n");
}

/** Lists the outcomes, gravest first. */
export function outcomeSection(): string {
  const streams: readonly string[] = STREAM_OUTCOMES;
  const rows = Object.entries<OutcomeInfo>(OUTCOMES).map(([name, info]) => [
    code(name),
    String(info.exitCode),
    info.runStatus,
    streams.includes(name) ? "yes" : "no",
    info.meaning,
  ]);
  return [
    "Gravest first: a run's outcome is the gravest of its streams'. `status` of the run is how the audit database",
    "says it.\n",
    markdownTable(["Outcome", "Exit code", "Status", "Of a stream, too", "Meaning"], rows),
    `A run that is published, and whose \`load\` failed, keeps its outcome and exits ${NOT_LOADED}.\n`,
    "A process that was killed answers 128 and the number of the signal (137 for SIGKILL), and the launcher says so for",
    "it, with `--json` as a document as well; one that writes to a closed pipe, 141.\n",
  ].join("\n");
}

/** Lists the signs that something is missing. */
export function contradictionSection(): string {
  const rows = Object.entries(CONTRADICTIONS).map(([name, meaning]) => [code(name), meaning]);
  return [
    "A stream is complete if there is evidence of its end and nothing against it. Against it are the code of an error",
    "that ended or stopped it, and:\n",
    markdownTable(["Contradiction", "Meaning"], rows),
    "Streams that are not pages of an API end by:\n",
    markdownTable(
      ["End", "Meaning"],
      Object.entries(ENDS).map(([name, { meaning }]) => [code(name), meaning]),
    ),
  ].join("\n");
}

/** Lists what the pages of an API say of the end, and what that is worth. */
export function signSection(): string {
  const worth = { end: "the end", perhaps: "perhaps the end", more: "more" };
  const rows = Object.entries(SIGNS).map(([name, { says, meaning }]) => [
    code(name),
    worth[says],
    meaning,
  ]);
  return [
    "Each page of an API stream contributes signs, and one function decides. As long as one sign says that there is",
    "more, more is read; a sign of the end that is disputed counts once the page read for the dispute brings nothing.",
    "Pages and offsets end by a short page and then an empty one, or by two empty ones, if the server says nothing.",
    "What is true of the last page is the stream's evidence.\n",
    markdownTable(["Sign", "Says", "Meaning"], rows),
  ].join("\n");
}

/** Lists the error and reject codes. */
export function errorSection(): string {
  const rows = Object.entries<ErrorCodeInfo>(ERROR_CODES).map(([name, info]) => [
    code(name),
    code(info.family),
    info.transient ? "yes" : "no",
    info.severity === undefined ? "" : code(info.severity),
    Object.entries(actionsOf(name as ErrorCode)).map((step) => step.join(": ")).join(", "),
    exitCodesOf(name as ErrorCode),
    info.meaning,
    info.next,
  ]);
  const policy = Object.entries<readonly PolicyRule[]>(POLICY).flatMap(([stage, rules]) =>
    rules.map(({ of, transient, action, unless }) => [
      stage,
      transient === undefined ? of : `${of}, if transient`,
      action,
      unless === undefined ? "" : unless.split(", ").map(code).join(", "),
    ])
  );
  return [
    "`headwaters errors explain CODE` shows a message of each.\n",
    markdownTable(
      ["Code", "Class", "Transient", "Finding", "A run", "Exit", "Meaning", "What to do"],
      rows,
    ),
    "What a run does is decided by the first row of this table that fits, and nowhere else:\n",
    markdownTable(["Stage", "Code or class", "Action", "Unless the configuration says"], policy),
    markdownTable(["Action", "Meaning"], Object.entries(ACTIONS)),
  ].join("\n");
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
  return [
    "A dot path is the keys that lead to a value, joined by dots: `meta.count`. In a list a key is an index, from 0 on, and a",
    "negative one counts from the end: `data.0.items`, `data.-1.id`. In a key, `\\.` is a dot, `\\[` a bracket and",
    "`\\\\` a backslash.\n",
    markdownTable(["Key", "Only with type", "Value", "Default", "Meaning"], rows),
  ].join("\n");
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

/** Lists the log formats and the columns that every format is normalized to. */
export function logSection(): string {
  const formats = Object.entries(LOG_FORMATS).map(([name, info]) => [code(name), info.meaning]);
  const columns = LOG_COLUMNS.map((column) => [code(column.name), column.type, column.meaning]);
  return [
    markdownTable(["Format", "Lines"], formats),
    markdownTable(["Column", "Type", "Meaning"], columns),
    "A time without its year has the newest in which the newest line, by the order of the file, is not after the file's last",
    "change; `--year` gives the first line's. Gaps go forward, however long they are: a date more than a month before the",
    "line above it is of the next year, a nearer one is late, and one of the last days of December after the first of",
    "January is of the year before.\n",
    "Of the metrics, `errors` counts the records of level error or above (17 to 24), those with an HTTP status of 500 or",
    "above whatever their level, and those without a level but with an exception. A quantile is by nearest rank, and at",
    "most 1 % off: of five latencies p99 is the longest.\n",
  ].join("\n");
}

/** Lists the log events with their fields. */
export function eventSection(): string {
  const rows = Object.entries<EventInfo>(EVENTS).map(([name, { level, area, message, fields }]) => [
    code(name),
    level,
    code(`headwaters.${area}`),
    message,
    Object.entries(fields).map(([field, kind]) => code(`${field}${kind.endsWith("?") ? "?" : ""}`))
      .join(" "),
  ]);
  const keys = CORRELATION_KEYS.map(code).join(", ");
  return [
    "Each line of the log is one JSON object: `time`, `level`, `category`, `event`, `message`, then the correlation",
    `fields that apply (${keys}), then the event's own fields; a question mark means that one may be missing.`,
    "The message of an event is always the same; what differs is in the fields.\n",
    markdownTable(["Event", "Level", "Category", "Message", "Fields"], rows),
  ].join("\n");
}

/** Lists the audit database's views, then its tables and columns. */
export function auditSection(): string {
  const views = auditViews().map(({ name, meaning, columns }) => [
    code(name),
    meaning,
    columns.map(code).join(", "),
  ]);
  return `Views, for people:\n\n${markdownTable(["View", "Meaning", "Columns"], views)}\n` +
    auditTables().map((table) => {
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
