import type { IngestError } from "../../errors/mod.ts";
import type { Against, Sign, StopReason } from "./evidence.ts";
import type { JsonValue } from "./pagination_state.ts";
import type { UnreadSign } from "./unread_sign.ts";

/** How a stream ended, over all the runs that it took. */
export interface StreamEnd {
  /** Why. */
  readonly stopReason: StopReason;
  /** How many records there are by the server's own word, where it gives one. */
  readonly total?: number;
  /** How many records were received. */
  readonly read: number;
  /** Signs that nothing is missing. */
  readonly evidence: readonly Sign[];
  /** Signs that something is. */
  readonly contradictions: readonly Against[];
  /** Whether everything arrived: there is evidence, and nothing against it. */
  readonly proven: boolean;
  /** Pages that were skipped by policy. */
  readonly skippedPages: number;
  /** What a guard stopped the stream for. */
  readonly guard?: IngestError;
  /** Whether the server no longer has it, in a stream of many listings. */
  readonly gone?: boolean;
  /** What the last page says of further records in a place that the configuration does not name. */
  readonly unread?: UnreadSign;
  /** Whether its links count pages or records. */
  readonly numbered?: boolean;
  /** Where a change feed goes on the next time: the position that its last page named. */
  readonly position?: JsonValue;
}
