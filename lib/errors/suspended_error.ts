import type { CodeOf } from "./error_codes.ts";
import { IngestError, type IngestErrorOptions } from "./ingest_error.ts";

/** The run stopped before its end and continues when it is started again. */
export class SuspendedError extends IngestError {
  /** Creates the error. */
  constructor(code: CodeOf<"SuspendedError">, message: string, options: IngestErrorOptions = {}) {
    super(code, message, options);
  }
}
