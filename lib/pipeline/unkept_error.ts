import type { StreamKey } from "../audit/mod.ts";
import { type IngestError, StorageError } from "../errors/mod.ts";

/** An intent that cannot be kept now is kept by a later run; the next step is the same whatever the disk says. */
export function unkeptError({ run_id }: StreamKey, error: IngestError): StorageError {
  return new StorageError(
    "storage-io",
    `Cannot finish what run ${run_id} has decided to publish: ${error.message}; ` +
      "put that right and run again, nothing is lost",
    { cause: error, context: error.context, transient: error.transient },
  );
}
