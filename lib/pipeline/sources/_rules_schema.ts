import { z } from "zod";
import {
  choice,
  dotPath,
  duration,
  flag,
  isMapping,
  itemsOf,
  type KeyPath,
  mapping,
  plain,
  type ReportProblem,
} from "../../config/mod.ts";
import { isTimeForm, parseDotPath, TIME_FORMS, type TimeForm } from "../../grammar/mod.ts";
import {
  type Check,
  CHECK_PRESETS,
  CHECK_RULES,
  CHECK_SEVERITIES,
  CHECK_TYPES,
  type CheckPreset,
} from "../../quality/mod.ts";

/** Keys that say what is expected of the records of a stream, and what may be kept of them. */
export function rulesSchema() {
  return {
    checks: z.array(checkSchema(), { error: "a list of checks" }).exactOptional()
      .describe(
        "What is expected of the records, part of the verdict before anything is published. A value that is missing breaks " +
          "`required` alone.",
      ),
  };
}

const PRESETS = Object.keys(CHECK_PRESETS) as CheckPreset[];

function checkSchema() {
  return mapping({
    column: dotPath().describe("The column, or the path of a nested value."),
    severity: choice(CHECK_SEVERITIES).default("reject").describe(
      "What a record that breaks a rule leads to: `reject` puts it into quarantine and `tolerance.records` decides on the run; " +
        "`warn` only counts it; `fail` publishes nothing of the stream once more records than `tolerance.records` allows break it.",
    ),
    required: flag().exactOptional().describe("Whether each record must have a value, not null."),
    type: choice(CHECK_TYPES).exactOptional().describe("What a value must be."),
    min: bound().exactOptional()
      .describe("Smallest value; a text is compared as text, which is right for ISO dates."),
    max: bound().exactOptional().describe("Largest value."),
    pattern: pattern().exactOptional()
      .describe("Regular expression that the whole of a text must match."),
    format: choice(PRESETS).exactOptional().describe("A well-known form of text."),
    one_of: z.array(scalar(), { error: "a list of values" }).min(1, { error: "at least one value" })
      .exactOptional().describe("The values that are allowed."),
    at_least: dotPath().exactOptional()
      .describe("Column of the same record whose value must not be greater, as `end` and `start`."),
    unique: flag().exactOptional().describe(
      "Whether no value may come twice in one read; not with `reject`, for nobody can say which of the two is wrong. A " +
        "hash of each value is kept in memory.",
    ),
    max_age: duration(1).exactOptional().describe(
      "Greatest age of the newest value once the stream has been read; not with `reject`.",
    ),
    time: timeForm().exactOptional()
      .meta({ form: "form of time", fallback: "iso" })
      .describe("How `max_age` reads the column, as `incremental.format`."),
  }).transform((check): Check => ({
    ...check,
    column: parseDotPath(check.column),
    at_least: check.at_least === undefined ? undefined : parseDotPath(check.at_least),
  }));
}

function bound() {
  return z.union([z.number(), z.string()], { error: "a number or a text" })
    .meta({ form: "number or text" });
}

function scalar() {
  return z.union([z.string(), z.number(), z.boolean()], {
    error: "a text, a number, true or false",
  });
}

function timeForm() {
  const wanted = `one of ${TIME_FORMS.join(", ")}, or a pattern such as dd.MM.yyyy`;
  return z.string({ error: wanted }).refine((text): text is TimeForm => isTimeForm(text), {
    error: wanted,
    params: { kind: "form" },
  }).transform((text) => text as TimeForm);
}

function pattern() {
  const wanted = "a regular expression";
  return plain(wanted).refine(isPattern, { error: wanted, params: { kind: "form" } });
}

/** Says whether a text is a regular expression. */
export function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "u") instanceof RegExp;
  } catch {
    return false; // The message says what is expected.
  }
}

/** Reports what no single key of the rules can show. */
export function checkRules(
  stream: Record<string, unknown>,
  path: KeyPath,
  report: ReportProblem,
): void {
  for (const [index, check] of itemsOf(stream, "checks").entries()) {
    const at = [...path, "checks", index];
    const isSilent = (rule: string) => check[rule] === undefined || check[rule] === false;
    if (isMapping(check) && CHECK_RULES.every(isSilent)) {
      report(at, `found no rule, expected one of ${CHECK_RULES.join(", ")}`);
    }
    for (const rule of ["unique", "max_age"]) {
      const isReject = (check["severity"] ?? "reject") === "reject";
      if (isReject && !isSilent(rule)) {
        report([...at, "severity"], `expected warn or fail next to ${rule}`);
      }
    }
  }
}
