import { HttpError, IngestError } from "../../errors/mod.ts";
import { redactRegistered } from "../../logging/mod.ts";
import type { BodyError } from "../body/reported_error.ts";
import { BrokenBody } from "../body/pieces.ts";
import type { ApiResponse } from "../transport/api_response.ts";
import { hideBrought } from "../transport/brought_secrets.ts";
import { type DotPath, formatDotPath } from "../../grammar/mod.ts";
import { DuplicateKeyError } from "../body/json_slicer.ts";

/** Builds the error for a body that cannot be used. */
export function refusal(
  response: ApiResponse,
  code: "http-body-invalid" | "http-body-error" | "http-records-missing",
  state: string,
  options: { readonly cause?: unknown; readonly transient?: boolean } = {},
): HttpError {
  hideBrought();
  return new HttpError(code, `Cannot read "${response.redactedUrl}": ${redactRegistered(state)}`, {
    status: response.status,
    context: { url: response.redactedUrl, bytes: response.size },
    ...options,
  });
}

/** Turns what a reader of bodies threw into the error for that body. */
export function bodyFault(response: ApiResponse, error: unknown): Error {
  const code = "http-body-invalid";
  const options = { cause: error };
  if (error instanceof IngestError) return error;
  if (error instanceof DuplicateKeyError) {
    return refusal(response, code, error.message, { ...options, transient: false });
  }
  if (error instanceof BrokenBody) return refusal(response, code, error.message, options);
  if (error instanceof SyntaxError) {
    // Without its cause: the parser's message quotes a few letters of the body, be they a secret's.
    const place = /at position (\d+)/.exec(error.message)?.[1];
    const state = "the body is not valid JSON" +
      (place !== undefined
        ? ` from character ${place} on`
        : /end of JSON/.test(error.message)
        ? ": it ends too early"
        : "");
    return refusal(response, code, state);
  }
  return refusal(response, code, "the body is not UTF-8", options);
}

/** A server that fails while it sends lines can only say so in the last one, which then is no record like the first. */
export function refuseLastLine(
  response: ApiResponse,
  { first, last }: { readonly first: unknown; readonly last: unknown },
  bodyError: BodyError | undefined,
): void {
  if (typeof first !== "object" || typeof last !== "object" || first === null || last === null) {
    return;
  }
  if (Object.keys(last).some((key) => key in first)) return;
  const report = bodyError?.(last, 0);
  if (report === undefined) return;
  throw refusal(response, "http-body-error", `its last line reports an error: ${report}`);
}

/** How a sentence begins that is no name of a column. */
const SENTENCE =
  /^[\W_]*(fatal )?(error|exception|failed|failure)\b(:|[^\n,;\t]* [^\n,;\t]+ [^\n,;\t]+$)/i;

/** A server that has no table to send may send a sentence, which looks like the only column of an empty one. */
export function refuseSentence(response: ApiResponse): void {
  const text = new TextDecoder().decode(response.body.subarray(0, 1000)).trim();
  if (!SENTENCE.test(text)) return;
  throw refusal(response, "http-body-error", `its only line is no list of columns: ${text}`);
}

/** Builds the error for a body without an array where the records should be. */
export function recordsMissing(
  response: ApiResponse,
  path: DotPath,
  about: {
    readonly found: unknown;
    readonly body: unknown;
    readonly isSecondLook: boolean;
    readonly wanted?: string;
  },
): HttpError {
  const { found, body, isSecondLook, wanted = "an array of records" } = about;
  const where = path.length === 0 ? "the body" : `"${path.join(".")}"`;
  const state = found === undefined ? "missing" : found === null ? "null" : typeof found;
  const arrays = arraysIn(body);
  const named = arrays.slice(0, 3).map(({ place }) => place).join(", ");
  const hint = Array.isArray(body)
    ? "; the body itself is an array"
    : named && `; there is an array at ${named}`;
  // Where another list has something in it, both times, the path is wrong.
  const isWrong = isSecondLook && arrays.some(({ length }) => length > 0);
  return refusal(
    response,
    "http-records-missing",
    `${where} is ${state}, wanted ${wanted}${hint}`,
    isWrong ? { transient: false } : {},
  );
}

/** Lists the arrays that there are: one of them is often what is meant. */
function arraysIn(body: unknown): { readonly place: string; readonly length: number }[] {
  const found: { place: string; length: number }[] = [];
  function look(value: unknown, path: readonly string[]): void {
    if (Array.isArray(value)) {
      found.push({ place: `"${formatDotPath(path)}"`, length: value.length });
    } else if (typeof value === "object" && value !== null && path.length <= 2) {
      for (const [key, inner] of Object.entries(value)) look(inner, [...path, key]);
    }
  }
  look(body, []);
  return found;
}
