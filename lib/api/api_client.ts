import { admitLink } from "./transport/admit_link.ts";
import { AllowedHosts } from "./transport/allowed_hosts.ts";
import { type Authenticator, createAuthenticator } from "./transport/authenticator.ts";
import { Executor } from "./transport/executor.ts";
import { withHiddenPositions } from "./paging/hidden_positions.ts";
import type { Job } from "./transport/job.ts";
import type { Outcome } from "./transport/outcome.ts";
import { createPaginator } from "./paging/paginators.ts";
import { type Body, bodyLimits } from "./body/read_body.ts";
import { pageReader, type ReadPage, recordsPath } from "./paging/read_page.ts";
import { Redactor } from "./transport/redactor.ts";
import { RequestIds } from "./transport/request_ids.ts";
import { type PlannedRequest, RequestPlan } from "./paging/request_plan.ts";
import { eachListing } from "./windows/each_listing.ts";
import { spanRequest } from "./windows/span_request.ts";
import { StreamReader } from "./paging/stream_reader.ts";
import { readCount } from "./paging/read_count.ts";
import { requestToken } from "./paging/request_token.ts";
import { bordersOf } from "./windows/window_borders.ts";
import { WindowReader } from "./windows/window_reader.ts";
import type { ApiClientOptions } from "./transport/api_client_options.ts";
import type { PagesOptions } from "./paging/pages_options.ts";
import type { ApiRequest } from "./transport/api_request.ts";
import type { ApiResponse } from "./transport/api_response.ts";
import { type Clock, SYSTEM_CLOCK } from "./transport/clock.ts";
import { OriginLimits } from "./transport/origin_limits.ts";
import type { Page } from "./paging/page.ts";
import type { PageRecord } from "./body/page_record.ts";
import { completeRateLimitOptions } from "./transport/rate_limiter.ts";
import { type CompleteRetryOptions, completeRetryOptions } from "./transport/retry_options.ts";
import { limitOf, mayBeCut } from "./windows/limit.ts";
import { MemorySeenPages } from "./paging/seen_pages.ts";
import type { StreamEnd } from "./paging/stream_end.ts";
import type { BodyFormat } from "./body/body_format.ts";
import type { ListingRequest, StreamRequest } from "./paging/stream_request.ts";

const ACCEPT = {
  jsonl: "application/x-ndjson, application/jsonl, */*;q=0.5",
  csv: "text/csv, */*;q=0.5",
} as const satisfies Record<Exclude<BodyFormat, "json">, string>;

/**
 * A client for one API: it signs, limits, repeats and pages through requests, and loses nothing on the way.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * await using client = new ApiClient({ baseUrl: "https://api.example" });
 * const pages = client.pages({
 *   path: "/items",
 *   records: "data",
 *   pagination: { type: "cursor", param: "cursor", path: "meta.next" },
 * });
 * assertEquals(typeof pages.next, "function");
 * ```
 */
export class ApiClient implements AsyncDisposable {
  readonly #base: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #auth: Authenticator;
  readonly #retry: CompleteRetryOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #executor: Executor;
  readonly #allowed: AllowedHosts;
  readonly #closed = new AbortController();
  readonly #signal: AbortSignal;

