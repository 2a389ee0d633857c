import { logEvent } from "../../logging/mod.ts";
import type { Page } from "./page.ts";

/** Logs one page; only one that was skipped is worth more than `debug`. */
export function logPage(page: Page): void {
  const fields = {
    page: page.number,
    url: page.url,
    request_id: page.requestId,
    status: page.status,
    attempts: page.attempts,
    bytes: page.bytes,
    total: page.total,
  };
  if (page.skipped === undefined) {
    logEvent("page-read", { ...fields, records: page.records.length });
    return;
  }
  const { code, message } = page.skipped.error;
  logEvent("page-skipped", { ...fields, code, reason: message });
}
