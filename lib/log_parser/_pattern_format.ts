import { parse } from "@std/yaml";
import { z } from "zod";
import { ConfigError } from "../errors/mod.ts";
import { findClock } from "./clock_patterns.ts";
import type { FileTimes } from "./_file_times.ts";
import type { LineParser, ParseResult } from "./_line_parser.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import { setNamedField } from "./_named_fields.ts";
import { setRequest } from "./_url.ts";
import { findSlowPart } from "./_pattern_lint.ts";
import { decodeQuoted } from "./_quoted.ts";
import { letterSeverity, severityNumber } from "./severity_number.ts";
import { setTimestamp } from "./_timestamp.ts";
import { durationNanos, type DurationUnit } from "./_duration.ts";

/** Shape of a format's YAML; see lib/log_parser/formats. */
export const SPEC = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/).optional().describe("Name of a format of your own."),
  meaning: z.string().optional().describe("What writes such lines."),
  joins: z.enum(["any", "traces", "none"]).default("any")
    .describe(
      "Which lines that begin no event belong to the one above: any, stack traces, or none.",
    ),
  patterns: z.array(z.string()).min(1).describe(
    "Regular expressions, tried in this order, whose named groups are the fields; `%{IP:client_ip}` is Grok's way to write one.",
  ),
  types: z.record(z.string(), z.enum(["ns", "us", "ms", "s"])).default({})
    .describe("Units of fields that are durations."),
  levels: z.record(z.string(), z.number().int().min(1).max(24).nullable()).default({})
    .describe("OpenTelemetry severity of each level that has a name of its own; null for none."),
  examples: z.array(z.strictObject({
    line: z.string().describe("A line."),
    want: z.record(z.string(), z.union([z.string(), z.number(), z.null()]))
      .describe("Columns of its record; null: there is no value."),
  })).min(1).describe("Lines of the format, and what their records must have."),
});

/** A line of a format, and columns that its record must have. */
export interface LogFormatExample {
  /** The line. */
  readonly line: string;
  /** Columns by name; `null`: there is no value. */
  readonly want: Readonly<Record<string, string | number | null>>;
}

/** A format that patterns describe. */
export interface PatternFormat {
  readonly name: string;
  readonly parser: LineParser;
  readonly examples: readonly LogFormatExample[];
}

/** Grok-style names, for those who know them: `%{IP:client_ip}`. */
const NAMES: Readonly<Record<string, string>> = {
  INT: "[+-]?\\d+",
  NUMBER: "[+-]?\\d+(?:\\.\\d+)?",
  WORD: "\\w+",
  NOTSPACE: "\\S+",
  DATA: "[^\\n]*?",
  GREEDYDATA: ".*",
  QUOTEDSTRING: '"[^"]*"',
  IP: "[0-9a-fA-F.:]+",
  IPORHOST: "[\\w.:-]+",
  HOSTNAME: "[\\w.-]+",
  UUID: "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
  LOGLEVEL: "[A-Za-z]{3,13}",
  TIMESTAMP_ISO8601:
    "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?(?:Z|[+-]\\d\\d:?\\d\\d)?",
  HTTPDATE: "\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}",
  SYSLOGTIMESTAMP: "[A-Z][a-z]{2} {1,2}\\d{1,2} \\d\\d:\\d\\d:\\d\\d",
};

/**
 * Reads a format from YAML.
 *
 * @param origin Named in messages.
 * @throws {ConfigError} For a key, name or pattern that is wrong, or one that some lines would make very slow.
 */
