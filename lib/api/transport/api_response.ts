import { decodeUtf8 } from "../body/decode_utf8.ts";
import { parseETag } from "../headers/parse_etag.ts";

/** What is known of an answer besides its body. */
export interface ApiResponseInit {
  /** The HTTP status. */
  readonly status: number;
  /** The headers. */
  readonly headers: Headers;
  /** The body, decompressed. */
  readonly body: Uint8Array;
  /** Bytes of the body, where they are not in `body`. */
  readonly size?: number;
  /** The URL that answered in the end, without credentials of ours. */
  readonly url: URL;
  /** The URL that was asked. @default {`url`} */
  readonly asked?: URL;
  /** The same, with secrets hidden. */
  readonly redactedUrl: string;
  /** The `X-Request-Id` of the attempt that succeeded. */
  readonly requestId: string;
  /** How many attempts it took. */
  readonly attempts: number;
  /** Ms from sending the last attempt to the end of its body. */
  readonly latency: number;
}

/** An answer, complete with its body. */
export class ApiResponse {
  /** The HTTP status. */
  readonly status: number;
  /** The headers. */
  readonly headers: Headers;
  /** The body, decompressed; empty where a stream's page was too large for memory. */
  readonly body: Uint8Array;
  /** Bytes of the body, decompressed. */
  readonly size: number;
  /** The URL that answered in the end; it may hold secrets that are not ours, so log {@linkcode ApiResponse.redactedUrl}. */
  readonly url: URL;
  /** The URL that was asked; redirects may have led to another. */
  readonly asked: URL;
  /** The URL with secrets hidden. */
  readonly redactedUrl: string;
  /** The `X-Request-Id` of the attempt that succeeded. */
  readonly requestId: string;
  /** How many attempts it took. */
  readonly attempts: number;
  /** Ms from sending the last attempt to the end of its body. */
  readonly latency: number;

  /** Creates the response. */
  constructor(init: ApiResponseInit) {
    this.status = init.status;
    this.headers = init.headers;
    this.body = init.body;
    this.size = init.size ?? init.body.byteLength;
    this.url = init.url;
    this.asked = init.asked ?? init.url;
    this.redactedUrl = init.redactedUrl;
    this.requestId = init.requestId;
    this.attempts = init.attempts;
    this.latency = init.latency;
  }

  /** Whether the server says that nothing has changed (only after a conditional request). */
  get notModified(): boolean {
    return this.status === 304;
  }

  /** The `ETag`, as sent, where it is a valid one. */
  get etag(): string | undefined {
    const value = this.headers.get("etag");
    return parseETag(value) === undefined ? undefined : value?.trim();
  }

  /** The `Last-Modified` date, as sent. */
  get lastModified(): string | undefined {
    return this.headers.get("last-modified") ?? undefined;
  }

  /**
   * Decodes the body as UTF-8.
   *
   * @throws {TypeError} If it is not UTF-8.
   */
  text(): string {
    return decodeUtf8(this.body);
  }

  /**
   * Parses the body as JSON.
   *
   * @throws {SyntaxError} If it is not JSON.
   */
  json(): unknown {
    return JSON.parse(this.text());
  }
}
