import type { Failure } from "../transport/outcome.ts";
import type { Page } from "./page.ts";

const NO_RECORDS_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Builds the page that stands for one which could not be read; where it leads is for the caller to say. */
export function skippedPage(
  failure: Failure,
  at: { readonly number: number; readonly token: string; readonly total: number | undefined },
): Omit<Page, "next" | "end"> {
  const { url, requestId, status, bytes, attempts, timing, error, bodySample } = failure;
  return {
    ...at,
    ...{ url, requestId, status, bytes, attempts, timing },
    sha256: NO_RECORDS_SHA256,
    validators: undefined,
    records: [],
    skipped: { error, bodySample },
  };
}
