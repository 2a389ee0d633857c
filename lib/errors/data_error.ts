import type { CodeOf } from "./error_codes.ts";
import { IngestError, type IngestErrorOptions } from "./ingest_error.ts";

/** A record, row, line, page or file is not what it must be; it goes to quarantine and the rest goes on. */
export class DataError extends IngestError {
  /** Creates the error. */
  constructor(code: CodeOf<"DataError">, message: string, options: IngestErrorOptions = {}) {
    super(code, message, options);
  }
}
