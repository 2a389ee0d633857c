import { type Contradiction, isElsewhere, publishedPaths } from "../audit/mod.ts";
import { inventory, type InventoryProblem, isAnnouncer } from "../files/mod.ts";
import { inSpan, logEvent } from "../logging/mod.ts";
import { FileIntake } from "./_file_intake.ts";
import type { FileSource } from "./file_source.ts";
import type { RunContext } from "./run_context.ts";
import type { StreamRecord } from "./stream_record.ts";

/** Problems of a folder that a verdict names; the log has the others. */
const MOST_PROBLEMS = 20;

/**
 * Takes in the files of a folder, each as one atomic unit: what is known is passed over, a duplicate is noted, a new
 * file is validated, standardized and published in one step, or quarantined as a whole. One file never ends the stream.
 */
export async function takeFiles(
  ctx: RunContext,
  record: StreamRecord,
  source: FileSource,
): Promise<void> {
  record.commit("stream-begin", {
    files_unchanged: 0,
    files_waiting: 0,
    files_still_rejected: 0,
  });
  const problems: Contradiction[] = [];
  const seen = new Set<string>();
  using intake = new FileIntake(ctx, record, { source, problems, seen });
  const options = {
    include: source.include,
    exclude: source.exclude,
    archives: source.archives ?? false,
    signal: ctx.signal,
    onProblem: ({ code, message, place }: InventoryProblem) =>
      problems.push({ code, message: `"${place.source}": ${message}` }),
  };
  try {
    for await (const entry of inventory(source.path, options)) {
      ctx.signal.throwIfAborted();
      seen.add(entry.path);
      if (source.announcedBy !== undefined && isAnnouncer(entry.path, source.announcedBy)) continue;
      await inSpan("file", { file: entry.path }, () => intake.take(entry));
      record.progress("reading");
    }
  } catch (error) {
    // What is decided already need not be done again.
    if (ctx.signal.aborted) await intake.flush();
    throw error;
  }
  await intake.finish();
  logGone(ctx, record, seen);
  const contradictions = problems.slice(0, MOST_PROBLEMS);
  const more = problems.length - contradictions.length;
  const [first] = problems;
  if (more > 0 && first !== undefined) {
    contradictions.push({ code: first.code, message: `${more} more entries cannot be read` });
  }
  record.conclude("stream-end", intake.passedOver, {
    end: { stopReason: "end-of-folder", evidence: ["end-of-folder"], contradictions },
  });
}

/** Says that published files are not in the folder any more, which is no fault. */
function logGone(ctx: RunContext, { row }: StreamRecord, seen: ReadonlySet<string>): void {
  let count = 0;
  let first: string | undefined;
  for (const path of publishedPaths(ctx.db, row)) {
    if (seen.has(path) || isElsewhere(ctx.db, row, path)) continue;
    count++;
    first ??= path;
  }
  if (first !== undefined) logEvent("files-disappeared", { count, path: first });
}
