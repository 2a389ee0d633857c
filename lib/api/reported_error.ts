import { parseDotPath, valueAt } from "../grammar/mod.ts";
import type { BodyError } from "./stream_request.ts";

/** Where a body reports an error, as the configuration says. */
export interface ErrorRule {
  /** Dot path of the value that reports it. */
  readonly path: string;
  /** The value that means an error; without it every value but `null`, `false`, `0` and what is empty. */
  readonly equals?: string | number | boolean | null | undefined;
}

/** Keys of a body that name an error, in the order in which they are looked at. */
const ERRORS = ["errors", "error", "fault"] as const;
/** Keys of a body that say whether the request succeeded. */
const FLAGS = ["ok", "success"] as const;
/** What the key `status` says of an error (JSend). */
const BAD_STATUS = /^(error|fail|failed|failure)$/i;

/** Returns what finds the error that an answer of status 200 reports: as configured, or in one of the usual ways. */
export function bodyErrorOf(rule: ErrorRule | undefined): BodyError {
  if (rule === undefined) return reportedError;
  const keys = parseDotPath(rule.path);
  return (body) => {
    const value = valueAt(body, keys);
    const reported = rule.equals === undefined ? isReport(value) : value === rule.equals;
    return reported ? `"${rule.path}": ${short(value)}` : undefined;
  };
}

/**
 * Returns the error that a body reports in one of the usual ways.
 *
 * An empty list next to an error would otherwise be the end of the stream; and records next to one are only a part of
 * the answer, as when a GraphQL server could not resolve a field.
 */
export function reportedError(body: unknown, records: number): string | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  const fields = body as Record<string, unknown>;
  for (const key of ERRORS) {
    const value = valueAt(fields, [key]);
    if (isReport(value)) return `"${key}": ${short(value)}`;
  }
  const flag = FLAGS.find((key) => valueAt(fields, [key]) === false);
  if (flag !== undefined) return `"${flag}": false${reason(fields)}`;
  // Next to records, these are more often fields of something else.
  if (records > 0) return undefined;
  const bad = (["status", "code", "statusCode"] as const).find((key) => isBadStatus(fields[key]));
  return bad === undefined ? undefined : `"${bad}": ${short(fields[bad])}${reason(fields)}`;
}

/** A word such as "error", or an HTTP status of a failure. */
function isBadStatus(value: unknown): boolean {
  if (typeof value === "string") return BAD_STATUS.test(value) || /^[45]\d\d$/.test(value);
  return typeof value === "number" && value >= 400 && value < 600;
}

/** The sentence that often stands next to a flag. */
function reason({ message, detail }: Record<string, unknown>): string {
  const text = [message, detail].find((value) => typeof value === "string" && value !== "");
  return text === undefined ? "" : `, ${short(text)}`;
}

/** An empty list of errors, `false` or `0` say that there are none; so does an object all of whose values do. */
function isReport(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.values(value).some(isReport);
  return value === true || (typeof value === "string" && value !== "") ||
    (typeof value === "number" && value !== 0);
}

function short(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? "nothing";
}
