import { getStreamState, openWaits, unfinishedRuns } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { streamId, type StreamPlan } from "./source_type.ts";

/** What a stream cost when it was read to its end last. */
export type LastRead = {
  readonly run_id: string;
  /** Records read. */
  readonly read: number;
  /** Requests made, retries included. */
  readonly requests: number;
  /** Files taken in. */
  readonly files: number;
};

/** How far a stream is, as the next run would find it. */
export interface Standing {
  /** `SOURCE.STREAM` */
  readonly stream: string;
  /** Watermark that it goes on from. */
  readonly watermark: string | null;
  /** Newest complete read of an ordinary run. */
  readonly last: LastRead | null;
}

/** Returns how far streams are. */
export function standingsOf(db: Database, plans: readonly StreamPlan[]): Standing[] {
  return plans.map((plan) => ({
    stream: streamId(plan),
    watermark: getStreamState(db, plan).watermark,
    last: db.get<LastRead>(
      `SELECT s.run_id, read, requests, files_published AS files
       FROM streams AS s INDEXED BY streams_by_name JOIN runs AS r USING (run_id)
       WHERE source = ? AND stream = ? AND complete = 1 AND phase = 'ended' AND r.backfill IS NULL
       ORDER BY s.run_id DESC LIMIT 1`,
      [plan.source, plan.stream],
    ) ?? null,
  }));
}

/** Says which run a start would go on with, and which servers want no request yet. */
export function openEnds(db: Database, pipeline: string, now: number): string[] {
  const open = unfinishedRuns(db).find((run) => run.pipeline === pipeline && run.backfill === null);
  return [
    ...(open === undefined ? [] : [
      `run ${open.run_id} is not ended (${open.status}): if the configuration is as it was then, the next run goes on with it`,
    ]),
    ...openWaits(db, now).map(({ origin, not_before: time, reason }) =>
      `${origin}: the server asked for no request before ${time} (${reason})`
    ),
  ];
}

/** What the next run asks of a stream. */
export interface StreamStart {
  /** `SOURCE.STREAM` */
  readonly stream: string;
  /** In words. */
  readonly asks_for: string;
  /** What its newest complete read took; `null` if there is none. */
  readonly last: LastRead | null;
}

/** Returns what the next run asks of each stream. */
export function startsOf(
  plans: readonly StreamPlan[],
  standings: readonly Standing[],
): StreamStart[] {
  return plans.map((plan) => {
    const stream = streamId(plan);
    const { watermark = null, last = null } = standings.find((one) => one.stream === stream) ?? {};
    const all = plan.unit === "files" ? "files that are new or have changed" : "everything";
    return { stream, asks_for: plan.asksFrom?.(watermark) ?? all, last };
  });
}
