import { type DotPath, formatDotPath, valueAt } from "../grammar/mod.ts";
import { CHECK_PRESETS, isNumber, isOrdered, isPreset, isType, wholeOf } from "./check_values.ts";
import type { Check, CheckRule } from "./checks.ts";
import { keyOf } from "./key_of.ts";
import { isPrivate, type PrivacyRules } from "./privacy.ts";

/** Returns what was expected if a value that is there breaks a rule. */
export function expectedBy(
  check: Check,
  rule: CheckRule,
  record: unknown,
  value: unknown,
): string | undefined {
  const { type, min, max, pattern, format, one_of: words, at_least: other } = check;
  switch (rule) {
    case "type":
      return type === undefined || isType(type, value) ? undefined : `a value of type ${type}`;
    case "min":
      return min === undefined || isOrdered(min, value) ? undefined : `${min} or more`;
    case "max":
      return max === undefined || isOrdered(value, max) ? undefined : `${max} or less`;
    case "pattern":
      return pattern === undefined || typeof value === "string" && wholeOf(pattern).test(value)
        ? undefined
        : `a text that matches ${pattern}`;
    case "format":
      return format === undefined || isPreset(format, value)
        ? undefined
        : CHECK_PRESETS[format].name;
    case "one_of":
      return words?.some((word) => word === value) ? undefined : `one of ${words?.join(", ")}`;
    case "at_least": {
      const found = other && valueAt(record, other);
      // Next to a number, a text that is one means it.
      const least = typeof value === "number" && isNumber(found) ? Number(found) : found;
      if (least === undefined || least === null || isOrdered(least, value)) return undefined;
      return `no less than "${formatDotPath(other ?? [])}"`;
    }
    default:
      return undefined;
  }
}

/** Returns a text as the value that a rule asks for, if it is one. */
export function textMeans(check: Check, rule: CheckRule, text: unknown): unknown {
  const { type, one_of: words } = check;
  const bound = rule === "min" ? check.min : rule === "max" ? check.max : undefined;
  if (rule === "one_of") return words?.find((word) => String(word) === text) ?? text;
  if (rule === "type" && type === "boolean") return text === "true" || text === "false" || text;
  const wantsNumber = typeof bound === "number" || rule === "at_least" ||
    rule === "type" && (type === "integer" || type === "number");
  return wantsNumber && isNumber(text) ? Number(text) : text;
}

/** Returns what a value is known by; `undefined` if there is none. */
export function keyIn({ column }: Check, record: unknown): string | undefined {
  const value = valueAt(record, column);
  if (value === undefined || value === null) return undefined;
  return keyOf(record, [column], () => JSON.stringify(value));
}

/** Returns the paths of values that a check looks at. */
export function pathsOf({ column, at_least: other }: Check): DotPath[] {
  return other === undefined ? [column] : [column, other];
}

/**
 * Says whether a check looks at a value that is not there any more as it was sent.
 *
 * @param value The record.
 * @param kept What privacy leaves of it: a value that it changes is as it was sent.
 */
export function isLost(
  check: Check,
  privacy: PrivacyRules,
  { value, kept }: { readonly value: unknown; readonly kept: unknown },
): boolean {
  return pathsOf(check).some((path) => {
    const found = valueAt(value, path);
    if (!isPrivate(privacy, path) || found === null) return false;
    if (found === undefined) return isPrivate({ drop: privacy.drop }, path);
    return JSON.stringify(found) === JSON.stringify(valueAt(kept, path));
  });
}
