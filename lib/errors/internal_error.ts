import type { CodeOf } from "./error_codes.ts";
import { IngestError, type IngestErrorOptions } from "./ingest_error.ts";

/** A fault of this program: its cause is what went wrong. */
export class InternalError extends IngestError {
  /** Creates the error. */
  constructor(code: CodeOf<"InternalError">, message: string, options: IngestErrorOptions = {}) {
    super(code, message, options);
  }
}
