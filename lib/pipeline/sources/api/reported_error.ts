/** Keys of a body that name an error, in the order in which they are looked at. */
const ERRORS = ["error", "errors", "fault"] as const;
/** Keys of a body that say whether the request succeeded. */
const FLAGS = ["ok", "success"] as const;

/**
 * Returns the error that a body without records reports in one of the usual ways.
 *
 * An answer of status 200 with an empty list would else be the end of the stream, whatever it says beside it. Where
 * there are records, the same keys may be no more than a remark.
 */
export function reportedError(body: unknown, records: number): string | undefined {
  if (records > 0 || typeof body !== "object" || body === null || Array.isArray(body)) {
    return undefined;
  }
  const fields = body as Record<string, unknown>;
  for (const key of ERRORS) {
    const value = fields[key];
    if (isReport(value)) return `"${key}": ${JSON.stringify(value).slice(0, 200)}`;
  }
  const flag = FLAGS.find((key) => fields[key] === false);
  return flag === undefined ? undefined : `"${flag}": false`;
}

/** An empty list of errors, `false` or `0` say that there are none. */
function isReport(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return value === true || (typeof value === "string" && value !== "") ||
    (typeof value === "number" && value !== 0);
}
