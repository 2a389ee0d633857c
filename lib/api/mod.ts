/**
 * An HTTP client for ingestion that loses nothing.
 *
 * {@linkcode ApiClient} signs each attempt, keeps to limits before the server complains, decides every wait in one
 * place (never shorter than the server asked), follows redirects itself so that no credential leaves its origin, and
 * reads streams page by page: records are cut out of the body by byte range, so that values arrive as sent, and a
 * stream ends with a stop reason and says whether it is proven complete.
 *
 * @module
 */
export * from "./api_client.ts";
export * from "./api_client_options.ts";
export * from "./api_request.ts";
export * from "./api_response.ts";
export * from "./auth.ts";
export * from "./body_format.ts";
export * from "./clock.ts";
export * from "./evidence.ts";
export * from "./json_slicer.ts";
export * from "./next_step.ts";
export * from "./origin_limits.ts";
export * from "./page.ts";
export * from "./page_record.ts";
export * from "./page_records.ts";
export * from "./pages_options.ts";
export * from "./pagination.ts";
export * from "./pagination_state.ts";
export * from "./paginator.ts";
export * from "./parse_etag.ts";
export * from "./parse_http_date.ts";
export * from "./parse_link.ts";
export * from "./parse_rate_limit.ts";
export * from "./parse_retry_after.ts";
export * from "./parse_wait.ts";
export * from "./parse_x_rate_limit.ts";
export * from "./rate_limiter.ts";
export * from "./redact_url.ts";
export * from "./reported_error.ts";
export * from "./retry_options.ts";
export * from "./seen_pages.ts";
export * from "./stream_end.ts";
export * from "./stream_request.ts";
export * from "./wait_decision.ts";
export * from "./window.ts";
