import { HttpError } from "../errors/mod.ts";
import type { ApiResponse } from "./api_response.ts";
import { parseDotPath, valueAt } from "../grammar/mod.ts";

/**
 * Reads the number that a separate count request answers: at a dot path of a JSON body, or as the whole text.
 *
 * @throws {HttpError} If there is no whole number.
 */
export function readCount(response: ApiResponse, field: string | undefined): number {
  const found = field === undefined ? response.text().trim() : fieldOf(response, field);
  const text = typeof found === "number" || typeof found === "string" ? String(found) : "";
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new HttpError(
    "http-body-invalid",
    `Cannot read the total from "${response.redactedUrl}": no whole number there`,
    { status: response.status },
  );
}

function fieldOf(response: ApiResponse, field: string): unknown {
  try {
    return valueAt(response.json(), parseDotPath(field));
  } catch {
    return undefined; // reported as the number that is not there
  }
}
