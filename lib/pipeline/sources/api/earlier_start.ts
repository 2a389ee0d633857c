import { HttpError } from "../../../errors/mod.ts";
import { isMoment } from "../../../grammar/mod.ts";
import { logEvent } from "../../../logging/mod.ts";
import type { StreamRecord } from "../../stream_record.ts";
import type { DistinctMemory } from "./distinct_memory.ts";
import type { ApiEnd } from "./read_end.ts";
import type { ApiStream } from "./schema.ts";

const DAY = 86_400_000;
/** Units to which APIs round a time, at their longest. */
const UNITS = [1000, 60_000, 3_600_000, DAY, 31 * DAY, 366 * DAY] as const;
/** In a text there is no distance: its last letter is left out. */
const LETTER = [1] as const;
/** Statuses by which an API refuses a start. */
const REFUSED: ReadonlySet<number> = new Set([400, 403, 404, 416, 422]);

/** A stream that may begin later than it is asked to. */
export interface EarlierStart<Batch> {
  readonly stream: ApiStream;
  /** How much earlier it was asked for when the read was stopped. */
  readonly reach: number;
  /** Reads it, asked for so much earlier; resumed is where a read was stopped. */
  readonly read: (reach: number, resumed: boolean) => AsyncGenerator<Batch, ApiEnd>;
  /** Whether the reading lacks what the API should have begun with. */
  readonly isHidden: () => boolean;
  /** Whether the API has something older than the reading if it is asked for so much earlier. */
  readonly shows: (reach: number) => Promise<boolean>;
  /** What is yielded to have all that was yielded before forgotten. */
  readonly startOver: Batch;
}

/**
 * Reads an incremental stream, again from earlier if what earlier runs left at its boundary does not come and the API
 * shows older records when it is asked from earlier.
 *
 * @returns The end of the last reading, with `start-unclear` against it if the API refuses to begin a day earlier.
 */
export async function* readFromEarlier<Batch>(
  { stream, reach, read, isHidden, shows, startOver }: EarlierStart<Batch>,
): AsyncGenerator<Batch, ApiEnd> {
  let end = yield* read(reach, true);
  let isRefused = false;
  const units = isMoment(stream.incremental?.format ?? "number") ? UNITS : LETTER;
  for (const unit of units.filter((unit) => unit > reach)) {
    if (!isWhole(end) || !isHidden()) return end;
    try {
      if (!await shows(unit)) continue;
    } catch (error) {
      if (!(error instanceof HttpError) || !REFUSED.has(error.status ?? 0)) throw error;
      isRefused ||= unit <= DAY;
      continue;
    }
    logEvent("start-hidden", { param: stream.incremental?.start_param ?? "", earlier_ms: unit });
    yield startOver;
    end = yield* read(unit, false);
  }
  return isRefused && isWhole(end) && isHidden() ? unclear(end) : end;
}

/** Whether all was read that there is, by what the API says. */
function isWhole({ stopReason, contradictions }: ApiEnd): boolean {
  return contradictions.length === 0 && stopReason !== "not-modified";
}

function unclear(end: ApiEnd): ApiEnd {
  const message = "no record came that is as old as the watermark, and the API refuses to begin " +
    "earlier; it may begin later than it is asked to: set incremental.lag to what it rounds to";
  return { ...end, contradictions: [...end.contradictions, { code: "start-unclear", message }] };
}

/** An API that does not know the parameter lists everything: nothing is lost or doubled, but it should be known. */
export function warnOfOlder(
  { incremental }: ApiStream,
  record: StreamRecord,
  memory: DistinctMemory,
): void {
  if (memory.older === 0 || incremental === undefined) return;
  logEvent("older-than-asked", {
    param: incremental.start_param,
    records: memory.older,
    read: record.row.read,
  });
}
