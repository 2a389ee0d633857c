import { z } from "zod";
import { TOTAL_KINDS } from "../../../api/mod.ts";
import {
  choice,
  dotPath,
  flag,
  headerName,
  mapping,
  plain,
  report,
  variant,
  whole,
} from "../../../config/mod.ts";

const MOVED = {
  short_page_ends: "expected it at the stream or the source, next to pagination",
};

/** How one page leads to the next. */
export function paginationSchema() {
  return z.discriminatedUnion("type", [
    mapping({
      type: variant("page", "Pages are numbered."),
      page_param: parameter().describe("Parameter that takes the page number."),
      size_param: parameter().exactOptional().describe("Parameter that takes the page size."),
      size: whole(1).exactOptional()
        .describe("Records asked for per page."),
      start: whole(0).default(1).describe("Number of the first page."),
      in: place(),
      parallel: parallel(),
      ...ends(),
    }, { removed: { ...MOVED, param: named("page_param") } }),
    mapping({
      type: variant("offset", "Each request says how many records to skip."),
      offset_param: parameter().describe("Parameter that takes the offset."),
      size_param: parameter().describe("Parameter that takes the page size."),
      size: whole(1).describe("Records asked for per page."),
      start: whole(0).default(0).describe("Offset of the first record."),
      in: place(),
      parallel: parallel(),
      ...ends(),
    }, {
      renamed: { limit: "size", limit_param: "size_param" },
      removed: { ...MOVED, param: named("offset_param") },
    }),
    cursorSchema(),
    mapping({
      type: variant("link", 'The `Link` header (RFC 8288) names the next page with rel="next".'),
      size: limit(),
      ...ends(),
    }),
    mapping({
      type: variant("next_url", "The body holds the address of the next page."),
      path: dotPath().describe("Where the address is in the body."),
      size: limit(),
      ...ends(),
    }),
    mapping({
      type: variant("none", "One request is the whole stream."),
      whole: flag().default(false).describe(
        "Whether the answer is the whole stream even if it names a next page or a larger total.",
      ),
      ...ends(),
    }),
  ], { error: "a mapping with the key type" });
}

function cursorSchema() {
  return mapping({
    type: variant("cursor", "Each answer holds the token of the next page."),
    param: parameter().describe("Parameter that takes the token."),
    path: dotPath().exactOptional()
      .describe(
        "Where the next token is in the body; this or `header`. A request with a body sends it back as it came, be it a " +
          "number or a list (`search_after`, with `hits.hits.-1.sort`).",
      ),
    header: headerName().exactOptional()
      .describe("Header of the answer that holds the next token; this or `path`."),
    start: plain("a token").exactOptional()
      .describe("Token of the first request; without it the first request sends none."),
    change_feed: flag().default(false).describe(
      "Whether this is a change feed: its own token again says that it is caught up, and the next run goes on from " +
        "that token; the stream's mode is append.",
    ),
    size: limit(),
    in: place(),
    ...ends(),
  }, {
    removed: {
      cursor_param: named("param"),
      page_param: named("param"),
      offset_param: named("param"),
    },
  });
}

/** Says what a parameter is called that another type of pagination calls otherwise. */
function named(key: string): string {
  return `expected "${key}" with this type`;
}

function parameter() {
  return plain('the name of a query parameter, or of a body field such as "page.number"');
}

function place() {
  return choice(["query", "header", "body"]).exactOptional().describe(
    "Where the parameters go; by default into the body if the request has one, else into the query.",
  );
}

function limit() {
  return whole(1).exactOptional().meta({
    fallback: "a parameter such as `limit` or `per_page`",
    description:
      "Records per page, as the parameters ask for them: a shorter page that names no next one is the last.",
  });
}

/** A number in the answer: at a dot path of its body, or in a header. */
function numberPlace<Keys extends z.core.$ZodLooseShape>(keys: Keys, more = "") {
  const wanted = "a path in the body, or a mapping with path or header";
  return z.union([
    dotPath(),
    mapping({
      path: dotPath().exactOptional().describe("Where it is in the body; this or `header`."),
      header: headerName().exactOptional()
        .describe("Header of the answer that holds it; this or `path`."),
      ...keys,
    }).superRefine((place, issues) => {
      const { path, header } = place as { readonly path?: unknown; readonly header?: unknown };
      if ((path === undefined) === (header === undefined)) {
        report(issues, "exactly one of path and header", []);
      }
    }),
  ], { error: wanted }).exactOptional()
    .meta({ form: `dot path, or a mapping with path or header${more}` });
}

function parallel() {
  return whole(1).default(1).describe(
    "Pages asked for at once if the total is known; `rate_limit` holds for them together.",
  );
}

/** What any pagination may say about where the stream ends. */
function ends() {
  return {
    total: numberPlace({
      kind: choice(TOTAL_KINDS).default("exact").describe(
        "What it is worth: only exact shows an end; `at_least` shows a loss, `estimate` neither.",
      ),
    }, " and kind").describe(
      "Where an answer declares how many records there are. `kind` is `exact` (the default), `at_least`, which shows " +
        "a loss but no end, or `estimate`, which shows neither.",
    ),
    total_pages: numberPlace({}).describe("Where an answer declares how many pages there are."),
    stop: mapping({
      path: dotPath().describe("Where the value is in the body."),
      equals: z.union([z.string(), z.number(), z.boolean(), z.null()], { error: "one value" })
        .default(true).meta({ form: "text, number, true, false or null" })
        .describe("The value of the last page."),
    }).exactOptional().describe("A value in the body by which a page is the last."),
    has_more: dotPath().exactOptional()
      .describe("Where the body says whether another page follows."),
    total_from: mapping({
      path: plain("a path on the same host, such as /count")
        .regex(/^\/(?!\/)/, { error: "a path on the same host, such as /count" })
        .describe("Path on the same host that answers with the total for the same parameters."),
      field: dotPath().exactOptional()
        .describe("Where the total is in that answer; without it the answer is the number."),
    }).exactOptional().describe("A second endpoint that declares the total."),
    max_pages: whole(1).exactOptional()
      .describe("Pages after which to stop; the stream is then not called complete."),
  };
}
