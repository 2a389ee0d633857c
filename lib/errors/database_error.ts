import type { CodeOf } from "./error_codes.ts";
import { IngestError, type IngestErrorOptions } from "./ingest_error.ts";

/** A database failed. */
export class DatabaseError extends IngestError {
  /** Creates the error. */
  constructor(code: CodeOf<"DatabaseError">, message: string, options: IngestErrorOptions = {}) {
    super(code, message, options);
  }
}
