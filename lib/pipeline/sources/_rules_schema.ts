import { z } from "zod";
import { CONTRACT_MODES, type ContractMode } from "../contract.ts";
import type { StreamPlan } from "../source_type.ts";
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
  type SchemaContext,
  secret,
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
export function rulesSchema(context: SchemaContext) {
  return {
    checks: checksSchema().exactOptional()
      .describe(
        "What is expected of the records as they were sent, part of the verdict before anything is published. A value that is " +
          "missing breaks `required` alone.",
      ),
    contract: choice(CONTRACT_MODES).exactOptional().meta({
      fallback: "evolve",
      description:
        "What becomes of a column that is new, gone, of another type, or missing in some records for the first " +
        "time: `evolve` reports it, `freeze` publishes nothing of the stream. Of columns that are new or of another type, " +
        "`reject` rejects the records that have them, and `rescue` leaves them out of the records and keeps these as they " +
        "were sent, each a text in `_rescued`.",
    }),
    privacy: privacyKey(
      context,
      "What is not kept of the records; it never reaches staging, quarantine or logs.",
    ),
  };
}

/** The key `privacy`. */
export function privacyKey(context: SchemaContext, description: string) {
  const fallback = "everything is kept";
  return privacySchema(context).exactOptional().meta({ fallback, description });
}

/** Returns what of `privacy` decides whether a file is accepted; another salt does not. */
export function privacyColumns(privacy: PrivacyKeys | undefined): unknown {
  return privacy && { ...privacy, hash: privacy.hash?.columns };
}

/** Returns the columns that `privacy` names, each with its place in it. */
export function privateColumnsIn(
  privacy: unknown,
): { readonly at: KeyPath; readonly column: string }[] {
  if (!isMapping(privacy)) return [];
  const hash = isMapping(privacy["hash"]) ? privacy["hash"]["columns"] : undefined;
  const lists = [["drop", privacy["drop"]], ["mask", privacy["mask"]], ["hash", hash]] as const;
  return lists.flatMap(([name, list]) =>
    textsIn(list).map((column) => ({ at: ["privacy", name], column }))
  );
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === "string") : [];
}

function privacySchema(context: SchemaContext) {
  return mapping({
    drop: columns().exactOptional().describe("Columns that are left out."),
    hash: mapping({
      columns: columns().describe("Columns of which only a hash is kept; equal values stay equal."),
      salt: secret(context).describe(
        "Key of the hash (HMAC-SHA-256); another one gives other hashes.",
      ),
    }).exactOptional().describe("Columns that are hashed."),
    mask: columns().exactOptional().describe("Columns whose values become `***`."),
  });
}

function columns() {
  const path = dotPath().refine((text) => !/(^|\.)-?\d+(\.|$)/.test(text), {
    error: "a path without the index of a list, for it leads to all items",
    params: { kind: "form" },
  });
  return z.array(path, { error: "a list of columns" }).min(1, { error: "at least one column" });
}

/** Returns the rules of a stream as its plan has them. */
export function rulesOf(
  { checks, privacy, contract }: {
    readonly contract?: ContractMode | undefined;
    readonly checks?: readonly Check[] | undefined;
    readonly privacy?: PrivacyKeys | undefined;
  },
): Pick<StreamPlan, "checks" | "privacy" | "contract"> {
  if (privacy === undefined) return { checks, contract };
  const { drop, hash, mask } = privacy;
  return {
    checks,
    contract,
    privacy: {
      drop: drop?.map(parseDotPath),
      mask: mask?.map(parseDotPath),
      hash: hash && { columns: hash.columns.map(parseDotPath), salt: hash.salt.reveal() },
    },
  };
}

/** The keys of `privacy`. */
export type PrivacyKeys = z.output<ReturnType<typeof privacySchema>>;

/** A list of checks. */
export function checksSchema() {
  return z.array(checkSchema(), { error: "a list of checks" });
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

/** As {@linkcode checkRules}, for the rows of files, each of which is as old as it is. */
export function checkFileRules(
  source: Record<string, unknown>,
  path: KeyPath,
  report: ReportProblem,
): void {
  checkRules(source, path, report);
  for (const [index, check] of itemsOf(source, "checks").entries()) {
    if (check["max_age"] === undefined) continue;
    report([...path, "checks", index, "max_age"], "expected none for the rows of files");
  }
}

/** Says whether a path is that of a column, or leads into it. */
function covers(column: string, other: string): boolean {
  return other === column || other.startsWith(`${column}.`);
}

/** What tells records apart must stay, and stay different. */
function checkPrivacy(
  stream: Record<string, unknown>,
  path: KeyPath,
  report: ReportProblem,
): void {
  const { privacy, primary_key: key, incremental } = stream;
  if (!isMapping(privacy)) return;
  const keys = [...textsIn(key), ...textsIn(stream["key"])];
  const cursor = isMapping(incremental)
    ? textsIn([incremental["field"], incremental["column"]])
    : [];
  const hash = isMapping(privacy["hash"]) ? privacy["hash"]["columns"] : undefined;
  const kinds = [
    { name: "drop", columns: privacy["drop"], kept: [...keys, ...cursor] },
    { name: "mask", columns: privacy["mask"], kept: [...keys, ...cursor] },
    { name: "hash", columns: hash, kept: cursor },
  ];
  for (const [index, { name, columns, kept }] of kinds.entries()) {
    const others = kinds.slice(0, index).flatMap((kind) => textsIn(kind.columns));
    const twice = textsIn(columns).find((column) => others.includes(column));
    if (twice !== undefined) {
      report(
        [...path, "privacy", name],
        `found ${JSON.stringify(twice)} in another list as well, expected it in one`,
      );
    }
    const found = textsIn(columns).find((column) => kept.some((other) => covers(column, other)));
    if (found === undefined) continue;
    report(
      [...path, "privacy", name],
      `found ${JSON.stringify(found)}, which says which record is which, expected another column`,
    );
  }
}

/** Reports what no single key of the rules can show. */
export function checkRules(
  stream: Record<string, unknown>,
  path: KeyPath,
  report: ReportProblem,
): void {
  checkPrivacy(stream, path, report);
  for (const [index, check] of itemsOf(stream, "checks").entries()) {
    const at = [...path, "checks", index];
    const isSilent = (rule: string) => check[rule] === undefined || check[rule] === false;
    if (isMapping(check) && CHECK_RULES.every(isSilent)) {
      report(at, `found no rule, expected one of ${CHECK_RULES.join(", ")}`);
    }
    const { min, max } = check;
    if (typeof min === typeof max && (min as number) > (max as number)) {
      report([...at, "min"], `found ${JSON.stringify(min)}, expected no more than max`);
    }
    const lost = { unique: ["drop", "mask"], max_age: ["drop", "mask", "hash"] };
    for (const [rule, kinds] of Object.entries(lost)) {
      const hidden = privateColumnsIn(stream["privacy"]).find(({ at: [, kind], column }) =>
        kinds.includes(String(kind)) && covers(column, String(check["column"]))
      );
      if (hidden !== undefined && !isSilent(rule)) {
        report([...at, rule], `expected none of a column of ${hidden.at.join(".")}`);
      }
      const isReject = (check["severity"] ?? "reject") === "reject";
      if (isReject && !isSilent(rule)) {
        report([...at, "severity"], `expected warn or fail next to ${rule}`);
      }
    }
  }
}
