import type { CodeOf } from "./error_codes.ts";
import { IngestError, type IngestErrorOptions } from "./ingest_error.ts";

/** The configuration is wrong; nothing has run yet. The message names file, key, value and what was expected. */
export class ConfigError extends IngestError {
  /** Creates the error. */
  constructor(code: CodeOf<"ConfigError">, message: string, options: IngestErrorOptions = {}) {
    super(code, message, options);
  }
}
