import { HttpError, type IngestError } from "../../errors/mod.ts";
import type { Answer } from "./_attempt.ts";
import { hideBrought } from "./brought_secrets.ts";
import { sizeOf } from "../body/read_body.ts";
import { serverSentence } from "./_server_sentence.ts";
import type { Redactor } from "./redactor.ts";
import type { CompleteRetryOptions } from "./retry_options.ts";
import { totalOfRange } from "../headers/parse_content_range.ts";
import { toldWait } from "./wait_decision.ts";

/** How many characters of a refused body are quoted in the error's context. */
const QUOTE_LENGTH = 300;

/** How servers say that there is more, but not by this way: "Result window is too large", "Only the first 1000 results". */
const LIMIT =
  /\bwindow\b|\btoo (large|deep|high|big|far|many)\b|exceed\w*\W+(the\W+)?(\w+\W+)?(max|limit)|(limit|maximum) (of|exceeded|reached)|beyond the (limit|maximum)|\bfirst [\d,]+ \w+|\bat most\b/i;

/**
 * Returns the error that an answer's status stands for; `undefined` for 2xx, and for 304 where it was asked for. A 206
 * must have been asked for, or say how many records there are in all.
 */
export function statusError(
  answer: Answer,
  options: {
    readonly redactor: Redactor;
    readonly retry: CompleteRetryOptions;
    readonly conditional: boolean;
    /** Whether a part was asked for; otherwise one is not taken for the whole (RFC 9110, section 15.3.7). */
    readonly ranged: boolean;
    readonly endsAtRedirect: boolean;
    /** Whether nothing of the answer may be quoted. */
    readonly isPrivate: boolean;
    readonly now: number;
  },
): HttpError | undefined {
  const { status, headers, isToLogin = false } = answer;
  if (options.endsAtRedirect && status >= 300 && status < 400) return undefined;
  const isPart = status === 206 && !options.ranged &&
    totalOfRange(headers.get("content-range")) === undefined;
  if (status >= 200 && status < 300 && !isPart) return undefined;
  if (status === 304 && options.conditional) return undefined;
  hideBrought();
  const url = options.redactor.url(answer.url);
  const limited = isRateLimited(status, headers, options.now);
  const refused = (status === 401 || status === 403 || status === 407) && !limited;
  const said = options.redactor.excerpt(answer.body, QUOTE_LENGTH);
  const sentence = options.isPrivate ? undefined : serverSentence(answer.body, options.redactor);
  const withheld = options.isPrivate
    ? `; the ${sizeOf(answer.body)} bytes of the answer are not kept`
    : "";
  return new HttpError(
    refused ? "http-auth" : "http-status",
    `Cannot fetch "${url}": ${isToLogin ? "it leads to the login" : `status ${status}`}${
      limited ? " (rate limit)" : ""
    }${sentence === undefined ? withheld : `, the server says "${sentence}"`}`,
    {
      status,
      transient: limited || options.retry.statuses.includes(status) ||
        isAskedBack(answer, options.now),
      context: {
        url,
        status,
        ...(said === "" || options.isPrivate ? {} : { said }),
        ...(LIMIT.test(said) ? { limit: true } : {}),
      },
    },
  );
}

/** Says whether the server names a time to come back, as some do with 409. */
function isAskedBack({ status, headers }: Answer, now: number): boolean {
  return status >= 400 && headers.has("retry-after") && (toldWait(headers, now)?.wait ?? 0) > 0;
}

/** Says whether the server asks to slow down. Some answer 403 where 429 is meant; then the headers tell. */
export function isRateLimited(status: number, headers: Headers, now: number): boolean {
  if (status === 429) return true;
  return status === 403 && (toldWait(headers, now)?.wait ?? 0) > 0;
}

/** Says whether a failure speaks of a server or line in trouble, rather than of a refused request. */
export function isServerFault(error: IngestError): boolean {
  if (["http-unreachable", "http-reset", "http-timeout"].includes(error.code)) return true;
  return error instanceof HttpError && (error.status ?? 0) >= 500;
}