  /**
   * Creates a client; nothing is sent yet.
   *
   * @throws {TypeError} If `baseUrl` is not an http or https URL.
   * @throws {RangeError} If a number is out of its range.
   */
  constructor(options: ApiClientOptions) {
    const base = URL.parse(String(options.baseUrl));
    if (base === null || !/^https?:$/.test(base.protocol)) {
      throw new TypeError("Cannot create client: baseUrl is not an http or https URL");
    }
    this.#base = base;
    this.#headers = options.headers ?? {};
    this.#retry = completeRetryOptions(options.retry);
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#random = options.random ?? Math.random;
    this.#signal = AbortSignal.any(
      [this.#closed.signal, ...(options.signal === undefined ? [] : [options.signal])],
    );
    this.#allowed = new AllowedHosts(base, options.allowHosts ?? []);
    const auth = options.auth ?? { type: "none" };
    const secretParams = auth.type === "api_key" && auth.in === "query" ? [auth.name] : [];
    const parts = {
      fetch: options.fetch ?? globalThis.fetch,
      clock: this.#clock,
      random: this.#random,
      retry: this.#retry,
      rateLimit: completeRateLimitOptions(options.rateLimit),
      origins: options.origins ?? new OriginLimits({ clock: this.#clock }),
      purpose: "",
      timeout: options.timeout ?? 30_000,
      limits: bodyLimits(options),
      maxRedirects: options.maxRedirects ?? 5,
      allowed: this.#allowed,
      redactor: new Redactor(secretParams),
      ids: new RequestIds(options.runId ?? crypto.randomUUID()),
      onWait: options.onWait ?? (() => {}),
    };
    this.#executor = new Executor(parts);
    // Tokens are asked for while a request holds its place in the limiter: sharing it could wait for itself.
    const tokens = new Executor({ ...parts, maxRedirects: 0, purpose: "token " });
    this.#auth = createAuthenticator(auth, {
      now: () => this.#clock.now(),
      requestToken: (url, init) => requestToken(tokens, { url, ...init, signal: this.#signal }),
    });
  }

  /**
   * Sends one request, with everything that belongs to it: credentials, limits, retries.
   *
   * @returns The answer, of status 2xx (206 only after `Range` or with the number of all records in `Content-Range`, 304 after `ifChanged`).
   * @throws {HttpError} If it fails for good.
   * @throws {SuspendedError} If the server asks for a longer wait than `retry.maxWait`.
   */
  async request(request: ApiRequest): Promise<ApiResponse> {
    const outcome = await this.#executor.run(
      this.#job(request, this.#plan(request).at({}), (response) => response),
    );
    if (!outcome.ok) throw outcome.error;
    return outcome.response;
  }

  /**
   * Reads a stream page by page.
   *
   * @param stream What to read.
   * @returns A generator of pages; its return value says how the stream ended, and whether it is proven complete.
   * @throws {HttpError} If a page fails for good and `onPageError` is "fail".
   * @throws {SuspendedError} If the server asks for a longer wait than `retry.maxWait`.
   */
  pages(stream: StreamRequest, options: PagesOptions = {}): AsyncGenerator<Page, StreamEnd> {
    const { window, listings, ...each } = stream;
    const single = (stream.pagination?.type ?? "none") === "none" && window === undefined &&
      listings === undefined;
    if (stream.ifChanged !== undefined && !single) {
      throw new TypeError("Cannot read stream: ifChanged is for streams of one page");
    }
    if (listings !== undefined) {
      const { onStatus = {}, parallelListings: parallel = 1 } = stream;
      const read = (one: ListingRequest, own: PagesOptions) =>
        this.pages({ ...each, window, ...one }, own);
      return eachListing({ ...options, listings, parallel, onStatus, read });
    }
    if (window === undefined) return this.#reader(stream, options).pages(options.state);
    const seen = options.seen ?? new MemorySeenPages();
    const maxPages = stream.pagination?.max_pages ?? Infinity;
    const reader = new WindowReader({
      borders: bordersOf(window, this.#clock.now()),
      maxResults: window.max_results,
      maxPages,
      repeats: stream.pagination?.repeats ?? false,
      mayBeCut: (records) => mayBeCut(records, stream),
      seen,
      readSpan: (span) =>
        this.#reader(
          spanRequest(stream, window, { ...span, maxPages: maxPages - span.pages }),
          { ...options, seen: span.seen },
        ).pages(span.state),
    });
    return reader.pages(options.state);
  }

  /**
   * Reads a stream record by record.
   *
   * @returns A generator of records; its return value says how the stream ended. A skipped page shows only there.
   * @throws As {@linkcode ApiClient.pages} does.
   */
  async *records(
    stream: StreamRequest,
    options: PagesOptions = {},
  ): AsyncGenerator<PageRecord, StreamEnd> {
    const pages = this.pages(stream, options);
    let done = false;
    try {
      for (;;) {
        const page = await pages.next();
        if (page.done) {
          done = true;
          return page.value;
        }
        yield* page.value.records;
      }
    } finally {
      if (!done) await pages[Symbol.asyncDispose]();
    }
  }

  /** Aborts what is under way; the client sends nothing any more. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new DOMException("The API client was closed", "AbortError"));
    return Promise.resolve();
  }

  #reader(stream: StreamRequest, options: PagesOptions): StreamReader {
    const pagination = stream.pagination ?? { type: "none" };
    const format = stream.format ?? "json";
    const hadRecords = (options.state?.records ?? 0) > 0;
    const read = pageReader(stream, pagination, { format, hadRecords });
    const { total_from: count } = pagination;
    const headers = { ...(format === "json" ? {} : { accept: ACCEPT[format] }), ...stream.headers };
    const plan = this.#plan({ ...stream, headers });
    return new StreamReader({
      pagination,
      paginator: withHiddenPositions(createPaginator(pagination, {
        hasBody: stream.body !== undefined,
        admit: (url) => this.#admit(url),
        own: this.#admit(plan.at({}).url),
      })),
      onPageError: stream.onPageError ?? "fail",
      onStatus: stream.onStatus ?? {},
      seen: options.seen ?? new MemorySeenPages(),
      prefetch: options.prefetch ?? true,
      nextSeen: options.nextSeen ?? false,
      path: recordsPath(stream),
      limit: limitOf(stream),
      retry: this.#retry,
      clock: this.#clock,
      random: this.#random,
      signal: options.signal === undefined
        ? this.#signal
        : AbortSignal.any([this.#signal, options.signal]),
      fetchPage: (address, signal, isProbe = false): Promise<Outcome<ReadPage>> =>
        this.#executor.run({
          ...this.#job(stream, plan.at(address), read),
          signal,
          isProbe,
          // Only a list is cut out of a file.
          spools: stream.gather === undefined,
          compressed: format === "json",
          charset: stream.charset,
        }),
      fetchTotal: count === undefined
        ? undefined
        : (signal) => this.#fetchTotal(stream, { ...count, signal }),
    });
  }

  #admit(url: URL): string {
    const { secretParams } = this.#auth;
    return admitLink(url, { base: this.#base, secretParams, allowed: this.#allowed });
  }

  #plan(request: ApiRequest): RequestPlan {
    return new RequestPlan(request, {
      base: this.#base,
      headers: this.#headers,
      admit: (url) => this.#admit(url),
    });
  }

  #job<T>(
    request: ApiRequest,
    planned: PlannedRequest,
    read: (response: ApiResponse, body: Body) => T,
  ): Job<T> {
    return {
      ...planned,
      method: (request.method ?? "GET").toUpperCase(),
      idempotent: request.idempotent ?? false,
      isPrivate: request.isPrivate,
      conditional: request.ifChanged !== undefined,
      signal: request.signal === undefined
        ? this.#signal
        : AbortSignal.any([this.#signal, request.signal]),
      auth: this.#auth,
      spools: false,
      read,
    };
  }

  async #fetchTotal(
    stream: StreamRequest,
    count: {
      readonly path: string;
      readonly field?: string | undefined;
      readonly signal: AbortSignal;
    },
  ): Promise<number> {
    const { params, headers } = stream;
    const { path, signal, field } = count;
    const read = (response: ApiResponse) =>
      readCount(response, { field, bodyError: stream.bodyError });
    const request = { path, params, headers, signal };
    const job = this.#job(request, this.#plan(request).at({}), read);
    const outcome = await this.#executor.run(job);
    if (!outcome.ok) throw outcome.error;
    return outcome.value;
  }
}
