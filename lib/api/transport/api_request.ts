/** What a server knows a version of its answer by, as it sent it. */
export interface PageValidators {
  /** Value of `ETag`. */
  readonly etag?: string;
  /** Value of `Last-Modified`. */
  readonly lastModified?: string;
}

/** A value of a query parameter, or those of one that is repeated. */
export type ParamValue = string | number | boolean | readonly (string | number | boolean)[];

/** One call to an API. */
export interface ApiRequest {
  /** Path under the client's base URL, or an absolute URL of the same origin. */
  readonly path: string;
  /** The method. @default "GET" */
  readonly method?: string;
  /** Query parameters; they replace those of the same name in `path`. @default {} */
  readonly params?: Readonly<Record<string, ParamValue>> | undefined;
  /** Further headers. @default {} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A body: bytes or text go out as they are, anything else as JSON. */
  readonly body?: unknown;
  /** Whether sending it twice does no harm although the method does not promise that. @default false */
  readonly idempotent?: boolean | undefined;
  /** Only answer if the resource has changed since; a 304 is then a normal answer. */
  readonly ifChanged?: PageValidators | undefined;
  /** Whether an answer may hold what must not be kept: no error quotes it. @default false */
  readonly isPrivate?: boolean | undefined;
  /** Aborts the call, its waits included. */
  readonly signal?: AbortSignal | undefined;
}
