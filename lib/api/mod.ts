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
export { ApiClient } from "./api_client.ts";
export type { ApiClientOptions } from "./transport/api_client_options.ts";
export type { SpoolOptions } from "./body/spool_options.ts";
export type { ApiRequest, ParamValue } from "./transport/api_request.ts";
export { ApiResponse, type ApiResponseInit } from "./transport/api_response.ts";
export type {
  Auth,
  ClientCredentials,
  RefreshToken,
  SessionLogin,
  UnsignedRequest,
} from "./transport/auth.ts";
export { EACH, type Gathering } from "./body/gather_records.ts";
export { BODY_FORMATS, type BodyFormat } from "./body/body_format.ts";
export { type Clock, SYSTEM_CLOCK } from "./transport/clock.ts";
export {
  type Against,
  type AgainstCode,
  decide,
  type Decision,
  disputed,
  type Reading,
  type Sign,
  SIGNS,
  STOP_REASONS,
  type StopReason,
} from "./paging/evidence.ts";
export {
  type ByteRange,
  DuplicateKeyError,
  sliceElements,
  sliceValue,
} from "./body/json_slicer.ts";
export { nextStep, type NextStepTerms, withNextStep } from "./transport/next_step.ts";
export {
  type NotBefore,
  OriginLimits,
  type OriginLimitsOptions,
  type WaitStore,
} from "./transport/origin_limits.ts";
export type { Page } from "./paging/page.ts";
export type { PageValidators } from "./transport/api_request.ts";
export type { PageRecord } from "./body/page_record.ts";
export type { PageRecords } from "./body/page_records.ts";
export type { PagesOptions } from "./paging/pages_options.ts";
export {
  type CursorPagination,
  type CustomPagination,
  type LinkPagination,
  type NextUrlPagination,
  type NoPagination,
  type NumberPlace,
  type OffsetPagination,
  type OwnPagination,
  type PagePagination,
  type Pagination,
  type PaginationBasics,
  type PaginationPlace,
  type PlacedIn,
  TOTAL_KINDS,
  type TotalKind,
} from "./paging/pagination.ts";
export type { JsonValue, PaginationState } from "./paging/pagination_state.ts";
export { advisedAgainst, type PagingTerms } from "./paging/paging_step.ts";
export type { PageAddress, PageView, Paginator } from "./paging/paginator.ts";
export { type ETag, parseETag } from "./headers/parse_etag.ts";
export { parseHttpDate } from "./headers/parse_http_date.ts";
export { findLink, type FindLinkOptions, type LinkValue, parseLink } from "./headers/parse_link.ts";
export {
  parseRateLimit,
  parseRateLimitFields,
  parseRateLimitPolicy,
  type RateLimitInfo,
  type RateLimitPolicyInfo,
} from "./headers/parse_rate_limit.ts";
export { parseRetryAfter, type RetryAfterOptions } from "./headers/parse_retry_after.ts";
export { type ParseWaitOptions, WAIT_UNITS, type WaitUnit } from "./headers/parse_wait.ts";
export { type Quotas } from "./headers/rate_limit_infos.ts";
export { parseXRateLimit } from "./headers/parse_x_rate_limit.ts";
export {
  type Lease,
  RateLimiter,
  type RateLimiterRuntime,
  type RateLimitOptions,
  suspension,
} from "./transport/rate_limiter.ts";
export { ReadKeys, type ReadKeysOptions } from "./paging/read_keys.ts";
export { isSecretName, redactUrl } from "./transport/redact_url.ts";
export { type BodyError, bodyErrorOf, type ErrorRule } from "./body/reported_error.ts";
export type { RequestTiming } from "./transport/request_timing.ts";
export {
  type CompleteRetryOptions,
  completeRetryOptions,
  type RetryOptions,
  type RetryQuestion,
  type WaitFrom,
} from "./transport/retry_options.ts";
export { MemorySeenPages, type SeenPages } from "./paging/seen_pages.ts";
export {
  isNumbered,
  type Listing,
  mayBeNumbered,
  type ReadingEnd,
  readUntilSettled,
} from "./paging/settled_reading.ts";
export type { StreamEnd } from "./paging/stream_end.ts";
export {
  type ListingRequest,
  STATUS_RULES,
  type StatusRule,
  type StreamRequest,
} from "./paging/stream_request.ts";
export { isInsideListing } from "./windows/each_listing.ts";
export {
  decideWait,
  type ToldWaitOptions,
  WAIT_SOURCES,
  type WaitDecision,
  type WaitInput,
  type WaitSource,
} from "./transport/wait_decision.ts";
export type { UnreadSign } from "./paging/unread_sign.ts";
export { WINDOW_BOUNDS, type WindowBounds, type WindowOptions } from "./paging/window_options.ts";
export { type DotPath, WINDOW_FORMS, type WindowForm } from "../grammar/mod.ts";
