import { PaginationError } from "../../errors/mod.ts";
import type { ApiResponse } from "../transport/api_response.ts";
import { bomLength } from "../body/bom.ts";
import { parseDotPath, valueAt } from "../../grammar/mod.ts";
import { sliceValue } from "../body/json_slicer.ts";
import type { PageView } from "./paginator.ts";

/** Builds what a paginator sees of a page. */
export function pageView(
  response: ApiResponse,
  page: {
    readonly records: number;
    /** The parsed body. */
    readonly value: unknown;
    /** The text that `value` was parsed from. */
    readonly json: Uint8Array;
  },
): PageView {
  const { records, value, json } = page;
  const { url, headers } = response;
  return { records, url, headers, value, text: (path) => textAt(json, value, path) };
}

function textAt(json: Uint8Array, value: unknown, path: string): string | undefined {
  const keys = parseDotPath(path);
  const found = valueAt(value, keys);
  if (found === undefined || found === null || found === false) return undefined;
  if (typeof found === "string") return found;
  if (typeof found === "number") {
    const range = sliceValue(json, keys, bomLength(json));
    return new TextDecoder().decode(json.subarray(range?.start, range?.end));
  }
  throw new PaginationError(
    "next-invalid",
    `Cannot go on: "${path}" is ${
      Array.isArray(found) ? "an array" : typeof found === "object" ? "an object" : "true"
    }, wanted a string or number`,
    { context: { path } },
  );
}
