import { parseDotPath, valueAt } from "../../grammar/mod.ts";
import { cutText } from "../../logging/mod.ts";

/** Says what error a body reports that has so many records; of one too large for memory the list itself is left out. */
export type BodyError = (body: unknown, records: number, url?: URL) => string | undefined;

/** Where a body reports an error, as the configuration says. */
export interface ErrorRule {
  /** Dot path of the value that reports it. */
  readonly path: string;
  /** The value that means an error; without it every value but `null`, `false`, `0` and what is empty. */
  readonly equals?: string | number | boolean | null | undefined;
}

/** Keys of a body that name an error, in the order in which they are looked at. */
const ERRORS = ["errors", "error", "fault", "errcode", "error_code"] as const;
/** Where a search says that it did not look through all of its data. */
const PARTIAL: readonly (readonly string[])[] = [
  ["timed_out"],
  ["_shards", "failed"],
  ["incomplete_results"],
];
/** How a message next to a code says that the listing is over. */
const NOTHING_LEFT = /\bno (more|further|such page|data|results?|records?)\b|\bend of\b|success/i;
/** How a message next to an empty list says that this is no answer. */
const NO_ANSWER =
  /\b(rate.?limit|quota|throttl|too many requests|(try|retry) (again )?later|temporar|unavailable|maintenance|timed? ?out|unauthori[sz]ed|forbidden|denied|(session|token|login) (has |is )?expired|(log|sign) ?in (again|first|to)|(please|must|not) (log|sign)(ged|ed)? ?in)/i;
/** Keys of a body that say whether the request succeeded. */
const FLAGS = ["ok", "success"] as const;
/** What the key `status` says of an error (JSend, Google's `OVER_QUERY_LIMIT`). */
const BAD_STATUS =
  /^(error|fail|failed|failure|busy|expired)$|_(error|denied|limit|exceeded)$|^(invalid_request|throttled)$/i;

/** What a job or query says of itself whose records are still to come. */
const PENDING = /^(running|pending|processing|queued|in[ _-]?progress)$/i;

/** Whether a value says that an answer is not ready, and no parameter of the request asks for what it says. */
export function isPending(value: unknown, url: URL | undefined): value is string {
  if (typeof value !== "string" || !PENDING.test(value)) return false;
  const asked = [...url?.searchParams.values() ?? []];
  return !asked.some((one) => one.toLowerCase() === value.toLowerCase());
}

/** Returns what finds the error that an answer of status 200 reports: as configured, or in one of the usual ways. */
export function bodyErrorOf(rule: ErrorRule | undefined): BodyError {
  if (rule === undefined) return usualError();
  const keys = parseDotPath(rule.path);
  return (body) => {
    const value = valueAt(body, keys);
    const reported = rule.equals === undefined ? isReport(value) : value === rule.equals;
    return reported ? `"${rule.path}": ${short(value)}` : undefined;
  };
}

/** The usual ways, and a result code or state that an empty page has and no page with records had. */
function usualError(): BodyError {
  let good: unknown;
  let states: readonly unknown[] | undefined;
  let usual: string | undefined;
  return (body, records, url) => {
    const report = reportedError(body, records);
    if (report !== undefined || typeof body !== "object" || body === null) return report;
    const fields = body as Record<string, unknown>;
    const failure = failureOf(fields);
    if (records > 0) usual ??= failure;
    else if (failure !== usual) return failure;
    const code = valueAt(fields, ["code"]);
    const values = [["status"], ["state"], ["status", "state"]].map((place) =>
      valueAt(fields, place)
    );
    if (records > 0) states ??= values;
    const state = records > 0
      ? undefined
      : values.find((value) => isPending(value, url) && states?.includes(value) !== true);
    if (state !== undefined) return `it is not ready, its state is ${short(state)}`;
    if (records > 0) good ??= code;
    if (records > 0 || good === undefined || code === undefined || code === good) return undefined;
    const said = reason(fields);
    return NOTHING_LEFT.test(said) ? undefined : `"code": ${short(code)}${said}`;
  };
}

/**
 * Returns the error that a body reports in one of the usual ways.
 *
 * An empty list next to an error would otherwise be the end of the stream; and records next to one are only a part of
 * the answer, as when a GraphQL server could not resolve a field.
 */
