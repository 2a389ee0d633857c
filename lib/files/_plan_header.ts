import { foldName } from "../grammar/mod.ts";
import type { FindingReport } from "./findings.ts";
import type { Place } from "../errors/mod.ts";

/** How the rows of a file become those of its stream. */
export interface HeaderPlan {
  /** Names as they are written. */
  readonly columns: readonly string[];
  /** Index in the file of each column, -1 for one that stays empty; `undefined` if they are in place. */
  readonly sources: readonly number[] | undefined;
  /** Whether the header is not written as it came. */
  readonly renamed: boolean;
}

/** Gives a column another name; `at` is its index in the file. */
export type RenameColumn = (name: string, at: number) => string;

/** What stands between names more often than within one. */
// deno-lint-ignore no-control-regex -- Hive writes them
const OTHER_DELIMITER = /[,;\t|^~\x01\x1f]/;

/** What {@linkcode planHeader} needs to know. */
export interface PlanHeaderOptions {
  /** Names of the stream; `undefined` if this is its first file. */
  readonly expected: readonly string[] | undefined;
  /** @default names stay as they are */
  readonly rename?: RenameColumn | undefined;
  readonly place: Place;
}

/**
 * Decides how a header becomes that of its stream: by name, never by position. Reports what stands in the way, and what
 * is repaired.
 *
 * @param found Names in the file.
 */
export function planHeader(
  report: FindingReport,
  found: readonly string[],
  { expected, rename, place }: PlanHeaderOptions,
): HeaderPlan {
  if (expected !== undefined && sameNames(found, expected)) {
    return { columns: found, sources: undefined, renamed: false };
  }
  const [only = ""] = found;
  if (expected === undefined && found.length === 1 && OTHER_DELIMITER.test(only)) {
    const message = `header is one column, ${list(found)}, with another delimiter in its name`;
    report.find("file-delimiter", message, place);
  }
  const named = usableNames(report, found, { rename, place });
  if (expected === undefined || sameNames(named, expected)) {
    return { columns: named, sources: undefined, renamed: !sameNames(named, found) };
  }
  const sources = matchNames(named, expected);
  const missing = expected.filter((_, at) => sources[at] === -1);
  const extra = named.filter((_, at) => !sources.includes(at));
  const faults = [
    ...(missing.length > 0 ? [`missing ${list(missing)}`] : []),
    ...(extra.length > 0 ? [`unknown ${list(extra)}`] : []),
  ];
  const tell = (code: Parameters<FindingReport["find"]>[0], fault: string) =>
    report.find(code, `header is ${list(found)}, expected ${list(expected)} (${fault})`, place);
  if (faults.length > 1) tell("file-header", faults.join("; "));
  else if (missing.length > 0) tell("file-columns-missing", faults.join());
  else if (extra.length > 0) tell("file-columns-extra", faults.join());
  const order = sources.filter((at) => at >= 0);
  if (order.some((at, i) => i > 0 && at < (order[i - 1] ?? 0))) {
    tell("file-header-order", "another order");
  }
  if (expected.some((name, at) => sources[at] !== -1 && named[sources[at] ?? 0] !== name)) {
    tell("file-header-case", "other capitals or spaces");
  }
  const inPlace = named.length === expected.length && sources.every((source, at) => source === at);
  return { columns: expected, sources: inPlace ? undefined : sources, renamed: true };
}

/** Makes names that an engine can tell apart, and read on one line. */
function usableNames(
  report: FindingReport,
  found: readonly string[],
  { rename = (name) => name, place }: Omit<PlanHeaderOptions, "expected">,
): string[] {
  const usable = found.map((name, at) =>
    // Spark's own name for a column without one.
    withoutMarks(name).trim() === "" ? `_c${at}` : withoutMarks(name).replace(/\s*[\r\n]+\s*/g, " ")
  );
  const odd = found.filter((name, at) => name !== usable[at]);
  const names = usable.map(rename);
  if (odd.length > 0) {
    report.find("file-header-name", `${list(odd)} cannot be the name of a column`, place);
  }
  const seen = new Set<string>();
  const twice = new Set<string>();
  const unique = names.map((name) => {
    let one = name;
    for (let n = 2; seen.has(foldName(one)); n++) one = `${name}_${n}`;
    if (one !== name) twice.add(name);
    seen.add(foldName(one));
    return one;
  });
  if (twice.size > 0) {
    const message =
      `header is ${list(found)} (${list([...twice])} appears twice; capitals do not ` +
      "tell names apart in Spark)";
    report.find("file-header-duplicate", message, place);
  }
  return unique;
}

/** A byte order mark after the first one, which no reader sees, would be part of the first name. */
function withoutMarks(name: string): string {
  return name.replace(/^\ufeff+/, "");
}

/** Returns the index of each expected name, by its spelling first; -1 if it is not there. */
function matchNames(found: readonly string[], expected: readonly string[]): number[] {
  const folded = found.map(fold);
  return expected.map((name) => {
    const exact = found.indexOf(name);
    if (exact >= 0) return exact;
    const alike = folded.indexOf(fold(name));
    return alike >= 0 && !expected.includes(found[alike] ?? "") ? alike : -1;
  });
}

function fold(name: string): string {
  return name.trim().toLowerCase();
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at]);
}

function list(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(", ");
}
