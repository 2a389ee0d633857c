import type { RememberedRecords } from "../../../audit/mod.ts";
import type { Backfill } from "../../parse_backfill.ts";
import type { Credentials } from "../_credentials.ts";

/** What the memory of a stream starts with. */
export interface ApiMemoryOptions {
  /**
   * The boundary in force: records of earlier runs that this one may see again. `undefined` if the stream is new or its
   * database was rebuilt: what was published is known by its hashes alone then.
   */
  readonly published: ReadonlySet<string> | undefined;
  /** The watermark that this run began with. */
  readonly from: string | null;
  /** The watermark before it was reset: up to it earlier runs may have published records, whatever `from` says. */
  readonly knownTo: string | null;
  /** The watermark that this run began with, or what the run has reached when it goes on after a stop. */
  readonly watermark: string | null;
  /** The run's own clock when it began: no watermark runs ahead of it. */
  readonly now: number;
  /** Older records of earlier runs; `undefined` in a backfill. */
  readonly remembered: RememberedRecords | undefined;
  /** Runs in the transaction that intends to publish. */
  readonly intend: () => void;
  /** What is to be read again, in a backfill. */
  readonly backfill: Backfill | undefined;
  /** What no record may hold. */
  readonly credentials: Credentials;
}
