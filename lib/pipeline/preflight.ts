import { databaseFiles, pathList, refuseLinksOut, withRealPaths } from "../process/mod.ts";
import { isMissing } from "./_is_missing.ts";
import { askProcess } from "./ask_process.ts";
import type { AuditAnswer, AuditRequest } from "./audit_process.ts";
import type { PipelineCaller } from "./pipeline_caller.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import type { StreamPlan } from "./source_type.ts";
import { sourceTypeOf, streamsOf } from "./sources/mod.ts";

/**
 * Checks what a run would refuse before it reads anything, as far as that can be known without writing.
 *
 * @param streams Those that it reads. @default {all of them}
 * @param isReplay Whether their rejects are sent through again. @default false
 * @returns What else is worth knowing, one sentence each, and the newest run.
 * @throws {IngestError} What the run would throw.
 */
export async function preflight(
  config: PipelineConfig,
  caller: PipelineCaller,
  streams: readonly StreamPlan[] = config.sources.flatMap(streamsOf),
  isReplay = false,
): Promise<AuditAnswer> {
  refuseLinks(config);
  const isRead = ({ name }: { readonly name: string }) =>
    streams.some(({ source }) => source === name);
  const missing = config.sources.filter(isRead).flatMap((source) =>
    (sourceTypeOf(source).needs(source, { sandboxUrl: "http://127.0.0.1" }).read ?? [])
      .filter(isMissing)
      .map((path) => `${source.name}: "${path}" is missing, and the source fails until it is there`)
  );
  const { audit, lake } = config;
  const fit = { lake, streams, isReplay };
  const { notes, newest } = await askAudit({ audit, fit }, caller);
  return { notes: [...missing, ...notes], newest };
}

/** As deep as the folders in those of streams: a run writes files into them, and replaces a link in place of a file. */
export function refuseLinks({ lake }: Pick<PipelineConfig, "lake">): void {
  refuseLinksOut(lake, 4);
}

/** Has a child process look that may read the audit database, and the lake if that is to be looked at. */
export async function askAudit(
  request: AuditRequest,
  caller: PipelineCaller,
): Promise<AuditAnswer> {
  const { audit, fit } = request;
  const lakes = fit === undefined ? [] : [fit.lake];
  if ([audit, ...lakes].every(isMissing)) return { notes: [], newest: null };
  const read = pathList(withRealPaths([...databaseFiles(audit), ...lakes]));
  return await askProcess(
    { file: "audit_process.ts", allow: [`--allow-read=${read}`], request },
    caller,
  );
}
