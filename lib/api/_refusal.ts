import { HttpError } from "../errors/mod.ts";
import type { ApiResponse } from "./api_response.ts";

/** Builds the error for a body that cannot be used. */
export function refusal(
  response: ApiResponse,
  code: "http-body-invalid" | "http-body-error" | "http-records-missing",
  state: string,
  cause?: unknown,
): HttpError {
  return new HttpError(code, `Cannot read "${response.redactedUrl}": ${state}`, {
    status: response.status,
    context: { url: response.redactedUrl, bytes: response.body.byteLength },
    ...(cause === undefined ? {} : { cause }),
  });
}