export function readPatternFormat(yaml: string, origin: string, name?: string): PatternFormat {
  const spec = SPEC.safeParse(documentOf(yaml, origin));
  if (!spec.success) {
    const [issue] = spec.error.issues;
    const wanted = issue?.message.replace(/^Invalid input: /, "").replace(
      ", received ",
      ", found ",
    );
    throw fault(origin, `"${issue?.path.join(".")}": ${wanted}`);
  }
  const format = name ?? spec.data.name;
  if (format === undefined) {
    throw fault(origin, `expected a name`);
  }
  const { patterns, types, levels, joins, examples } = spec.data;
  // Of ours a test has seen that none is slow.
  const compiled = patterns.map((source) => compile(source, origin, name === undefined));
  const fields = { types, levels: new Map(Object.entries(levels)) };
  const parser: LineParser = {
    formats: [format],
    joins,
    parse(line, times) {
      for (const pattern of compiled) {
        const result = match(pattern, line, { format, times, ...fields });
        if (result !== undefined) return result;
      }
      return undefined;
    },
  };
  return { name: format, parser, examples };
}

function documentOf(yaml: string, origin: string): unknown {
  try {
    return parse(yaml, { schema: "core" });
  } catch (error) {
    throw fault(origin, error instanceof Error ? error.message : String(error));
  }
}

function fault(origin: string, problem: string): ConfigError {
  const context = { path: origin };
  return new ConfigError("config-invalid", `Cannot read log format "${origin}": ${problem}`, {
    context,
  });
}

function compile(source: string, origin: string, isForeign: boolean): RegExp {
  const expanded = source.replace(
    /%\{(\w+)(?::(\w+))?\}/g,
    (_all, grok: string, column?: string) => {
      const pattern = NAMES[grok];
      if (pattern === undefined) {
        throw fault(origin, `unknown name "${grok}"`);
      }
      return column === undefined ? `(?:${pattern})` : `(?<${column}>${pattern})`;
    },
  );
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?:${expanded})$`);
  } catch (error) {
    throw fault(origin, `${(error as Error).message}`);
  }
  const slow = isForeign ? findSlowPart(expanded) : undefined;
  if (slow !== undefined) {
    throw fault(origin, `${slow}, which takes very long for some lines`);
  }
  return pattern;
}

interface Fields {
  readonly format: string;
  readonly times: FileTimes;
  readonly types: Readonly<Record<string, "ns" | "us" | "ms" | "s">>;
  readonly levels: ReadonlyMap<string, number | null>;
}

function match(
  pattern: RegExp,
  line: string,
  { format, times, types, levels }: Fields,
): ParseResult {
  const groups = pattern.exec(line)?.groups;
  if (groups === undefined) return undefined;
  const record = new LogRecord(format);
  const { time, level, ...rest } = groups;
  if (time !== undefined) {
    const found = findClock(time, 0, "bare");
    if (found?.length !== time.length) return undefined;
    setTimestamp(record, time, found.clock, times);
  }
  if (level !== undefined) {
    const known = levels.get(level);
    const number = known ??
      (level.length === 1 ? letterSeverity(level) : severityNumber(level.replace(/\d$/, "")));
    // A word that is no level shows that this is another format's line.
    if (number === undefined && known === undefined) return undefined;
    record.severity_text = level;
    record.severity_number = number;
  }
  const durations: [name: string, value: string, unit: DurationUnit][] = [];
  for (const [name, text] of Object.entries(rest)) {
    const value = name === "body" ? text : text?.trim();
    if (value === undefined || value === "" || value === "-" && name !== "body") continue;
    const unit = types[name];
    if (name === "request") setRequest(record, value);
    else if (name === "user_agent" || name === "referrer") record[name] = decodeQuoted(value);
    else if (unit === undefined) setNamedField(record, name, value, times);
    else durations.push([name, value, unit]);
  }
  setDurations(record, durations);
  return record;
}

/** Several times are stages, which together are the duration; each is kept. */
function setDurations(
  record: LogRecord,
  durations: readonly (readonly [name: string, value: string, unit: DurationUnit])[],
): void {
  if (durations.length > 1) {
    for (const [name, value] of durations) setAttribute(record, name, value);
  }
  const nanos = durations.map(([, value, unit]) => durationNanos(value, unit));
  if (nanos.length > 0 && nanos.every((one) => one !== undefined)) {
    record.duration_ns = nanos.reduce((sum, one) => sum + one, 0);
  }
}
