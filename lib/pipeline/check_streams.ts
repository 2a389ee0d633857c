import { getStreamState, publishedType } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { ConfigError } from "../errors/mod.ts";
import { streamId, type StreamPlan } from "./source_type.ts";

/**
 * Refuses streams that were read in another way so far.
 *
 * A watermark of another field would leave records out, another type of source has other columns, and readers of the
 * lake cannot tell a snapshot from an addition once both are in one stream.
 *
 * @throws {ConfigError} `stream-changed`
 */
export function checkStreams(db: Database, plans: readonly StreamPlan[]): void {
  for (const plan of plans) {
    const type = publishedType(db, plan);
    if (type !== undefined && type !== plan.type) {
      throw changed(plan, `from a source of type ${type}`, `type ${plan.type}`);
    }
    const { mode, follows } = getStreamState(db, plan);
    // The state of a stream that was never published, or by a version that did not note it.
    if (mode === null) continue;
    if (mode !== plan.mode) throw changed(plan, `in mode ${mode}`, `mode ${plan.mode}`);
    if (follows !== null && follows !== (plan.follows ?? null)) {
      throw changed(plan, `by ${follows}`, plan.follows ?? "nothing of the kind");
    }
  }
}

function changed(plan: StreamPlan, was: string, is: string): ConfigError {
  return new ConfigError(
    "stream-changed",
    `Cannot read ${
      streamId(plan)
    }: it was read ${was} so far, and the configuration now says ${is}; ` +
      "set it back, or give the stream a new name, under which it is read from the beginning",
    { context: { source: plan.source, stream: plan.stream } },
  );
}
