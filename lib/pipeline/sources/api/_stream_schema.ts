import { STREAM_MODES } from "../../../audit/mod.ts";
import { z } from "zod";
import {
  choice,
  dotPath,
  expand,
  flag,
  headerName,
  identifier,
  isMapping,
  mapping,
  maxShrink,
  plain,
  recordTolerance,
  type SchemaContext,
  size,
} from "../../../config/mod.ts";
import { BODY_FORMATS, STATUS_RULES } from "../../../api/mod.ts";
import { rulesSchema } from "../_rules_schema.ts";
import { authSchema } from "./_auth_schema.ts";
import { forEachSchema } from "./_for_each_schema.ts";
import { incrementalSchema } from "./_incremental_schema.ts";
import { paginationSchema } from "./_pagination_schema.ts";
import { windowSchema } from "./_window_schema.ts";

/** One stream of records of an API. */
export function streamSchema(context: SchemaContext) {
  return mapping({
    name: identifier().describe("Name of the stream, unique within its source."),
    path: plain('a path that starts with "/"')
      .regex(/^\/(?!\/)/, { error: 'a path that starts with "/"' })
      .describe("Path below the source's address."),
    method: choice(["GET", "POST"]).default("GET").describe("Request method."),
    params: z.record(z.string(), parameterValue(context), { error: "a mapping" }).prefault({})
      .describe(
        "Query parameters, one with a list once for each of its values; what a `${NAME}` in them holds stays out of the logs, from 8 characters on or if its name says that it is a credential.",
      ),
    body: jsonBody(context).exactOptional().describe(
      "JSON body of a POST request, or a form's with the header content-type: application/x-www-form-urlencoded.",
    ),
    idempotent: flag().exactOptional()
      .meta({ fallback: "true for GET", description: "Whether a request may be sent again." }),
    headers: headersSchema(context),
    auth: authSchema(context).exactOptional().meta({
      fallback: "as at the source",
      description:
        "How requests of this stream prove who sends them, in place of what the source says.",
    }),
    ...bodyKeys(),
    pagination: paginationSchema().prefault({ type: "none" })
      .describe("How one page leads to the next."),
    ...identitySchema(),
    conditional: conditional(),
    ...partKeys(),
    incremental: incrementalSchema().exactOptional()
      .describe("Reads only what is new since the last run."),
    mode: choice(STREAM_MODES).exactOptional().meta({
      fallback: "incremental with `incremental`, append with `change_feed`, else snapshot",
      description:
        "What a run does with what earlier runs published: `snapshot` replaces it, `append` adds each answer that differs " +
        "from the one before, `incremental` adds what is new.",
    }),
    ...failureKeys(),
    tolerance: recordTolerance().exactOptional()
      .meta({ fallback: "as at the source" }).describe("How much of this stream may be rejected."),
    max_shrink: maxShrink().exactOptional().meta({ fallback: "as at the source" }),
    ...rulesSchema(context),
  }).transform((stream) => ({
    ...stream,
    idempotent: stream.idempotent ?? stream.method === "GET",
    mode: stream.mode ?? modeOf(stream.incremental !== undefined, isFeed(stream.pagination)),
  }));
}

/** What a page that fails means. */
function failureKeys() {
  return {
    on_page_error: choice(["fail", "skip"]).default("fail")
      .describe("What to do with a page that failed for good; after a skip the run is partial."),
    on_status: statusRules(),
    error: errorRule().exactOptional().meta({
      fallback:
        "`errors`, `error`, `errcode`, `error_code`, `fault`; `ok` or `success` false; `timed_out`, `incomplete_results`, " +
        "`_shards.failed`; on an empty page, `status` or `code` of a failure, a `status` or `state` such as `running`, an error one level deeper, or a `code` that no page with records had",
      description: "How an answer of status 200 reports an error; such a page counts as failed.",
    }),
  };
}

/** What a stream is divided into. */
function partKeys() {
  return {
    for_each: forEachSchema().exactOptional().describe(
      "Reads a listing for each record of another stream, or for each of some values; the records get them as `_for_each`.",
    ),
    window: windowSchema().exactOptional()
      .describe("Divides the stream into spans that stay under the API's cap on results."),
  };
}

function conditional() {
  return flag().default(true).describe(
    "Whether a snapshot of one page is asked for only if it changed (`ETag`, `Last-Modified`); one with rejects is asked for " +
      "again each time.",
  );
}

const CHARSET = "a charset such as utf-8, latin1 or utf-16le";

function isCharset(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== "";
  } catch (error) {
    if (error instanceof RangeError) return false; // the runtime's way to say no
    throw error;
  }
}

