import { hash } from "node:crypto";
import { HttpError, PaginationError } from "../errors/mod.ts";
import type { ApiResponse } from "./api_response.ts";
import { checkContentType } from "./_content_type.ts";
import { type JsonPath, parseJsonPath, valueAt } from "./json_path.ts";
import { DuplicateKeyError, sliceElements, sliceValue } from "./json_slicer.ts";
import type { PageRecord } from "./page_record.ts";
import type { PageView } from "./paginator.ts";
import type { BodyFormat } from "./stream_request.ts";
import { readCsv } from "./_read_csv.ts";
import { readJsonLines } from "./_read_json_lines.ts";
import { refusal } from "./_refusal.ts";
import { withoutLineBreaks } from "./_line_breaks.ts";

/** A body, read. */
export interface ReadPage {
  readonly records: readonly PageRecord[];
  readonly sha256: string;
  readonly view: PageView;
}

/** How to read a body. */
export interface ReadOptions {
  readonly path: JsonPath;
  readonly format: BodyFormat;
  readonly bodyError: ((body: unknown) => string | undefined) | undefined;
}

/**
 * Reads the records out of an answer of status 2xx.
 *
 * @throws {HttpError} If the body is not what was asked for: another content type, invalid, an error report, no records.
 */
export function readPage(response: ApiResponse, options: ReadOptions): ReadPage {
  const { body } = response;
  if (response.status === 204) return finish(response, { records: [], part: body });
  checkContentType(response, options.format);
  const from = hasBom(body) ? 3 : 0;
  if (options.format === "jsonl") {
    return finish(response, { records: readJsonLines(response, from), part: body });
  }
  if (options.format === "csv") {
    return finish(response, { records: readCsv(response, from), part: body });
  }
  const { value, broken } = parseBody(response);
  const report = options.bodyError?.(value);
  if (report !== undefined) {
    throw refusal(response, "http-body-error", `the body reports an error: ${report}`);
  }
  const { path } = options;
  return finish(response, { value, ...cutRecords(response, { value, broken, from, path }) });
}

interface ParsedBody {
  readonly value: unknown;
  /** Whether there are raw line breaks in it. */
  readonly broken: boolean;
}

function parseBody(response: ApiResponse): ParsedBody {
  try {
    const text = response.text();
    return { value: JSON.parse(text), broken: text.includes("\n") || text.includes("\r") };
  } catch (error) {
    const state = error instanceof SyntaxError ? "is not valid JSON" : "is not UTF-8";
    throw refusal(response, "http-body-invalid", `the body ${state}`, error);
  }
}

function cutRecords(
  response: ApiResponse,
  page: ParsedBody & { readonly from: number; readonly path: JsonPath },
): { records: PageRecord[]; part: Uint8Array } {
  const { body } = response;
  const { broken } = page;
  const values = valueAt(page.value, page.path);
  if (!Array.isArray(values)) {
    const where = page.path.length === 0 ? "the body" : `"${page.path.join(".")}"`;
    const found = values === undefined ? "missing" : values === null ? "null" : typeof values;
    throw refusal(
      response,
      "http-records-missing",
      `${where} is ${found}, wanted an array of records`,
    );
  }
  const bounds = boundsOf(response, page);
  const records = values.map((value: unknown, index) => {
    const byteOffset = bounds[2 * index] ?? 0;
    const bytes = body.subarray(byteOffset, bounds[2 * index + 1]);
    return { bytes: broken ? withoutLineBreaks(bytes) : bytes, value, byteOffset };
  });
  return { records, part: body.subarray(bounds[0] ?? 0, bounds.at(-1) ?? 0) };
}

function boundsOf(
  response: ApiResponse,
  page: { readonly from: number; readonly path: JsonPath },
): number[] {
  try {
    return sliceElements(response.body, page.path, page.from) ?? [];
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    throw new HttpError(
      "http-body-invalid",
      `Cannot read "${response.redactedUrl}": ${error.message}`,
      {
        status: response.status,
        transient: false,
        cause: error,
      },
    );
  }
}

function hasBom(body: Uint8Array): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
}

function finish(
  response: ApiResponse,
  page: {
    readonly value?: unknown;
    readonly records: readonly PageRecord[];
    /** The part of the body that the records stand in. */
    readonly part: Uint8Array;
  },
): ReadPage {
  const { url, headers, body } = response;
  const { value, records } = page;
  const view: PageView = {
    records: records.length,
    url,
    headers,
    value,
    text: (path) => textAt(body, value, path),
  };
  return { records, view, sha256: hash("sha256", records.length === 0 ? "" : page.part, "hex") };
}

function textAt(body: Uint8Array, value: unknown, path: string): string | undefined {
  const keys = parseJsonPath(path);
  const found = valueAt(value, keys);
  if (found === undefined || found === null) return undefined;
  if (typeof found === "string") return found;
  if (typeof found === "number") {
    const range = sliceValue(body, keys, hasBom(body) ? 3 : 0);
    return new TextDecoder().decode(body.subarray(range?.start, range?.end));
  }
  throw new PaginationError(
    "next-invalid",
    `Cannot go on: "${path}" is ${
      Array.isArray(found) ? "an array" : `a ${typeof found}`
    }, wanted a string or number`,
    { context: { path } },
  );
}
