import {
  type Acceptance,
  getStream,
  hasAudit,
  insertAcceptance,
  openAudit,
  retractionsOf,
  type StreamName,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { nearest, UsageError } from "../errors/mod.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { streamId, type StreamPlan } from "./source_type.ts";
import { streamsOf } from "./sources/mod.ts";

/** What was accepted. */
export type Accepted = Pick<
  Acceptance,
  "source" | "stream" | "accepted_at" | "held_run_id" | "rows"
>;

/**
 * Accepts the shrunk snapshot of a stream once: the next one is compared with its rows, and readers follow that one if
 * it is complete by all other signs.
 *
 * @param names The command's words; one, the stream's name.
 * @throws {UsageError} If there is no such stream, or nothing of it to accept.
 */
export function acceptSnapshot(config: PipelineConfig, names: readonly string[]): Accepted {
  return acceptHeld(config.audit, findStream(config, names, "accept"));
}

/**
 * Does the work of {@linkcode acceptSnapshot}, for a stream that is known to be one.
 *
 * @param audit Path of the audit database.
 * @param options `dryRun`: whether it only says what it would accept.
 */
export function acceptHeld(
  audit: string,
  plan: StreamName,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Accepted {
  if (!hasAudit(audit)) {
    throw new UsageError("usage", `Cannot accept: nothing is in "${audit}", so no run yet`, {
      context: { audit },
    });
  }
  using db = openAudit(audit, { readOnly: dryRun });
  const held = heldRun(db, plan);
  if (held === undefined) {
    throw new UsageError(
      "usage",
      `Cannot accept: "${
        streamId(plan)
      }" has no shrunk snapshot in its last run, so there is nothing to accept`,
      { context: { stream: streamId(plan) } },
    );
  }
  const accepted = {
    source: plan.source,
    stream: plan.stream,
    accepted_at: new Date().toISOString(),
    held_run_id: held.run_id,
    rows: held.rows,
  };
  if (!dryRun) db.transaction("accept", () => insertAcceptance(db, accepted));
  return accepted;
}

/**
 * Returns the stream that a command names.
 *
 * @param verb What the command does with it, for the message.
 * @throws {UsageError} If it names none, or several.
 */
export function findStream(
  config: PipelineConfig,
  names: readonly string[],
  verb: "accept" | "backfill" | "preview" | "replay" | "reset",
): StreamPlan {
  const wrong = (state: string) =>
    new UsageError("usage", `Cannot ${verb}: ${state}`, { context: { stream: names.join(" ") } });
  const [name, ...others] = names;
  const plans = config.sources.flatMap(streamsOf);
  if (name === undefined || others.length > 0) {
    throw wrong(`expected the name of one stream, such as openalex.strikes`);
  }
  const plan = plans.find((plan) => streamId(plan) === name);
  if (plan !== undefined) return plan;
  const known = plans.map(streamId);
  const near = nearest(name, known);
  throw wrong(
    near === undefined
      ? `pipeline "${config.name}" has no stream "${name}", expected one of ${
        known.join(", ")
      }; --config names another pipeline`
      : `pipeline "${config.name}" has no stream "${name}"; did you mean "${near}"?`,
  );
}

/**
 * Returns the last run that published the stream, and its rows, if its snapshot was held back because it had shrunk. A run
 * that is still reading it, or was stopped meanwhile, has not answered yet; what was retracted is not to be followed.
 */
function heldRun(
  db: Database,
  { source, stream }: StreamName,
): { readonly run_id: string; readonly rows: number } | undefined {
  const last = db.get<{ run_id: string }>(
    `SELECT run_id FROM streams WHERE source = ? AND stream = ? AND phase = 'ended'
     ORDER BY run_id DESC LIMIT 1`,
    [source, stream],
  );
  const row = last && getStream(db, { ...last, source, stream });
  const isRetracted = last !== undefined &&
    retractionsOf(db, last.run_id).some((one) => one.source === source && one.stream === stream);
  const shrank = row?.verdict?.contradictions.some(({ code }) => code === "snapshot-shrank");
  return row !== undefined && shrank && !isRetracted
    ? { run_id: row.run_id, rows: row.written + row.unchanged }
    : undefined;
}
