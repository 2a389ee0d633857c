import type { Database } from "../../db/mod.ts";
import { load } from "../load.ts";
import { logPieces, readTimeline, type TimelineEntry } from "./timeline.ts";

/** W3C Trace Context: a trace id, or the header with it, the id of a request and flags. */
const TRACE = /^(?:00-)?([0-9a-f]{32})(?:-([0-9a-f]{16})(?:-[0-9a-f]{2})?)?$/;
/** The id of a request alone, as collectors show it. */
const SPAN = /^[0-9a-f]{16}$/;
/** A run, a number that is drawn, and the attempt. */
const REQUEST = /^(.+)-[0-9a-f]{8}-\d+$/;
/** A run's id, or that of one of its requests, in any letter case. */
const OF_RUN = /^[0-9a-z]{26}(?=-|$)/i;
/** Runs whose logs are looked through for the id of a request alone. */
const MOST_LOGS = 20;

/** Says whether only the database and the logs know which run an id is of. */
export function isOfAnyRun(asked: string): boolean {
  return TRACE.test(asked) || SPAN.test(asked);
}

/** Returns the run that an id names, or that its request is of. */
export function runOf(asked: string): string {
  const id = asWritten(asked);
  return REQUEST.exec(id)?.[1] ?? id;
}

/** Returns the lines of a request, of all its attempts, in the log of its run: the database has no page of one that failed. */
export function requestLines(folder: string, id: string): TimelineEntry[] {
  const request = id.replace(/-\d+$/, "-");
  return REQUEST.test(id)
    ? linesOf(folder, runOf(id), (line) => idIn(line)?.startsWith(request) === true)
    : [];
}

/**
 * Returns the id of the run or request that a trace id, `traceparent` or id of a request in them is made of; anything else
 * as it is, or as it is written here.
 */
export async function ownId(db: Database, asked: string, folder: string): Promise<string> {
  const [, trace, span = SPAN.exec(asked)?.[0]] = TRACE.exec(asked) ?? [];
  if (trace === undefined && span === undefined) return asWritten(asked);
  const { spanIdOf, traceIdOf } = await load("logging/mod.ts");
  const all = db.all<{ run_id: string }>("SELECT run_id FROM runs ORDER BY started_at DESC");
  const runs = all.filter(({ run_id }) => trace === undefined || traceIdOf(run_id) === trace);
  const run = trace === undefined ? undefined : runs[0]?.run_id;
  if (span === undefined) return run ?? asked;
  for (const { run_id } of runs) {
    const pages = db.all<{ request_id: string; attempts: number }>(
      "SELECT request_id, attempts FROM pages WHERE run_id = ?",
      [run_id],
    );
    const requests = pages.flatMap(({ request_id, attempts }) =>
      Array.from({ length: attempts }, (_, at) => request_id.replace(/-\d+$/, `-${at + 1}`))
    );
    const found = requests.find((request) => spanIdOf(request) === span);
    if (found !== undefined) return found;
  }
  for (const { run_id } of runs.slice(0, MOST_LOGS)) {
    const [line] = linesOf(folder, run_id, (line) => spanIdOf(idIn(line) ?? "") === span);
    if (line !== undefined) return idIn(line) ?? run_id;
  }
  return run ?? asked;
}

function linesOf(
  folder: string,
  run: string,
  isAsked: (line: TimelineEntry) => boolean,
): TimelineEntry[] {
  return readTimeline(logPieces(folder, run)).filter(isAsked).toArray();
}

function idIn({ request_id }: TimelineEntry): string | undefined {
  return typeof request_id === "string" ? request_id : undefined;
}

function asWritten(asked: string): string {
  return asked.replace(OF_RUN, (run) => run.toUpperCase());
}
