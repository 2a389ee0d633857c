import { actionFor, BACKOFF, backoff, type BackoffOptions } from "../errors/mod.ts";
import { logEvent } from "../logging/mod.ts";

/** Options of waits, for tests. */
export interface TableWaits {
  /** Waits, in ms. */
  readonly sleep: (ms: number) => Promise<void>;
  /** A number from 0 to 1. */
  readonly random: () => number;
}

/** Options of {@linkcode askAgain}. */
export interface AskAgainOptions {
  /** Name of the table, for the log. */
  readonly table: string;
  readonly waits: TableWaits;
  /** @default {BACKOFF} */
  readonly retry?: BackoffOptions | undefined;
  /** Called before each attempt; throws if it is time to stop. */
  readonly hear: () => Promise<void>;
  /** Called after each wait, with its ms. */
  readonly onWaited?: (ms: number) => void;
}

/** Asks a database, and asks again after what may pass. */
export async function askAgain<T>(
  question: () => Promise<T>,
  { table, waits, retry = {}, hear, onWaited }: AskAgainOptions,
): Promise<T> {
  const { limit } = { ...BACKOFF, ...retry };
  for (let attempt = 1;; attempt++) {
    await hear();
    try {
      return await question();
    } catch (error) {
      if (actionFor("table", error) !== "retry" || attempt > limit) throw error;
      const { wait, reason } = backoff(attempt - 1, waits.random, retry);
      logEvent("table-read-again", { table, attempt, wait_ms: wait, wait_reason: reason, error });
      await waits.sleep(wait);
      onWaited?.(wait);
    }
  }
}
