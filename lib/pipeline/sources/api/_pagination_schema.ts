import { z } from "zod";
import {
  choice,
  dotPath,
  flag,
  headerName,
  mapping,
  plain,
  variant,
  whole,
} from "../../../config/mod.ts";

/** How one page leads to the next. */
export function paginationSchema() {
  return z.discriminatedUnion("type", [
    mapping({
      type: variant("page", "Pages are numbered."),
      page_param: parameter().describe("Parameter that takes the page number."),
      size_param: parameter().exactOptional().describe("Parameter that takes the page size."),
      size: whole(1).exactOptional()
        .describe("Records asked for per page; a shorter page is the last."),
      start: whole(0).default(1).describe("Number of the first page."),
      in: place(),
      parallel: parallel(),
      ...ends(),
    }),
    mapping({
      type: variant("offset", "Each request says how many records to skip."),
      offset_param: parameter().describe("Parameter that takes the offset."),
      size_param: parameter().describe("Parameter that takes the page size."),
      size: whole(1).describe("Records asked for per page; a shorter page is the last."),
      start: whole(0).default(0).describe("Offset of the first record."),
      in: place(),
      parallel: parallel(),
      ...ends(),
    }, { renamed: { limit: "size", limit_param: "size_param" } }),
    mapping({
      type: variant("cursor", "Each answer holds the token of the next page."),
      param: parameter().describe("Parameter that takes the token."),
      path: dotPath().exactOptional()
        .describe("Where the next token stands in the body; this or `header`."),
      header: headerName().exactOptional()
        .describe("Header of the answer that holds the next token; this or `path`."),
      start: plain("a token").exactOptional()
        .describe("Token of the first request; without it the first request sends none."),
      in: place(),
      ...ends(),
    }),
    mapping({
      type: variant("link", 'The `Link` header (RFC 8288) names the next page with rel="next".'),
      ...ends(),
    }),
    mapping({
      type: variant("next_url", "The body holds the address of the next page."),
      path: dotPath().describe("Where the address stands in the body."),
      ...ends(),
    }),
    mapping({ type: variant("none", "One request is the whole stream."), ...ends() }),
  ], { error: "a mapping with the key type" });
}

function parameter() {
  return plain('the name of a query parameter, or of a body field such as "page.number"');
}

function place() {
  return choice(["query", "header", "body"]).exactOptional().describe(
    "Where the parameters go; by default into the body where the request has one, else into the query.",
  );
}

function parallel() {
  return whole(1).default(1).describe(
    "Pages asked for at once where the total is known; `rate_limit` holds for them together.",
  );
}

/** What any pagination may say about where the stream ends. */
function ends() {
  return {
    total: dotPath().exactOptional()
      .describe(
        "Where the body declares how many records there are; completeness is proven by it.",
      ),
    has_more: dotPath().exactOptional()
      .describe("Where the body says whether another page follows."),
    total_from: mapping({
      path: plain("a path on the same host, such as /count")
        .regex(/^\/(?!\/)/, { error: "a path on the same host, such as /count" })
        .describe("Path on the same host that answers with the total for the same parameters."),
      field: dotPath().exactOptional()
        .describe("Where the total stands in that answer; without it the answer is the number."),
    }).exactOptional().describe("A second endpoint that declares the total."),
    short_page_ends: flag().exactOptional().describe(
      "Whether a page shorter than asked for is the last; `false` asks on until a page is empty.",
    ),
    max_pages: whole(1).exactOptional()
      .describe("Pages after which to stop; the stream then counts as not proven complete."),
  };
}
