import { z } from "zod";
import type { Context } from "./_context.ts";
import { identifier, list, mapping, path, share, whole } from "./_fields.ts";
import { sourceSchema } from "./_source_schema.ts";

/** The whole file; everything about its keys is said here and in the schemas it is made of. */
export function pipelineSchema(context: Context) {
  return mapping({
    name: identifier().describe("Name of the pipeline."),
    lake: path(context).prefault("data/lake").describe("Folder of the lake."),
    audit: path(context).prefault("data/audit.db").describe("File of the ledger."),
    logs: path(context).prefault("data/logs").describe("Folder of the run's own logs."),
    sandbox: mapping({
      seed: whole(0).default(7).describe("Seed of the faults that come by chance."),
      faults: list('a fault such as "flights:429@page3"').prefault([])
        .describe("Faults that the sandbox shows."),
    }).prefault({}).describe("How the local stand-ins behave."),
    sources: z.array(sourceSchema(context), { error: "a list of sources" })
      .min(1, { error: "at least one source" }).describe("Where the data comes from."),
    tolerance: mapping({
      records: share().prefault(0)
        .describe("Share of a stream's records that may be refused before the run is partial."),
      files: whole(0).default(0)
        .describe("Number of files that may be refused before the run is partial."),
    }).prefault({}).describe("How much may be refused."),
  });
}

/** What the schema makes of a good file. */
export type PipelineValues = z.output<ReturnType<typeof pipelineSchema>>;
