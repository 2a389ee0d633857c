import { logEvent } from "../../logging/mod.ts";
import type { Outcome } from "./outcome.ts";
import type { WaitDecision } from "./wait_decision.ts";

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
  const fields = { method, attempt: at.number, latency_ms: Math.round(at.latency) };
  if (outcome.ok) {
    const { response } = outcome;
    logEvent("request-answered", {
      ...fields,
      url: response.redactedUrl,
      request_id: response.requestId,
      status: response.status,
      bytes: response.size,
    });
    return;
  }
  const failed = {
    ...fields,
    url: outcome.url,
    request_id: outcome.requestId,
    status: outcome.status === 0 ? undefined : outcome.status,
    bytes: outcome.bytes,
    code: outcome.error.code,
    reason: outcome.error.message,
    retried: at.wait !== undefined,
    wait_ms: at.wait?.wait,
    wait_source: at.wait?.source,
    wait_reason: at.wait?.reason,
  };
  // That somebody asked the run to stop is no failure of the request.
  if (failed.code === "suspended-signal") logEvent("request-stopped", failed);
  else logEvent("request-failed", failed);
}
