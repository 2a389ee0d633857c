import { type FileRow, openAudit } from "../../lib/audit/mod.ts";
import {
  loadConfig,
  type PipelineConfig,
  type RunPipelineOptions,
  type RunSummary,
} from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../06_pipeline.ts";
import type { FoundationsResult } from "../00_foundations.ts";
import type { PhaseNumber, WorkFolders } from "../_narrator/mod.ts";

/** The folder of files in the project's configuration. */
export type FilesSource = Extract<PipelineConfig["sources"][number], { readonly type: "files" }>;

/** A line that was rejected, as the audit database keeps it. */
export type RejectedLine = {
  /** Path of its file. */
  readonly origin: string;
  readonly code: string;
  readonly message: string;
  /** 1-based. */
  readonly line: number | null;
  readonly byte_offset: number | null;
};

/** The verdicts of a run, as the audit database keeps them. */
export interface Verdicts {
  readonly files: readonly FileRow[];
  readonly rejects: readonly RejectedLine[];
}

/** Name of the audit database in the folder of a phase. */
export const AUDIT = "audit.db";

/** Reads the files source of the configuration that phase 0 wrote. */
export async function filesSource(work: WorkFolders): Promise<FilesSource> {
  const source = (await projectConfig(work)).sources.find((one) => one.type === "files");
  if (source?.type !== "files") throw new TypeError("Cannot take files in: no source for them");
  return source;
}

/**
 * Runs the project's pipeline for its folder of files and nothing else, as phase 6 runs it for every source; the lake and
 * the audit database are in the folder of a phase.
 */
export async function takeFilesIn(
  work: WorkFolders,
  phase: PhaseNumber,
  options: RunPipelineOptions = {},
): Promise<RunSummary> {
  const config = await projectConfig(work);
  return await runPipeline({
    ...config,
    sources: [await filesSource(work)],
    lake: work.path(phase, "lake"),
    audit: work.path(phase, AUDIT),
  }, options);
}

/** Reads the verdicts from the audit database of a phase. */
export function readVerdicts(work: WorkFolders, phase: PhaseNumber): Verdicts {
  using db = openAudit(work.path(phase, AUDIT), { readOnly: true });
  return {
    files: db.all<FileRow>("SELECT * FROM files ORDER BY path, version"),
    rejects: db.all<RejectedLine>(
      "SELECT origin, code, message, line, byte_offset FROM rejects ORDER BY reject_id",
    ),
  };
}

async function projectConfig(work: WorkFolders) {
  const { config } = await work.result<FoundationsResult>(0);
  return await loadConfig(work.path(0, config), { env: () => undefined });
}
