import { type CodeOf, DatabaseError } from "../errors/mod.ts";
import type { LoadedTable } from "./load.ts";

/** A stream that did not get into its table. */
export interface FailedLoad {
  /** Its name. */
  readonly stream: string;
  /** Why. */
  readonly error: Error;
}

const NEXT = "See to what is said of each, then run the same command again.";
const OTHERS =
  "The other streams are loaded and stay so; see to what is said of each, then run the same command again.";

/**
 * Throws what kept streams from their tables, if there are such, with the tables that are loaded.
 *
 * @throws {DatabaseError} That names every one of them.
 */
export function throwFailed(failed: readonly FailedLoad[], tables: readonly LoadedTable[]): void {
  const [first] = failed;
  if (first === undefined) return;
  const { error, stream } = first;
  if (!(error instanceof DatabaseError)) throw error;
  const written = {
    tables,
    failed: failed.map(({ stream, error: { message, ...more } }) => ({
      stream,
      code: "code" in more ? more.code : null,
      message,
    })),
  };
  const { transient } = error;
  const code = error.code as CodeOf<"DatabaseError">;
  if (failed.length === 1) {
    const context = { ...error.context, stream, written };
    throw new DatabaseError(code, error.message, { transient, context, cause: error.cause });
  }
  const next = tables.length === 0 ? NEXT : OTHERS;
  throw new DatabaseError(
    code,
    `Cannot load ${failed.length} of ${failed.length + tables.length} streams: ${
      reasonsOf(failed)
    }`,
    { transient, context: { written, next }, cause: error },
  );
}

/** What is said of several streams in the same words is said once. */
function reasonsOf(failed: readonly FailedLoad[]): string {
  const alike = Map.groupBy(failed, ({ stream, error }) => error.message.replaceAll(stream, "*"));
  return [...alike.values()].map((loads) =>
    `${loads.map(({ stream }) => stream).join(", ")}: ${loads[0]?.error.message}`
  ).join("; ");
}
