import type { CodeOf } from "./error_codes.ts";
import { IngestError, type IngestErrorOptions } from "./ingest_error.ts";

/** The command line is wrong; the message says what would be right. */
export class UsageError extends IngestError<"UsageError"> {}

/** The configuration is wrong; nothing has run yet. The message names file, key, value and what was expected. */
export class ConfigError extends IngestError<"ConfigError"> {}

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

/** An API's paging cannot be trusted: it loops, repeats a page or leaves its origin. */
export class PaginationError extends IngestError<"PaginationError"> {}

/** A record, row, line, page or file is not what it must be; it goes to quarantine and the rest goes on. */
export class DataError extends IngestError<"DataError"> {}

/** A database failed. */
export class DatabaseError extends IngestError<"DatabaseError"> {}

/** The lake's storage failed; nothing more may be written. */
export class StorageError extends IngestError<"StorageError"> {}

/** The run stopped before its end and continues when it is started again. */
export class SuspendedError extends IngestError<"SuspendedError"> {}

/** A fault of this program: its cause is what went wrong. */
export class InternalError extends IngestError<"InternalError"> {}
