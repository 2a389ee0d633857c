import { getLogger } from "@logtape/logtape";
import type { Outcome } from "./_outcome.ts";
import type { Page } from "./page.ts";
import type { WaitDecision } from "./wait_decision.ts";

const log = getLogger(["headwaters", "api"]);

/** Logs one attempt: one event each, whatever came of it. What went well is `debug`: a night may have 20,000 of them. */
export function logAttempt(
  method: string,
  outcome: Outcome<unknown>,
  at: {
    readonly number: number;
    readonly latency: number;
    readonly wait?: WaitDecision | undefined;
  },
): void {
  if (outcome.ok && !log.isEnabledFor("debug")) return;
  const fields = { method, attempt: at.number, latency_ms: Math.round(at.latency) };
  if (outcome.ok) {
    const { response } = outcome;
    log.debug("Request answered", {
      ...fields,
      url: response.redactedUrl,
      request_id: response.requestId,
      status: response.status,
      bytes: response.size,
    });
    return;
  }
  log.warn("Request failed", {
    ...fields,
    url: outcome.url,
    request_id: outcome.requestId,
    status: outcome.status === 0 ? undefined : outcome.status,
    bytes: outcome.bytes,
    code: outcome.error.code,
    error: outcome.error.message,
    retried: at.wait !== undefined,
    wait_ms: at.wait?.wait,
    wait_source: at.wait?.source,
    wait_reason: at.wait?.reason,
  });
}

/** Logs that a span of a windowed stream held too much. */
export function logHalved(span: { readonly from: number; readonly to: number }): void {
  log.info("Window halved: its answer reaches the cap of results", {
    window_from: span.from,
    window_to: span.to,
  });
}

/** Logs that an API does not answer for the instant that two spans share. */
export function logUntold(
  at: { readonly border: number; readonly status: number | undefined },
): void {
  log.warn(
    "Records on the border of two windows may come twice, so nothing is proven: the API refuses to name them; " +
      "whole seconds or numbers can be read with form: number",
    {
      window_border: at.border,
      status: at.status,
    },
  );
}

/** Logs one page; only one that was skipped is worth more than `debug`. */
export function logPage(page: Page): void {
  if (page.skipped === undefined && !log.isEnabledFor("debug")) return;
  const fields = {
    page: page.number,
    url: page.url,
    request_id: page.requestId,
    status: page.status,
    attempts: page.attempts,
    bytes: page.bytes,
    records: page.records.length,
    total: page.total,
  };
  if (page.skipped === undefined) {
    log.debug("Page read", fields);
    return;
  }
  const { code, message } = page.skipped.error;
  log.error("Page skipped", { ...fields, code, error: message });
}