function reportedError(body: unknown, records: number): string | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  const fields = body as Record<string, unknown>;
  // Next to an empty list an error may be among what is said about the answer, as in `meta.error`.
  for (
    const [name, object] of records > 0
      ? [["", body]] as const
      : [["", body], ...Object.entries(body)]
  ) {
    const key = ERRORS.find((key) => isReport(valueAt(object, [key])));
    if (key === undefined) continue;
    return `"${name === "" ? key : `${name}.${key}`}": ${short(valueAt(object, [key]))}`;
  }
  for (const place of PARTIAL) {
    const value = valueAt(fields, place);
    if (value === true || (typeof value === "number" && value > 0)) {
      return `"${place.join(".")}": ${short(value)}`;
    }
  }
  const flag = FLAGS.find((key) => /^false$/i.test(String(valueAt(fields, [key]))));
  if (flag !== undefined) return `"${flag}": false${reason(fields)}`;
  // Next to records, these are more often fields of something else.
  if (records > 0) return undefined;
  const bad = (["status", "code", "statusCode"] as const).find((key) => isBadStatus(fields[key]));
  if (bad !== undefined) return `"${bad}": ${short(fields[bad])}${reason(fields)}`;
  const said = reason(fields);
  return NO_ANSWER.test(said) ? said.slice(2) : undefined;
}

/** Parts of an answer that speak of the answer. */
const OF_ANSWER = /^_?(meta|metadata|header|status|response|responsestatus|response_metadata)$/i;
/** What the names of fields say of an empty answer, in lower case and without anything but letters. */
const FAILED = /^(odata)?errors?$|^(has|is)errors?$|^(errno|errcode|errorcode|exception)$/;
const FLAGGED = /^(failed|throttled|(is|has)(failed|throttled))$/;
const SAID = /^(errmsg|errormsg|errormessage|errordescription|exceptionmessage)$/;
const STATED = /^(stat|status|statuscode|result|response|outcome)$/;
const RETURNED = /^(ret|retcode|returncode|resultcode|errno|errcode|errorcode|code)$/;
const NO_FAILURE = /^\W*(0*|ok|no|none|null|nil|false|n\/?a|no.?errors?)\W*$/i;

/** Returns what says of an empty answer that it failed, in a field of the answer or of what speaks of it. */
function failureOf(body: Record<string, unknown>): string | undefined {
  const parts = Object.entries(body).filter(([name]) => OF_ANSWER.test(name));
  for (const [part, fields] of [["", body] as const, ...parts]) {
    if (typeof fields !== "object" || fields === null || Array.isArray(fields)) continue;
    const named = Object.entries(fields).map(([name, value]) =>
      [name, name.toLowerCase().replaceAll(/[^a-z]/g, ""), value] as const
    );
    const isGood = named.some(([, name, value]) =>
      RETURNED.test(name) && /^(0+|200|ok|success)$/i.test(String(value))
    );
    const found = named.find(([, name, value]) => isFailure(name, value, isGood));
    if (found === undefined) continue;
    return `"${part === "" ? "" : `${part}.`}${found[0]}": ${short(found[2])}${reason(body)}`;
  }
  return undefined;
}

function isFailure(name: string, value: unknown, isGood: boolean): boolean {
  if (typeof value === "string" && (NO_FAILURE.test(value) || NOTHING_LEFT.test(value))) {
    return false;
  }
  if (FLAGGED.test(name)) return value === true || value === "true";
  if (STATED.test(name)) return isBadStatus(value);
  if (RETURNED.test(name) && Number(value) < 0) return true;
  if (SAID.test(name)) return !isGood && typeof value === "string";
  return FAILED.test(name) && isReport(value);
}

/** A word such as "error", or an HTTP status of a failure, perhaps with digits of its own after it (40001). */
function isBadStatus(value: unknown): boolean {
  const isBad = /^[45]\d\d(\d\d(\d)?)?$/.test(String(value));
  return isBad || (typeof value === "string" && BAD_STATUS.test(value));
}

/** The sentence that is often next to a flag. */
function reason({ message, msg, detail }: Record<string, unknown>): string {
  const text = [message, msg, detail].find((value) => typeof value === "string" && value !== "");
  return text === undefined ? "" : `, ${short(text)}`;
}

/** An empty list of errors, `false` or `0` say that there are none; so does an object all of whose values do. */
function isReport(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.values(value).some(isReport);
  return value === true || (typeof value === "string" && !/^0*$/.test(value)) ||
    (typeof value === "number" && value !== 0);
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text === undefined ? "nothing" : cutText(text, 200);
}
