import { HttpError } from "../../errors/mod.ts";
import { refusal } from "./refusal.ts";
import type { ApiResponse } from "../transport/api_response.ts";
import { parseDotPath, valueAt } from "../../grammar/mod.ts";
import type { BodyError } from "../body/reported_error.ts";

/**
 * Reads the number that a separate count request answers: at a dot path of a JSON body, or as the whole text.
 *
 * @throws {HttpError} If the body reports an error, or there is no whole number.
 */
export function readCount(
  response: ApiResponse,
  options: { readonly field: string | undefined; readonly bodyError: BodyError | undefined },
): number {
  const { field, bodyError } = options;
  const body = field === undefined ? undefined : bodyOf(response);
  const found = field === undefined ? response.text().trim() : valueAt(body, parseDotPath(field));
  const text = typeof found === "number" || typeof found === "string" ? String(found) : "";
  const count = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  // Next to a number it may speak of the query: the USGS counts more than it would list.
  if (count > 0) return count;
  const report = bodyError?.(body, 0);
  if (report !== undefined) {
    throw refusal(response, "http-body-error", `the body reports an error: ${report}`);
  }
  if (text === "0") return 0;
  throw new HttpError(
    "http-body-invalid",
    `Cannot read the total from "${response.redactedUrl}": no whole number there`,
    { status: response.status },
  );
}

function bodyOf(response: ApiResponse): unknown {
  try {
    return response.json();
  } catch {
    return undefined; // reported as the number that is not there
  }
}
