import {
  type DotPath,
  formatDotPath,
  parseTimeValue,
  type TimeForm,
  valueAt,
} from "../grammar/mod.ts";
import { expectedBy, isLost, keyIn, pathsOf, textMeans } from "./_check_rules.ts";
import type { RecordFault } from "./check_record.ts";
import { type CheckPreset, type CheckType, kindOf } from "./check_values.ts";
import { isPrivate, type PrivacyRules } from "./privacy.ts";

/** What a violation does: it rejects the record, is only counted, or fails the stream before anything is published. */
export const CHECK_SEVERITIES = ["reject", "warn", "fail"] as const;

/** One of {@linkcode CHECK_SEVERITIES}. */
export type CheckSeverity = (typeof CHECK_SEVERITIES)[number];

/** Rules of a check, in the order in which they are tried. */
export const CHECK_RULES = [
  "required",
  "type",
  "min",
  "max",
  "pattern",
  "format",
  "one_of",
  "at_least",
  "unique",
  "max_age",
] as const;

/** One of {@linkcode CHECK_RULES}. */
export type CheckRule = (typeof CHECK_RULES)[number];

/** What is expected of one column; a rule that is left out is not tried. A value that is missing breaks `required` alone. */
export interface Check {
  /** The column, or the way to a nested value. */
  readonly column: DotPath;
  /** What a violation does. */
  readonly severity: CheckSeverity;
  /** Whether each record must have a value, and not null. */
  readonly required?: boolean | undefined;
  /** What a value must be. */
  readonly type?: CheckType | undefined;
  /** Smallest value. */
  readonly min?: number | string | undefined;
  /** Largest value. */
  readonly max?: number | string | undefined;
  /** What the whole of a text must match. */
  readonly pattern?: string | undefined;
  /** A well-known form of text. */
  readonly format?: CheckPreset | undefined;
  /** The values that are allowed. */
  readonly one_of?: readonly (string | number | boolean)[] | undefined;
  /** Column of the same record whose value must not be greater. */
  readonly at_least?: DotPath | undefined;
  /** Whether no value may come twice in one read. */
  readonly unique?: boolean | undefined;
  /** Greatest age of the newest value when the read ends, in ms. */
  readonly max_age?: number | undefined;
  /** How `max_age` reads a value. @default "iso" */
  readonly time?: TimeForm | undefined;
}

/** What one rule of a check has found in a read. */
export type CheckTally = {
  /** The column as it is written. */
  readonly field: string;
  readonly rule: CheckRule;
  readonly severity: CheckSeverity;
  /** How many records broke it; 1 if what `max_age` asks for is not there. */
  violations: number;
  /** The first violation, without the value. */
  example: string | null;
  /** Newest value that `max_age` has seen, ISO 8601 UTC. */
  newest: string | null;
};

/** A rule that a record broke; none of it is counted yet. */
export interface Violation extends RecordFault {
  /** The column. */
  readonly field: string;
  /** Where it is counted. */
  readonly tally: CheckTally;
}

/** What {@linkcode RecordChecks.violations} knows apart from the record as it was sent. */
export interface ViolationOptions {
  /** What privacy leaves of the record. @default {all of it} */
  readonly kept?: unknown;
  /** What it was rejected as, if this is what quarantine has of it. @default {it was sent} */
  readonly reject?: { readonly field?: string | undefined } | undefined;
}

interface Rule {
  readonly check: Check;
  readonly tally: CheckTally;
  /** Whether it looks at what may not be kept. */
  readonly isPrivate: boolean;
}

/**
 * Tries the checks of one stream on its records, and counts what they find. A message never holds the value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const checks = new RecordChecks([{ column: ["price"], severity: "reject", min: 0 }]);
 * assertEquals(checks.violations({ price: 3 }), []);
 * const [found] = checks.violations({ price: -3 });
 * assertEquals(found?.message, '"price" breaks min: expected 0 or more, found a number');
 * ```
 */
export class RecordChecks {
  /** What was counted, a row for each rule. */
  readonly tallies: readonly CheckTally[];
  readonly #rules: readonly Rule[];
  readonly #seen = new Map<CheckTally, Set<string>>();
  readonly #now: number;
  readonly #isText: boolean;
  readonly #privacy: PrivacyRules;

