import type {
  CheckRow,
  Contradiction,
  StreamRow,
  StreamStateRow,
  StreamVerdict,
} from "../audit/mod.ts";
import { actionFor, type IngestError, type Outcome } from "../errors/mod.ts";
import { type Limits, streamId } from "./source_type.ts";
import { countOf } from "../terminal/mod.ts";

/** Rows that a snapshot must have had for a shrink to mean something; a shrink to nothing always does. */
const SHRINK_FROM_ROWS = 100;
const SHRANK = "snapshot-shrank";

/** What reading found out about where the stream ends. */
export interface ReadEnd {
  /** Why reading ended. */
  readonly stopReason: string;
  /** Signs that nothing is missing. */
  readonly evidence: readonly string[];
  /** Signs that something is. */
  readonly contradictions: readonly Contradiction[];
  /** What the stream's checks found. @default [] */
  readonly checks?: readonly CheckFinding[];
  /** Changes of its columns that its contract does not allow, in words. @default [] */
  readonly drift?: readonly string[];
}

/** What one rule of a check found. */
export type CheckFinding = Pick<
  CheckRow,
  "field" | "rule" | "severity" | "violations" | "example"
>;

/** What a verdict is made of. */
export interface VerdictOptions {
  readonly limits: Limits;
  /** What earlier runs left. */
  readonly state: StreamStateRow;
  /** Rows of a shrunk snapshot that somebody accepted: the next one is compared with these. */
  readonly acceptedRows?: number | undefined;
  /** Rows of what readers follow now. */
  readonly currentRows?: number | undefined;
  /** Whether a range is read again, which nobody follows. */
  readonly isBackfill: boolean;
}

/**
 * Decides what a stream that has been read to its end is worth. It is the only place that does, and nothing is
 * published before.
 *
 * Evidence alone says whether something is missing, and so whether the watermark moves. The limits decide the outcome
 * and, with the evidence, whether readers may follow. A check of severity `fail` that more records break than may be
 * rejected fails the stream: nothing of it is published.
 *
 * @param row The stream with everything counted.
 * @param end What reading found out.
 */
export function decideStream(
  row: StreamRow,
  end: ReadEnd,
  options: VerdictOptions,
): StreamVerdict {
  const { limits, state, isBackfill } = options;
  const contradictions = [...end.contradictions, ...shrink(row, end, options)];
  const complete = end.evidence.length > 0 && contradictions.length === 0;
  const drift = (end.drift ?? []).map((change) => `${change}; nothing of it is published`);
  const failed = [...failedChecks(row, end.checks ?? [], limits), ...drift];
  const reasons = [
    ...contradictions.map(({ message }) => message),
    ...(end.evidence.length === 0 && contradictions.length === 0
      ? [`nothing shows that it is complete (reading stopped by ${end.stopReason})`]
      : []),
    ...overLimits(row, limits),
    ...failed,
  ].map((reason) => `${streamId(row)}: ${reason}`);
  const good = complete && overLimits(row, limits).length === 0;
  // As long as readers have nothing complete, a part is better than nothing, unless it is less than the part they have;
  // its manifest says what it is.
  const better = state.current_complete === 0 && row.written > 0 &&
    row.written >= (options.currentRows ?? 0);
  return {
    outcome: failed.length > 0 ? "failed" : reasons.length === 0 ? "complete" : "partial",
    evidence: end.evidence,
    contradictions,
    complete: complete && failed.length === 0,
    followed: !isBackfill && failed.length === 0 && (good || better),
    reasons,
  };
}

