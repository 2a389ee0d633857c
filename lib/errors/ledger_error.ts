import type { CodeOf } from "./error_codes.ts";
import { IngestError, type IngestErrorOptions } from "./ingest_error.ts";

/** The ledger database failed. */
export class LedgerError extends IngestError {
  /** Creates the error. */
  constructor(code: CodeOf<"LedgerError">, message: string, options: IngestErrorOptions = {}) {
    super(code, message, options);
  }
}
