import type { CodeOf } from "./error_codes.ts";
import { IngestError, type IngestErrorOptions } from "./ingest_error.ts";

/** An API's paging cannot be trusted: it loops, repeats a page or leaves its origin. */
export class PaginationError extends IngestError {
  /** Creates the error. */
  constructor(code: CodeOf<"PaginationError">, message: string, options: IngestErrorOptions = {}) {
    super(code, message, options);
  }
}
