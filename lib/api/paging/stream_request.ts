import type { Gathering } from "../body/gather_records.ts";
import type { BodyError } from "../body/reported_error.ts";
import type { BodyFormat } from "../body/body_format.ts";
import type { ApiRequest, ParamValue } from "../transport/api_request.ts";
import type { WindowOptions } from "./window_options.ts";
import type { Pagination } from "./pagination.ts";

/**
 * A stream of records that an API divides into pages.
 *
 * `ifChanged` is for streams of one page: where nothing has changed, no page comes, and the stream ends as
 * `not-modified`. That the first of several pages is unchanged says nothing about the others.
 */
export interface StreamRequest extends Omit<ApiRequest, "signal" | "params"> {
  /** Query parameters of every page. @default {} */
  readonly params?: Readonly<Record<string, ParamValue>> | undefined;
  /** Dot path of the array of records in the body; without it the body is the array. */
  readonly records?: string | undefined;
  /**
   * How the records of a JSON body are found that are no list: the values of an object, those in several lists, or a single
   * object. Such bodies are read in memory. @default {they are the list at `records`}
   */
  readonly gather?: Gathering | undefined;
  /** What the body is made of. @default "json" */
  readonly format?: BodyFormat | undefined;
  /** A content type, without parameters, that the bodies have although it is not one of the format's. @default {none} */
  readonly contentType?: string | undefined;
  /** What the bodies are in, whatever they say. @default {UTF-8, or what the answer says if it is not} */
  readonly charset?: string | undefined;
  /** How the stream is divided. @default {{ type: "none" }} */
  readonly pagination?: Pagination | undefined;
  /** Divides the stream into spans that stay under the API's cap on results; each is paged through as above. */
  readonly window?: WindowOptions | undefined;
  /**
   * Listings that the stream is made of, read one after the other, each as the stream says but for its own keys. A
   * stream that goes on must have the same ones.
   */
  readonly listings?: readonly ListingRequest[] | undefined;
  /** How many of them are asked for their first page at once. @default 1 */
  readonly parallelListings?: number | undefined;
  /** What to do with a page that cannot be read after all retries. @default "fail" */
  readonly onPageError?: "fail" | "skip" | undefined;
  /**
   * Says what error a body of status 200 reports, if any, beside so many records; such a page counts as failed and is
   * retried.
   */
  readonly bodyError?: BodyError | undefined;
  /**
   * Hands over a record that is not valid, or larger than `maxBytes`, without value and with its fault, where all around
   * it is valid. @default {such a body is refused as a whole}
   */
  readonly badRecords?: { readonly maxBytes: number } | undefined;
  /** What a page means that failed with one of these statuses, before `onPageError`. @default {{}} */
  readonly onStatus?: Readonly<Record<string, StatusRule>> | undefined;
}

/** One of several listings that make up a stream, such as that of one parent. */
export interface ListingRequest extends Pick<StreamRequest, "path" | "params" | "pagination"> {
  /** What it is called in the log. */
  readonly name: string;
}

/** What a page may mean that failed with a certain status: the listing ends before it, the stream fails, or it is skipped. */
export const STATUS_RULES = ["end", "fail", "skip"] as const;

/** One of {@linkcode STATUS_RULES}. */
export type StatusRule = (typeof STATUS_RULES)[number];
