import type { CodeOf } from "./error_codes.ts";
import { IngestError, type IngestErrorOptions } from "./ingest_error.ts";

/** The command line is wrong; the message says what would be right. */
export class UsageError extends IngestError {
  /** Creates the error. */
  constructor(code: CodeOf<"UsageError">, message: string, options: IngestErrorOptions = {}) {
    super(code, message, options);
  }
}
