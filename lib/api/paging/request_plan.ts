import { encodeBody, requestUrl } from "../transport/request_parts.ts";
import { withQueryParams } from "../transport/query.ts";
import type { ApiRequest } from "../transport/api_request.ts";
import { parseDotPath, withValueAt } from "../../grammar/mod.ts";
import type { PageAddress } from "./paginator.ts";

/** What goes out, but for ids and credentials. */
export interface PlannedRequest {
  readonly url: URL;
  /** Shared by the requests of a plan: whoever changes them copies them first. */
  readonly headers: Headers;
  readonly body: Uint8Array | undefined;
}

/** What a plan needs to know of its client. */
export interface RequestPlanOptions {
  readonly base: URL;
  /** The client's own headers; the request's replace them, and the page's replace both. */
  readonly headers: Readonly<Record<string, string>>;
  /** Returns a next link as it may be followed. */
  readonly admit: (url: URL) => string;
}

const DEFAULT_HEADERS = { "accept": "application/json, */*;q=0.5", "user-agent": "headwaters" };

/** The requests of one stream: what they share is built once. */
export class RequestPlan {
  readonly #options: RequestPlanOptions;
  readonly #url: URL;
  readonly #headers: Headers;
  readonly #body: unknown;
  readonly #encoded: Uint8Array | undefined;

  /** @throws {TypeError} If the path is a URL of another origin. */
  constructor(request: ApiRequest, options: RequestPlanOptions) {
    this.#options = options;
    this.#url = requestUrl(options.base, request);
    this.#headers = new Headers(DEFAULT_HEADERS);
    setAll(this.#headers, options.headers);
    setAll(this.#headers, request.headers);
    const { ifChanged } = request;
    if (ifChanged?.etag !== undefined) this.#headers.set("if-none-match", ifChanged.etag);
    if (ifChanged?.lastModified !== undefined) {
      this.#headers.set("if-modified-since", ifChanged.lastModified);
    }
    this.#body = request.body;
    this.#encoded = encodeBody(request.body, this.#headers);
  }

  /** Returns the request for a position. */
  at(address: PageAddress): PlannedRequest {
    const { base, admit } = this.#options;
    const url = address.url === undefined
      ? withQueryParams(this.#url, address.query ?? {})
      : new URL(admit(new URL(address.url, base)), base);
    let headers = this.#headers;
    if (address.headers !== undefined || address.body !== undefined) {
      headers = new Headers(headers);
      setAll(headers, address.headers);
    }
    const body = address.body === undefined
      ? this.#encoded
      : encodeBody(withValues(this.#body, address.body), headers);
    return { url, headers, body };
  }
}

function setAll(headers: Headers, values: Readonly<Record<string, string>> | undefined): void {
  for (const [name, value] of Object.entries(values ?? {})) headers.set(name, value);
}

function withValues(body: unknown, values: Readonly<Record<string, unknown>>): unknown {
  let whole = body;
  for (const [path, value] of Object.entries(values)) {
    whole = withValueAt(whole, parseDotPath(path), value);
  }
  return whole;
}