function shrink(row: StreamRow, end: ReadEnd, options: VerdictOptions): Contradiction[] {
  const { limits, state, acceptedRows, isBackfill } = options;
  if (row.mode !== "snapshot" || isBackfill || end.stopReason === "not-modified") return [];
  // A first one that was partial is all that readers have; how much of the whole it was, nobody knows.
  const base = acceptedRows ?? state.complete_rows ?? options.currentRows ?? 0;
  const toNothing = base > 0 && row.written === 0;
  const tooMuch = base >= SHRINK_FROM_ROWS && isOver(base - row.written, base, limits.maxShrink);
  if (!toNothing && !tooMuch) return [];
  const other = acceptedRows !== undefined || state.complete_rows !== null
    ? "the last complete snapshot"
    : "the partial one that readers have, for want of a complete one,";
  const orElse = row.rejected > 0 ? `what is rejected (${row.rejected}) comes through, or ` : "";
  const message = `${countOf(row.written, "row")}, ${other} has ${base}; ` +
    `readers stay on that one until ${orElse}"pipeline accept ${streamId(row)}"`;
  return [{ code: SHRANK, message }];
}

/** Whether a part is more than a share of the whole; 29 of 100 is 29 %, whatever a double makes of it. */
function isOver(part: number, whole: number, share: number): boolean {
  return part > whole * share + 1e-9 * whole;
}

function overLimits(row: StreamRow, limits: Limits): string[] {
  const reasons: string[] = [];
  if (isOver(row.rejected, row.read, limits.records)) {
    const share = `${Math.round(limits.records * 1e6) / 1e4} %`;
    reasons.push(
      `${row.rejected} of ${
        countOf(row.read, "record")
      } rejected, tolerance.records allows ${share}`,
    );
  }
  if (row.files_rejected > limits.files) {
    reasons.push(
      `files rejected: ${row.files_rejected}, tolerance.files allows ${limits.files}`,
    );
  }
  return reasons;
}

/** What is wrong with the stream as a whole, such as its age, has no share of the records. */
function failedChecks(
  row: StreamRow,
  checks: readonly CheckFinding[],
  { records }: Limits,
): string[] {
  return checks.flatMap(({ field, rule, severity, violations, example }) => {
    if (severity !== "fail" || violations === 0) return [];
    if (rule === "max_age") return `${example}; nothing of it is published`;
    if (!isOver(violations, row.read, records)) return [];
    return `${violations} of ${countOf(row.read, "record")} break ${rule} of "${field}"; ` +
      "nothing of it is published";
  });
}

/**
 * Decides about a stream that an error ended. What reading found out of one that is `staged` stays, so that
 * {@linkcode readEndOf} can give it back when the stream is published after all.
 */
export function decideBroken(row: StreamRow, error: IngestError): StreamVerdict {
  const read = row.phase === "staged" ? row.verdict : null;
  return {
    outcome: actionFor("stream", error) === "suspend" ? "suspended" : "failed",
    evidence: read?.evidence ?? [],
    contradictions: read?.contradictions ?? [{ code: error.code, message: error.message }],
    complete: false,
    followed: false,
    reasons: [`${streamId(row)}: ${error.message}`],
  };
}

/** Returns what reading found out about a stream that is `staged`. */
export function readEndOf({ stop_reason, verdict }: StreamRow): ReadEnd {
  const { evidence = [], contradictions = [] } = verdict ?? {};
  return {
    stopReason: stop_reason ?? "",
    evidence,
    // The one sign that is not found by reading; whether it holds is decided again.
    contradictions: contradictions.filter(({ code }) => code !== SHRANK),
  };
}

/** Decides about a stream of a run that was given up. */
export function decideGivenUp(row: StreamRow): StreamVerdict {
  const step = row.phase === "staged" ? "published it" : "read everything";
  const message = `the run was given up before it had ${step}`;
  return {
    outcome: row.verdict?.outcome === "suspended" ? "suspended" : "failed",
    evidence: [],
    contradictions: [{ code: "run-given-up", message }],
    complete: false,
    followed: false,
    reasons: [`${streamId(row)}: ${message}`],
  };
}

/** Returns the outcomes of a run's streams; the gravest is the run's. */
export function outcomesOf(rows: readonly StreamRow[]): Outcome[] {
  return rows.flatMap((row) => row.verdict === null ? [] : [row.verdict.outcome]);
}
