import { z } from "zod";
import type { Context } from "./_context.ts";
import { expand } from "./_expand.ts";
import { choice, dotPath, duration, flag, identifier, mapping, plain } from "./_fields.ts";
import { paginationSchema } from "./_pagination_schema.ts";
import { isMapping } from "./_tree.ts";
import { windowSchema } from "./_window_schema.ts";

/** Forms in which a watermark comes and in which it is sent. */
const WATERMARK_FORMS = ["iso", "epoch_s", "epoch_ms", "number", "string"] as const;

/** One stream of records of an API. */
export function streamSchema(context: Context) {
  return mapping({
    name: identifier().describe("Name of the stream, unique within its source."),
    path: plain('a path that starts with "/"')
      .regex(/^\/(?!\/)/, { error: 'a path that starts with "/"' })
      .describe("Path below the source's address."),
    method: choice(["GET", "POST"]).default("GET").describe("Request method."),
    params: z.record(z.string(), parameterValue(context), { error: "a mapping" }).prefault({})
      .describe("Query parameters; what a `${NAME}` in them holds stays out of the logs."),
    body: jsonBody(context).exactOptional().describe("JSON body of a POST request."),
    idempotent: flag().exactOptional()
      .meta({ fallback: "true for GET", description: "Whether a request may be sent again." }),
    headers: headersSchema(context),
    records: dotPath().exactOptional()
      .describe("Where the array of records stands in the body; without it the body is the array."),
    format: choice(["json", "jsonl", "csv"]).default("json")
      .describe("What a body is: a JSON document, JSON lines, or CSV with a header line."),
    pagination: paginationSchema().prefault({ type: "none" })
      .describe("How one page leads to the next."),
    primary_key: z.array(dotPath(), { error: "a list of paths" }).prefault([])
      .describe("Fields that together identify a record; a second one like it is a duplicate."),
    window: windowSchema().exactOptional()
      .describe("Divides the stream into spans that stay under the API's cap on results."),
    incremental: incrementalSchema().exactOptional()
      .describe("Reads only what is new since the last run."),
    mode: choice(["incremental", "append", "snapshot"]).exactOptional().meta({
      fallback: "incremental with `incremental`, else snapshot",
      description: "What a run does with what earlier runs published.",
    }),
    conditional: flag().default(true).describe(
      "Whether a snapshot of one page is asked for only if it changed (`ETag`, `Last-Modified`).",
    ),
    on_page_error: choice(["fail", "skip"]).default("fail")
      .describe("What to do with a page that failed for good; after a skip the run is partial."),
  }).transform((stream) => ({
    ...stream,
    idempotent: stream.idempotent ?? stream.method === "GET",
    mode: stream.mode ?? (stream.incremental ? "incremental" as const : "snapshot" as const),
  }));
}

/** Headers of a source or a stream. */
export function headersSchema(context: Context) {
  const wanted = "a header value on one line";
  const name = z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/, { error: "a header name" });
  const value = z.string({ error: wanted }).transform((text, issues) =>
    expand(text, { issues, context }, { guarded: true }) ?? z.NEVER
  ).refine((text) => !/[\r\n\0]/.test(text), { error: wanted, params: { kind: "form" } });
  return z.record(name, value, { error: "a mapping" }).prefault({})
    .describe("Headers sent with every request; what a `${NAME}` holds stays out of the logs.");
}

function parameterValue(context: Context) {
  return z.union([z.string(), z.number(), z.boolean()], {
    error: "a text, a number, true or false",
  }).transform((value, issues) =>
    typeof value === "string"
      ? expand(value, { issues, context }, { guarded: true }) ?? z.NEVER
      : value
  );
}

function jsonBody(context: Context) {
  return z.record(z.string(), z.unknown(), { error: "a mapping" }).transform((body, issues) => {
    function walk(value: unknown, path: PropertyKey[]): unknown {
      if (typeof value === "string") {
        return expand(value, { issues, context }, { guarded: true, path });
      }
      if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
      return isMapping(value) ? walkMapping(value, path) : value;
    }
    function walkMapping(value: Record<string, unknown>, path: PropertyKey[]) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]),
      );
    }
    return walkMapping(body, []);
  });
}

function incrementalSchema() {
  return mapping({
    field: dotPath().describe("Field of a record that only grows: when it changed, or its number."),
    param: plain("the name of a parameter").describe(
      'Parameter that takes the watermark less the lag and one step (1 ms, 1 s or 1), so that it may mean "after" or ' +
        '"from"; text has no step, so there it must mean "from".',
    ),
    from: choice(WATERMARK_FORMS).default("iso").describe("Form of the field in the records."),
    to: choice(WATERMARK_FORMS).exactOptional()
      .meta({ fallback: "as `from`", description: "Form in which the parameter takes it." }),
    lag: duration(0).prefault("0s")
      .describe("How far before the watermark to read again, for records that arrive late."),
  }).transform((watermark) => ({ ...watermark, to: watermark.to ?? watermark.from }));
}
