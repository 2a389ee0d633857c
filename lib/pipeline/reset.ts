import {
  getStreamState,
  hasAudit,
  insertReset,
  openAudit,
  openIntents,
  readsSince,
  saveStreamState,
  type StreamName,
  type StreamStateRow,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { UsageError } from "../errors/mod.ts";
import type { TimeForm } from "../grammar/mod.ts";
import { auditLock, takeLock } from "./_lock.ts";
import { parseCursor } from "./_parse_cursor.ts";
import { findStream } from "./accept.ts";
import { giveUpRunsAt } from "./begin_run.ts";
import { isZonelessWatermark, parseWatermark, watermarkText } from "./cursor.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { streamId, type StreamPlan } from "./source_type.ts";

/** Options of {@linkcode resetStream}. */
export interface ResetOptions {
  /** Where the watermark goes. @default {it is forgotten, and the stream read from its beginning} */
  readonly to?: string | undefined;
  /** Says what it would do, and changes nothing. @default false */
  readonly dryRun?: boolean;
  /** Passes the crash points of the transaction; a test may throw there. @default () => {} */
  readonly observe?: (name: string) => void;
  /** The time in ms since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** What a reset came to. */
export interface ResetTo extends StreamName {
  /** Whether nothing was changed. */
  readonly dry_run: boolean;
  /** The watermark before it. */
  readonly watermark_from: string | null;
  /** `null` if it is forgotten. */
  readonly watermark_to: string | null;
  /** What the next run asks for, in words. */
  readonly asks_for: string;
  /** Watermark up to which records are not remembered any more, so that they are published again; `null` if all are. */
  readonly forgotten_to: string | null;
  /** Unfinished runs that were given up, as they go by the watermark. */
  readonly given_up: readonly string[];
}

/**
 * Moves the watermark of a stream back, or forgets it. What is still published stays known, so that the next run
 * publishes what is missing and nothing twice; only what is older than `remember` cannot be recognized any more.
 *
 * @throws {UsageError} If there is no such stream, it has no watermark, or the value cannot be one of it.
 * @throws {SuspendedError} If a run holds the lock of the audit database.
 * @throws {DatabaseError} If it cannot be used.
 */
export async function resetStream(
  config: PipelineConfig,
  name: string,
  options: ResetOptions = {},
): Promise<ResetTo> {
  const { to, dryRun = false, observe = () => {}, now = Date.now } = options;
  const plan = findStream(config, [name], "reset");
  const { mode, unit, follows } = plan;
  if (unit === "files" || mode !== "incremental" && follows === undefined) {
    const how = unit === "files" ? "its files are known by their content" : "it is read as a whole";
    throw wrong(
      name,
      `it has no watermark, as ${how}; "pipeline retract RUN" takes back what a run published of it`,
    );
  }
  if (!hasAudit(config.audit)) throw wrong(name, `there is no audit database in "${config.audit}"`);
  if (dryRun) {
    using db = openAudit(config.audit, { readOnly: true });
    return { ...decide(db, plan, to).result, dry_run: true };
  }
  using _lock = await takeLock(auditLock(config.audit));
  using db = openAudit(config.audit, { crashPoint: observe });
  const { state, result } = decide(db, plan, to);
  if (result.watermark_to === result.watermark_from) return result;
  const reset_at = new Date(now()).toISOString();
  return db.transaction("reset", () => {
    const given_up = giveUpRunsAt(db, [plan], reset_at);
    saveStreamState(db, state);
    insertReset(db, { ...result, reset_at });
    return { ...result, given_up };
  });
}

function decide(
  db: Database,
  plan: StreamPlan,
  to: string | undefined,
): { readonly state: StreamStateRow; readonly result: ResetTo } {
  const name = streamId(plan);
  const { source, stream, cursor } = plan;
  const open = openIntents(db).find((intent) => streamId(intent) === name);
  if (open !== undefined) {
    throw wrong(
      name,
      `what run ${open.run_id} publishes of it is not in place yet; run the pipeline once, which finishes that`,
    );
  }
  const before = getStreamState(db, plan);
  const { watermark: from } = before;
  if (from === null && before.known_to === null) {
    throw wrong(name, "it has no watermark yet, and is read from its beginning");
  }
  const watermark = to === undefined
    ? null
    : cursor === undefined
    ? knownPosition(db, plan, to)
    : movedBack(plan, before, { to, cursor });
  if (cursor === undefined) refuseDoubles(db, plan, watermark);
  if (before.boundary_run_id !== null) refuseForgotten(db, plan, watermark);
  const known_to = cursor === undefined ? null : highest(cursor, [from, before.known_to]);
  return {
    state: {
      ...before,
      watermark,
      known_to,
    },
    result: {
      source,
      stream,
      dry_run: false,
      watermark_from: from,
      watermark_to: watermark,
      asks_for: plan.asksFrom?.(watermark) ?? "everything",
      forgotten_to: cursor === undefined || watermark === from && known_to === from
        ? null
        : forgottenTo(db, plan, { watermark, cursor }),
      given_up: [],
    },
  };
}

/** Returns the watermark that a value names; it may go back, and forth again as far as it was. */
function movedBack(
  plan: StreamPlan,
  { watermark, known_to }: StreamStateRow,
  { to, cursor }: { readonly to: string; readonly cursor: TimeForm },
): string {
  const name = streamId(plan);
  const isZoneless = isZonelessWatermark(watermark ?? known_to ?? "");
  const value = isZoneless && /\d(?:Z|[+-]\d\d:\d\d)$/.test(to)
    ? undefined
    : parseCursor(to, cursor);
  if (value === undefined) {
    const zone = isZoneless ? " without a zone, as the watermark" : "";
    const expected = cursor === "number"
      ? "a number up to 2^53"
      : `a date or time such as 2018-02-01T06:00${zone}`;
    throw wrong(name, `found "${to}", expected ${expected}`, { flag: "--to" });
  }
  const last = highest(cursor, [watermark, known_to]);
  const text = watermarkText(value, cursor, isZoneless);
  if (last !== null && value > parseWatermark(last, cursor)) {
    throw wrong(
      name,
      `"${to}" is later than ${last}, up to where it was read; what lies between would never be read`,
      { flag: "--to" },
    );
  }
  return text;
}

function highest(form: TimeForm, watermarks: readonly (string | null)[]): string | null {
  return watermarks.reduce((high, next) => {
    if (high === null || next === null) return high ?? next;
    return parseWatermark(next, form) > parseWatermark(high, form) ? next : high;
  }, null);
}

/** Returns up to where records that are still published are not remembered, if the next run may ask for them. */
function forgottenTo(
  db: Database,
  { source, stream, beginsAt }: StreamPlan,
  { watermark, cursor }: { readonly watermark: string | null; readonly cursor: TimeForm },
): string | null {
  const runs = db.all<{ watermark_to: string }>(
    `SELECT watermark_to FROM streams AS s WHERE source = ? AND stream = ? AND written > 0
       AND watermark_to IS NOT NULL AND ${IS_PUBLISHED}
       AND NOT EXISTS (SELECT 1 FROM remembered AS r WHERE r.run_id = s.run_id
         AND r.source = s.source AND r.stream = s.stream)`,
    [source, stream],
  );
  const last = highest(cursor, runs.map(({ watermark_to }) => watermark_to));
  if (last === null || watermark === null) return last;
  const from = beginsAt?.(watermark) ?? parseWatermark(watermark, cursor);
  return from <= parseWatermark(last, cursor) ? last : null;
}

const IS_PUBLISHED =
  `EXISTS (SELECT 1 FROM publications AS p WHERE p.run_id = s.run_id AND p.source = s.source
    AND p.stream = s.stream AND p.kind = 'manifest' AND p.status = 'published')`;

/** What a change feed or a module goes on from says nothing to us: a complete run must have ended with it, or one begun. */
function knownPosition(db: Database, plan: StreamPlan, to: string): string {
  const { source, stream } = plan;
  const found = db.get(
    `SELECT 1 FROM streams WHERE source = ? AND stream = ? AND (watermark_from = ? OR
       watermark_to = ? AND complete = 1 AND phase = 'ended')`,
    [source, stream, to, to],
  );
  if (found !== undefined) return to;
  throw wrong(
    streamId(plan),
    `found "${to}", expected what a run began with, or a complete one ended with; "audit streams --run RUN --json" lists those of a run as watermark_from and watermark_to`,
    { flag: "--to" },
  );
}

/** Nothing is remembered of a stream without a cursor: what came after a position must be retracted before it comes again. */
function refuseDoubles(db: Database, plan: StreamPlan, watermark: string | null): void {
  const { source, stream } = plan;
  const last = db.get<{ run_id: string }>(
    `SELECT run_id FROM streams AS s WHERE source = ? AND stream = ? AND ${IS_PUBLISHED}
       AND run_id > coalesce((SELECT max(run_id) FROM streams WHERE source = ? AND stream = ?
         AND watermark_to = ?), '') AND written > 0 ORDER BY run_id DESC LIMIT 1`,
    [source, stream, source, stream, watermark],
  );
  if (last === undefined) return;
  throw wrong(
    streamId(plan),
    `run ${last.run_id} has published what would come again, and of this stream nothing is remembered; ` +
      `"pipeline retract ${last.run_id}" first`,
  );
}

/** The rows next to a watermark are read again, and remembered over some reads only. */
function refuseForgotten(
  db: Database,
  { remembersReads = Infinity, ...plan }: StreamPlan,
  watermark: string | null,
): void {
  if (watermark === null || readsSince(db, plan, watermark) <= remembersReads) return;
  throw wrong(
    streamId(plan),
    `more than ${remembersReads} reads have moved the watermark since "${watermark}", and which rows next to it were ` +
      `published is not known any more; reset it to a later one, or retract all of its runs and reset it without --to`,
  );
}

function wrong(name: string, state: string, at: { readonly flag?: string } = {}): UsageError {
  const context = { stream: name, ...at };
  return new UsageError("usage", `Cannot reset ${name}: ${state}`, { context });
}
