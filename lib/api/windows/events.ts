import { logEvent } from "../../logging/mod.ts";

/** Logs that a span of a windowed stream held too much. */
export function logHalved(span: { readonly from: number; readonly to: number }): void {
  logEvent("window-halved", {
    window_from: span.from,
    window_to: span.to,
  });
}

/** Logs that an API does not answer for the instant that two spans share. */
export function logUntold(
  at: { readonly border: number; readonly status: number | undefined },
): void {
  logEvent("window-boundary-unreadable", { window_boundary: at.border, status: at.status });
}

/** Logs that the server no longer has what a listing belongs to. */
export function logGone(
  at: { readonly listing: string; readonly status: number | undefined },
): void {
  logEvent("listing-gone", at);
}
