import type { CodeOf } from "./error_codes.ts";
import { IngestError, type IngestErrorOptions } from "./ingest_error.ts";

/** The lake's storage failed; nothing more may be written. */
export class StorageError extends IngestError {
  /** Creates the error. */
  constructor(code: CodeOf<"StorageError">, message: string, options: IngestErrorOptions = {}) {
    super(code, message, options);
  }
}
