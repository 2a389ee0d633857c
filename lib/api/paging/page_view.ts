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
  const { url, asked, headers } = response;
  return {
    records,
    url,
    asked,
    headers,
    value,
    text: (path, asJson) => textAt(json, { value, path, asJson }),
  };
}

function textAt(
  json: Uint8Array,
  at: { readonly value: unknown; readonly path: string; readonly asJson: boolean | undefined },
): string | undefined {
  const { path, asJson = false } = at;
  const keys = parseDotPath(path);
  const found = valueAt(at.value, keys);
  if (found === undefined || found === null || found === false) return undefined;
  if (typeof found === "string" && !asJson) return found;
  if (typeof found === "number" || (asJson && found !== true)) {
    const range = sliceValue(json, keys, bomLength(json));
    return new TextDecoder().decode(json.subarray(range?.start, range?.end));
  }
  throw new PaginationError(
    "next-invalid",
    `Cannot go on: "${path}" is ${
      Array.isArray(found) ? "an array" : typeof found === "object" ? "an object" : "true"
    }, wanted a string or number${found === true ? "" : "; only a body takes it, with in: body"}`,
    { context: { path } },
  );
}