  /**
   * Starts with nothing counted, or with what a read has counted before it was stopped.
   *
   * @param checks The checks.
   * @param options `before` is what this read has counted before it was stopped, `now` the clock in ms.
   */
  constructor(
    checks: readonly Check[],
    options: {
      readonly before?: readonly CheckTally[];
      readonly now?: number;
      /** Whether all values are text, as in CSV: numbers, `true` and `false` are read where a rule needs them. */
      readonly isText?: boolean;
      /** What may not be kept: no message says what was found there. */
      readonly privacy?: PrivacyRules | undefined;
    } = {},
  ) {
    const { before = [], now = Date.now(), isText = false, privacy = {} } = options;
    this.#isText = isText;
    this.#privacy = privacy;
    const tallies = new Map<string, CheckTally>();
    this.#now = now;
    this.#rules = checks.flatMap((check) =>
      CHECK_RULES.filter((rule) => check[rule] !== undefined && check[rule] !== false).map(
        (rule) => {
          const { severity } = check;
          const field = formatDotPath(check.column);
          const identity = JSON.stringify([field, rule, severity]);
          const known = before.find((one) =>
            one.field === field && one.rule === rule && one.severity === severity
          );
          const fresh = { field, rule, severity, violations: 0, example: null, newest: null };
          const tally = tallies.get(identity) ?? { ...fresh, ...known };
          tallies.set(identity, tally);
          const hidden = pathsOf(check).some((path) => isPrivate(privacy, path));
          return { check, tally, isPrivate: hidden };
        },
      )
    );
    this.tallies = [...tallies.values()];
  }

  /**
   * Returns the rules that a record breaks, those that reject it first; only {@linkcode count} counts them.
   *
   * Of those that reject it, one about a value that is not kept is the very first: the field of a reject says later that
   * the value was bad, or that it was good.
   *
   * @param value The record as it was sent.
   */
  violations(value: unknown, { kept = value, reject }: ViolationOptions = {}): Violation[] {
    const found: (Violation & { readonly rank: number })[] = [];
    for (const one of this.#rules) {
      const { check, tally, isPrivate: hidden } = one;
      const { field, rule, severity } = tally;
      const wasSent = reject === undefined || !hidden || rule === "unique" ||
        !isLost(check, this.#privacy, { value, kept });
      // What came before is known by what is kept of it.
      const state = wasSent
        ? this.#breaks(one, rule === "unique" ? kept : value)
        : severity === "reject" && reject.field === field
        ? "it did before, and its value as it was sent is not kept"
        : undefined;
      if (state === undefined) continue;
      const message = `"${field}" breaks ${rule}: ${state}`;
      const rank = severity !== "reject" ? 2 : hidden ? 0 : 1;
      found.push({ code: "record-check", field, message, tally, rank });
    }
    return found.sort((a, b) => a.rank - b.rank);
  }

  /** Counts violations of a record that was rejected for them, or is written all the same. */
  count(violations: readonly Violation[]): void {
    for (const { tally, message } of violations) {
      tally.violations++;
      tally.example ??= message;
    }
  }

  /** Takes in a record that is written: its values are not unique any more, and may be the newest. */
  keep(value: unknown): void {
    for (const { check, tally } of this.#rules) {
      if (tally.rule === "unique") {
        const key = keyIn(check, value);
        if (key !== undefined) this.#seenBy(tally).add(key);
      } else if (tally.rule === "max_age") this.#takeNewest(check, tally, value);
    }
  }

  /**
   * Says at the end of a read where no value is new enough.
   *
   * @param before Returns the newest value of a column in the reads before that this one goes on from.
   */
  end(before: (field: string) => string | null = () => null): void {
    for (const { check, tally } of this.#rules) {
      if (tally.rule !== "max_age") continue;
      const newest = [tally.newest ?? "", before(tally.field) ?? ""].sort()[1] || null;
      const isStale = newest === null ||
        this.#now - Date.parse(newest) > (check.max_age ?? Infinity);
      tally.violations = Number(isStale);
      tally.example = isStale
        ? `"${tally.field}" breaks max_age: its newest value is ${newest ?? "missing"}`
        : null;
    }
  }

  #breaks({ check, tally, isPrivate: hidden }: Rule, record: unknown): string | undefined {
    const value = valueAt(record, check.column);
    const { rule } = tally;
    if (rule === "max_age") return undefined;
    if (value === undefined || value === null) {
      return rule === "required" ? `found ${value === null ? "null" : "nothing"}` : undefined;
    }
    if (rule === "required") return undefined;
    const meant = this.#isText ? textMeans(check, rule, value) : value;
    const expected = expectedBy(check, rule, record, meant);
    const isRepeated = rule === "unique" &&
      this.#seenBy(tally).has(keyIn(check, record) ?? "");
    if (isRepeated) return "the value came before";
    if (expected === undefined) return undefined;
    return hidden ? `expected ${expected}` : `expected ${expected}, found ${kindOf(value)}`;
  }

  #seenBy(tally: CheckTally): Set<string> {
    const seen = this.#seen.get(tally) ?? new Set();
    this.#seen.set(tally, seen);
    return seen;
  }

  #takeNewest({ column, time = "iso" }: Check, tally: CheckTally, record: unknown): void {
    const at = parseTimeValue(valueAt(record, column), time);
    // A value from the future would be new enough for ever.
    if (typeof at !== "number" || at > this.#now) return;
    const text = new Date(at).toISOString();
    if (tally.newest === null || text > tally.newest) tally.newest = text;
  }
}
