import {
  databaseFiles,
  databaseOf,
  pathList,
  refuseLinksOut,
  withRealPaths,
} from "../process/mod.ts";
import { UsageError } from "../errors/mod.ts";
import { isMissing } from "./_is_missing.ts";
import { askProcess } from "./ask_process.ts";
import type { AuditAnswer, AuditRequest } from "./audit_process.ts";
import { hasOwnCode } from "./describe_sources.ts";
import type { LaunchPlan } from "./launch_plan.ts";
import type { PipelineCaller } from "./pipeline_caller.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import type { SourceConfig, StreamPlan } from "./source_type.ts";
import { sourceTypeOf, streamsOf } from "./sources/mod.ts";

/** Options of {@linkcode preflight}. */
export interface PreflightOptions {
  /** The streams that it reads. @default {all of them} */
  readonly streams?: readonly StreamPlan[];
  /** Whether their rejects are sent through again. @default false */
  readonly isReplay?: boolean;
  /** Whether it is said what is open: a run, and waits that servers asked for. @default false */
  readonly saysOpen?: boolean;
}

/**
 * Checks what a run would refuse before it reads anything, as far as that can be known without writing.
 *
 * @param plan What it may touch.
 * @returns By what a run would fail once it reads, what else is worth knowing, one sentence each, and the newest run.
 * @throws {IngestError} What the run would throw.
 */
export async function preflight(
  config: PipelineConfig,
  plan: LaunchPlan,
  caller: PipelineCaller,
  options: PreflightOptions = {},
): Promise<AuditAnswer> {
  const { streams = config.sources.flatMap(streamsOf), isReplay = false, saysOpen = false } =
    options;
  refuseLinks(plan, hasOwnCode(config));
  const isRead = ({ name }: { readonly name: string }) =>
    streams.some(({ source }) => source === name);
  const sources = config.sources.filter(isRead);
  // Whether code of the user's own can do without a file, only it knows.
  const [own, others] = [true, false].map((isOwn) =>
    sources.filter((source) => hasOwnCode({ sources: [source] }) === isOwn)
      .flatMap((source) =>
        missingOf(source).map((path) =>
          `${source.name}: "${path}" is missing, and the source ${
            isOwn ? "may fail" : "fails"
          } until it is there`
        )
      )
  );
  const { audit, lake } = config;
  const fit = { lake, streams, isReplay, ...(saysOpen && { pipeline: config.name }) };
  const { faults, notes, ...found } = await askAudit({ audit, fit }, caller);
  return { faults: [...others ?? [], ...faults], notes: [...own ?? [], ...notes], ...found };
}

/** Returns what a source reads and is not there; SQLite makes its other files when they are needed. */
function missingOf(source: SourceConfig): string[] {
  return (sourceTypeOf(source).needs(source, { sandboxUrl: "http://127.0.0.1" }).read ?? [])
    .filter((path) => isMissing(path) && databaseOf(path) === undefined);
}

/**
 * Makes sure that no link in a folder leads a process out of what its plan says.
 *
 * @param ownCode Whether it runs code of the user's own, which reads through links that the sources pass by.
 * @throws {ConfigError} That names the first such link.
 */
export function refuseLinks(
  { read, write }: Pick<LaunchPlan, "read" | "write">,
  ownCode: boolean,
): void {
  refuseLinksOut(write, { granted: write, to: "written", next: IN_ITS_PLACE });
  if (!ownCode) return;
  const next = `${IN_ITS_PLACE}, or have the module name it in needs.read`;
  refuseLinksOut(read, { granted: read, to: "read", next });
}

const IN_ITS_PLACE = "put what it leads to in its place";

/**
 * Makes sure that there is something to be read of a pipeline.
 *
 * @throws {UsageError} If no run has made the audit database.
 */
export function refuseNoAudit(audit: string): void {
  if (!isMissing(audit)) return;
  const state = "there is no such file; a pipeline run makes it";
  throw new UsageError("usage", `Cannot read audit database "${audit}": ${state}`, {
    context: { audit },
  });
}

/**
 * Makes sure that what reads a lake finds nothing in it that is elsewhere.
 *
 * @throws {ConfigError} That names the first link that leads out.
 */
export function refuseLinksInLake(lake: string): void {
  refuseLinksOut([lake], { granted: [lake], to: "read", next: IN_ITS_PLACE });
}

/** Has a child process look that may read the audit database, and the lake if that is to be looked at. */
export async function askAudit(
  request: AuditRequest,
  caller: PipelineCaller,
): Promise<AuditAnswer> {
  const { audit, fit } = request;
  const lakes = fit === undefined ? [] : [fit.lake];
  if ([audit, ...lakes].every(isMissing)) {
    return { faults: [], notes: [], newest: null, standings: [], waits: [] };
  }
  const read = pathList(withRealPaths([...databaseFiles(audit), ...lakes]));
  return await askProcess(
    { file: "audit_process.ts", allow: [`--allow-read=${read}`], request },
    caller,
  );
}
