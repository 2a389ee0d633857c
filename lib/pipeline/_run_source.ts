import { IngestError, type Outcome, outcomeOf } from "../errors/mod.ts";
import { getStream, newStreamRow, saveStream, type StreamRow } from "../audit/mod.ts";
import type { ApiSource, ApiStream, PipelineConfig } from "../config/mod.ts";
import { withCorrelation } from "../logging/mod.ts";
import { getLogger } from "@logtape/logtape";
import { apiClient } from "./_api_client.ts";
import { runApiStream, startingWatermark } from "./_api_stream.ts";
import { runFileSource } from "./_file_source.ts";
import { prepareDataFile } from "./_prepare_data_file.ts";
import { prepareLogFile } from "./_prepare_log_file.ts";
import type { RunContext } from "./run_context.ts";

const log = getLogger(["headwaters", "pipeline"]);

/** Runs all streams of a source, one after the other, and returns how each ended. */
export async function runSource(
  ctx: RunContext,
  source: PipelineConfig["sources"][number],
): Promise<Outcome[]> {
  switch (source.type) {
    case "api":
      return await runApiSource(ctx, source);
    case "files":
      await runFileSource(ctx, source, {
        kind: "files",
        extension: ".csv.gz",
        prepare: prepareDataFile(source, ctx),
      });
      return ["complete"];
    case "logs":
      await runFileSource(ctx, source, {
        kind: "logs",
        extension: ".jsonl.gz",
        prepare: prepareLogFile(source, ctx),
      });
      return ["complete"];
  }
}

async function runApiSource(ctx: RunContext, source: ApiSource): Promise<Outcome[]> {
  await using client = apiClient(ctx, source);
  const outcomes: Outcome[] = [];
  for (const stream of source.streams) {
    const row = rowOf(ctx, source, stream);
    if (row.status === "complete" || row.status === "partial") continue;
    await withCorrelation({ stream: stream.name }, async () => {
      try {
        await runApiStream(ctx, client, stream, row);
      } catch (error) {
        if (!(error instanceof IngestError)) throw error;
        log.error("stream ended early", { error });
        outcomes.push(outcomeOf(error));
      }
    });
    // A stop asked for by a signal or a wait holds for the source's other streams as well.
    if (outcomes.at(-1) === "suspended") break;
  }
  return outcomes;
}

function rowOf(ctx: RunContext, source: ApiSource, stream: ApiStream): StreamRow {
  const key = { run_id: ctx.run.run_id, source: source.name, stream: stream.name };
  const known = getStream(ctx.db, key);
  if (known !== undefined) return known;
  const row = newStreamRow({ ...key, kind: "api", mode: stream.mode });
  row.watermark_from = startingWatermark(ctx, row);
  ctx.db.transaction("stream-open", () => saveStream(ctx.db, row));
  return row;
}
