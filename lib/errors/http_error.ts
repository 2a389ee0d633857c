import type { CodeOf } from "./error_codes.ts";
import { IngestError, type IngestErrorOptions } from "./ingest_error.ts";

/** Options of {@linkcode HttpError}. */
export interface HttpErrorOptions extends IngestErrorOptions {
  /** The HTTP status, where an answer came. */
  readonly status?: number;
}

/** A request failed: no answer, a refused one, or one whose body cannot be used. */
export class HttpError extends IngestError<"HttpError"> {
  /** The HTTP status; `undefined` where no answer came. */
  readonly status: number | undefined;

  /** Creates the error. */
  constructor(code: CodeOf<"HttpError">, message: string, options: HttpErrorOptions = {}) {
    super(code, message, options);
    this.status = options.status;
  }
}
