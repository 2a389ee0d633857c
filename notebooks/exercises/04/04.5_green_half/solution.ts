/**
 * The question is turned around: not "did something fail?" but "what says that it is complete?". A stream is complete if it
 * adds up, reached what was declared, rejected no more of its own records than allowed, and is not suddenly empty.
 *
 * The share is of the stream's own records. Over all streams together a large one hides a small one that is wholly broken.
 *
 * Gravity is an order of names. The exit codes say who must act, and are not sorted by it: Math.max over 1, 75 and 2 would
 * call a failure a stop.
 *
 * No stream at all is the emptiest green of all: a configuration that selects nothing, a loop over an empty list. It fails.
 *
 * Shares are compared with a little room: 100 * 0.29 is 28.999999999999996 as a double, and 29 is not more than that.
 *
 * @module
 */
/** What is known of one stream after a run. */
export interface StreamCounts {
  readonly name: string;
  readonly read: number;
  readonly written: number;
  readonly rejected: number;
  /** How many the server says there are. @default it says nothing */
  readonly declared?: number;
  /** Rows of its last good run. @default 0 */
  readonly before?: number;
  /** Share of its records that may be rejected; 0.01 is 1 %. */
  readonly tolerance: number;
  /** What ended it. @default nothing */
  readonly error?: string;
  /** Whether a signal or a long wait stopped it. @default false */
  readonly stopped?: boolean;
}

/** From the gravest to the best. */
export type Outcome = "failed" | "suspended" | "partial" | "complete";

/** What came of a run. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly exit: number;
  readonly reasons: readonly string[];
}

const EXITS = { failed: 1, suspended: 75, partial: 2, complete: 0 } as const;
const GRAVEST_FIRST = ["failed", "suspended", "partial", "complete"] as const;

/** Says what came of a run, by what is known of its streams. */
export function verdictOf(streams: readonly StreamCounts[]): Verdict {
  if (streams.length === 0) return { outcome: "failed", exit: 1, reasons: ["nothing was run"] };
  const judged = streams.map((stream) => ({ stream, ...judge(stream) }));
  const outcome = GRAVEST_FIRST.find((one) => judged.some((each) => each.outcome === one)) ??
    "failed";
  const reasons = judged.filter((each) => each.outcome !== "complete")
    .map(({ stream, reason }) => `${stream.name}: ${reason}`);
  return { outcome, exit: EXITS[outcome], reasons };
}

function judge(stream: StreamCounts): { readonly outcome: Outcome; readonly reason: string } {
  const { read, written, rejected, declared, before = 0, tolerance, error, stopped } = stream;
  if (error !== undefined) return { outcome: "failed", reason: error };
  if (read !== written + rejected) {
    return { outcome: "failed", reason: `${read} read, ${written} written, ${rejected} rejected` };
  }
  if (stopped) return { outcome: "suspended", reason: "it was stopped" };
  if (declared !== undefined && declared > read) {
    return { outcome: "partial", reason: `${read} of ${declared} read` };
  }
  if (rejected > read * tolerance + 1e-9 * read) {
    return { outcome: "partial", reason: `${rejected} of ${read} rejected` };
  }
  if (read === 0 && before > 0) return { outcome: "partial", reason: `0 rows, ${before} before` };
  return { outcome: "complete", reason: "" };
}
