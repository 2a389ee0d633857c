import { HttpError } from "../../errors/mod.ts";
import type { Redactor } from "./redactor.ts";

/** Where a fetch failed: while waiting for the headers or in the middle of the body. */
export type FetchPhase = "headers" | "body";

/**
 * Turns what `fetch` or a body reader threw into an {@linkcode HttpError}.
 *
 * Deno reports refused, unknown host, TLS and reset alike as `TypeError: fetch failed`; only the text of the cause
 * tells them apart. This is the one place that reads it. The text holds the whole URL, so it is redacted.
 */
export function fetchFailure(
  error: unknown,
  options: { readonly url: URL; readonly phase: FetchPhase; readonly redactor: Redactor },
): HttpError {
  const { url, phase, redactor } = options;
  const text = redactor.text(textOf(error));
  const { code, what } = classify(error, text, phase);
  const where = redactor.url(url);
  return new HttpError(code, `Cannot fetch "${where}": ${what}`, {
    context: { url: where, phase, detail: text },
    cause: redacted(error, redactor),
  });
}

/** Most causes that are followed, should one lead back to itself. */
const MOST_CAUSES = 20;

/** Copies an error and its causes: what they say may hold the whole URL. */
function redacted(error: unknown, redactor: Redactor, left = MOST_CAUSES): Error {
  const { name, message, cause } = error instanceof Error ? error : new Error(String(error));
  const inner = cause === undefined || left === 0 ? undefined : redacted(cause, redactor, left - 1);
  const copy = new Error(redactor.text(message), inner && { cause: inner });
  copy.name = name;
  // Where the runtime threw it helps nobody.
  copy.stack = `${name}: ${copy.message}`;
  return copy;
}

interface Verdict {
  readonly code:
    | "http-unreachable"
    | "http-tls"
    | "http-denied"
    | "http-reset"
    | "http-body-invalid";
  readonly what: string;
}

function classify(error: unknown, text: string, phase: FetchPhase): Verdict {
  if (error instanceof Deno.errors.NotCapable) {
    return { code: "http-denied", what: "the runtime's permissions do not include this host" };
  }
  if (/ports? \d+ (is|are) blocked|url scheme .* not supported/i.test(text)) {
    return { code: "http-denied", what: "fetch refuses this port or scheme" };
  }
  if (/dns error|failed to lookup/i.test(text)) {
    return { code: "http-unreachable", what: "the host name is unknown" };
  }
  if (/tcp connect error|connection refused|network (is )?unreachable|no route/i.test(text)) {
    return { code: "http-unreachable", what: "no connection" };
  }
  if (/client error \(connect\)|certificate|tls|handshake/i.test(text) && phase === "headers") {
    return { code: "http-tls", what: "the TLS handshake or certificate was not accepted" };
  }
  if (phase === "headers") {
    return { code: "http-reset", what: "the connection broke before an answer came" };
  }
  if (/reading a body/i.test(text)) {
    return { code: "http-reset", what: "the connection broke in the middle of the body" };
  }
  return { code: "http-body-invalid", what: "the body cannot be decompressed" };
}

function textOf(error: unknown): string {
  const parts: string[] = [];
  let at: unknown = error;
  while (at instanceof Error && parts.length < 5) {
    parts.push(at.message);
    at = at.cause;
  }
  if (parts.length === 0) parts.push(String(error));
  return parts.join(": ");
}