/** What a body is, and where it holds the records. */
function bodyKeys() {
  return {
    records: dotPath().exactOptional().describe(
      "Where the array of records is in the body; without it the body is the array. A key `*` leads to each value of an object " +
        "or list (`data.*`, `groups.*.items`); of an object, records without a field `_key` get the key as that.",
    ),
    single: flag().exactOptional().meta({
      fallback: "false",
      description: "Whether the body, or what `records` leads to, is one record and no list.",
    }),
    format: choice(BODY_FORMATS).default("json")
      .describe("What a body is: a JSON document, JSON lines, or CSV with a header line."),
    content_type: plain("a content type such as text/html").exactOptional()
      .describe("A content type that the bodies have although it is not one of the format's."),
    charset: plain(CHARSET).refine(isCharset, { error: CHARSET }).exactOptional().meta({
      fallback: "UTF-8, or what the answer says",
      description:
        "What the bodies are in, such as latin1, which is read as windows-1252, as browsers do; records are written in UTF-8.",
    }),
    max_record_size: size().prefault("32MB")
      .describe("Largest record; a larger one is rejected, and only its beginning is kept."),
  };
}

/** What tells records and pages apart. */
function identitySchema() {
  return {
    short_page_ends: flag().exactOptional().meta({
      fallback: "as at the source",
      description:
        "Whether a page shorter than asked for is the last, once a full one was seen; without it one more request " +
        "confirms that, in page and offset reads without a total.",
    }),
    repeats: flag().default(false).describe(
      "Whether equal pages and equal records are legitimate; otherwise an equal page stops the read, and in page and " +
        "offset reads an equal record has the listing read again.",
    ),
    primary_key: z.array(dotPath(), { error: "a list of paths" }).prefault([])
      .refine((paths) => new Set(paths).size === paths.length, { error: "each path once" })
      .describe(
        "Fields that together identify a record. In one read, the same bytes under the same key are a duplicate and " +
          "left out; other bytes are a later version and kept, in an incremental read those of another run, too. An " +
          "incremental read without a key has nothing but the bytes to know a record by: equal ones are one.",
      ),
  };
}

function modeOf(isIncremental: boolean, isChangeFeed: boolean) {
  return isIncremental
    ? "incremental" as const
    : isChangeFeed
    ? "append" as const
    : "snapshot" as const;
}

/** Whether a pagination is a change feed's. */
function isFeed(
  pagination: { readonly type: string; readonly change_feed?: boolean | undefined },
): boolean {
  return pagination.type === "cursor" && pagination.change_feed === true;
}

/** What the runtime itself sends; it would leave out what is set here. */
const OWN_HEADERS = new Set([
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers of a source or a stream. */
export function headersSchema(context: SchemaContext) {
  const wanted = "a header value on one line, of the letters that a header can carry (Latin-1)";
  const value = z.string({ error: wanted }).transform((text, issues) =>
    expand(text, { issues, context }, { guarded: true }) ?? z.NEVER
  ).refine((text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text), {
    error: wanted,
    params: { kind: "form" },
  });
  const name = headerName().refine((text) => !OWN_HEADERS.has(text.toLowerCase()), {
    error: `a header that is not the connection's own, as ${[...OWN_HEADERS].join(", ")} are`,
    params: { kind: "form" },
  });
  return z.record(name, value, { error: "a mapping" }).prefault({})
    .describe(
      "Headers sent with every request; what a `${NAME}` holds stays out of the logs, as in `params`.",
    );
}

/** What to do with a page that fails with one of these statuses. */
function statusRules() {
  const wanted = "a status from 400 to 599";
  return z.record(
    z.string().regex(/^[45]\d\d$/, { error: wanted }),
    choice(STATUS_RULES),
    { error: `a mapping of ${wanted}` },
  ).prefault({}).meta({
    form: "mapping of status to word",
    description:
      "What an error status means, before `on_page_error`: the `end` of the listing, `fail`, or `skip` the page.",
  });
}

function errorRule() {
  const value = z.union([z.string(), z.number(), z.boolean(), z.null()], {
    error: "a text, a number, true, false or null",
  });
  return mapping({
    path: dotPath().describe("Where the body reports it."),
    equals: value.exactOptional().meta({
      form: "text, number, true, false or null",
      fallback: "anything but null, false, 0 and what is empty",
      description: "The value that means an error.",
    }),
  });
}

function parameterValue(context: SchemaContext) {
  const one = z.union([z.string(), z.number(), z.boolean()]);
  const wanted = { error: "a text, a number, true or false, or a list of them" };
  return z.union([one, z.array(one)], wanted).transform((value, issues) => {
    const expanded = (one: string | number | boolean) =>
      typeof one === "string"
        ? expand(one, { issues, context }, { guarded: true }) ?? z.NEVER
        : one;
    return Array.isArray(value) ? value.map(expanded) : expanded(value);
  }).meta({ form: "text, number, true, false, or a list of them" });
}

function jsonBody(context: SchemaContext) {
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
