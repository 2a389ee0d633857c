import { HttpError } from "../../errors/mod.ts";
import type { ApiResponse } from "../transport/api_response.ts";
import type { BodyFormat } from "../body/body_format.ts";

/** Types that say nothing about the body; the parser then decides. */
const VAGUE = /^(text\/plain|application\/octet-stream|binary\/octet-stream|)$/;

const FITTING = {
  json: /^(application|text)\/(.+\+)?(json|javascript|x-json|x-javascript)$|^[a-z]+\/[^/]+\+json$/,
  jsonl:
    /^(application|text)\/(x-)?(ndjson|jsonl|json-lines|jsonlines|json-seq|json|ldjson)$|^[a-z]+\/[^/]+\+(json|ndjson)$/,
  csv: /^(application|text)\/(x-)?(csv|comma-separated-values|vnd\.ms-excel)$/,
} as const satisfies Record<BodyFormat, RegExp>;

/**
 * Refuses a body of another kind before anything tries to parse it: an HTML error page with status 200, say.
 *
 * @param declared A further type that is expected.
 * @throws {HttpError} `http-content-type`.
 */
export function checkContentType(
  response: ApiResponse,
  format: BodyFormat,
  declared?: string,
): void {
  const type =
    (response.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (VAGUE.test(type) || FITTING[format].test(type) || type === declared?.toLowerCase()) return;
  throw new HttpError(
    "http-content-type",
    `Cannot read "${response.redactedUrl}": the content type is "${type}", wanted ${format}`,
    { status: response.status, context: { url: response.redactedUrl, content_type: type } },
  );
}
