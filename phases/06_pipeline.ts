/**
 * Phase 6, the pipeline: one run, from its configuration to its report.
 *
 * `deno task pipeline` executes this script, each run in a process of its own that may do what its configuration names
 * and nothing else; `deno task phase6` narrates it (06_pipeline/story.ts). It imports the library and no lesson: a run
 * at night loads none, and the lessons of the phases before this one run the very same script.
 *
 * @module
 */
import {
  allOf,
  describeSources,
  hasOwnCode,
  loadConfig,
  notifying,
  openRun,
  type OpenStream,
  parseBackfill,
  type PipelineConfig,
  planStreams,
  printPreview,
  reportRun,
  type RunPipelineOptions,
  type RunSummary,
  withFailureReport,
  withRunLog,
} from "../lib/pipeline/mod.ts";
import { watchMain } from "../lib/process/mod.ts";
import { parseFlags } from "../lib/terminal/mod.ts";

/** What the launcher tells a run; `deno task pipeline run --help` has what people type. */
const SPEC = {
  name: "06_pipeline.ts",
  meaning: "One run, started by the launcher",
  flags: {
    "config": { type: "string", meaning: "The configuration" },
    "backfill": { type: "string", meaning: "Stream and range to read again" },
    "replay": { type: "string", meaning: "Stream whose rejects to send through again" },
    "select": { type: "string", multiple: true, meaning: "Stream to read, and no others" },
    "sandbox": { type: "string", meaning: "Root of the sandbox" },
    "receipt": { type: "boolean", meaning: "A receipt is written, which manifests name" },
    "json": { type: "boolean", meaning: "Print the summary as JSON" },
    "log-json": { type: "boolean", meaning: "Write the log to standard error as JSON lines" },
    "until-eof": { type: "boolean", meaning: "Stop at the end of standard input" },
    "preview": { type: "string", meaning: "Stream whose first records to print instead" },
    "folder": { type: "string", meaning: "Folder that the preview makes and removes" },
    "limit": { type: "number", meaning: "Records of the preview" },
  },
} as const;

/**
 * The whole of it: configuration, plan, sources, verdict, publish, report.
 *
 * @param args The command line, as the launcher writes it.
 * @param signal Aborted when it must stop: at the next checkpoint, from which the next run goes on.
 * @returns The exit code, the gravest outcome of all streams: 0 complete, 2 partial, 75 suspended, 1 failed.
 */
export function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  return withFailureReport(args, async () => {
    const { flags } = parseFlags(args, SPEC);
    const { config: configPath = "", preview, json, receipt, sandbox } = flags;
    const given = { signal, ...(sandbox === undefined ? {} : { sandboxUrl: sandbox }) };
    if (preview !== undefined) {
      // A run like any other, into a folder of its own; it stops once it has read enough.
      const { folder = "", limit = 1 } = flags;
      const about = { ...given, folder, limit, json, run: runPipeline };
      return await printPreview(configPath, preview, about);
    }

    // Configuration: checked as a whole, so that no run fails at midnight by a name that was wrong at noon. A module of
    // the user's own is asked for its streams, and watched: it may never return.
    const loaded = await loadConfig(configPath);
    using _watch = hasOwnCode(loaded) ? watchMain() : undefined;
    const { backfill: range, replay, select } = flags;
    const asked = range === undefined ? replay === undefined ? select : [replay] : [range];
    const isWhole = asked.length === 0;
    const config = await describeSources(loaded, "here", isWhole ? undefined : asked);

    // Plan: everything, or one range of one stream once more. What the process may touch was planned by the launcher from
    // the same file, and the runtime holds it to that.
    const backfill = range === undefined ? undefined : parseBackfill(range, config);
    const selected = select.length === 0 ? undefined : select;

    // Sources, verdict, publish: below. Every line of the log has the run's id.
    const summary = await withRunLog(
      config,
      { json: flags["log-json"] },
      (log) =>
        notifying(
          config,
          { configPath },
          () => runPipeline(config, { ...given, ...log, receipt, backfill, replay, selected }),
        ),
    );

    // Report: a page for people or one JSON document, and an exit code for the scheduler.
    reportRun(summary, { json, configPath });
    return summary.exit_code;
  });
}

/**
 * Runs a pipeline: recovers what an earlier run left, reads every source, publishes what the verdicts allow, and says
 * what came of it.
 *
 * Sources run side by side; one that fails does not stop the others. Everything that is known about the outcome is
 * in the audit database before the summary is returned.
 *
 * @param config A checked configuration.
 * @returns The summary; its `exit_code` is the gravest outcome of all streams.
 * @throws {SuspendedError} If another run holds the lock of the audit database or of the lake.
 * @throws {ConfigError} `lake-not-ours` if the two do not belong together, `stream-changed` if a stream is not what it
 * was.
 * @throws {DatabaseError | StorageError} If either cannot be used at all.
 */
export async function runPipeline(
  config: PipelineConfig,
  options: RunPipelineOptions = {},
): Promise<RunSummary> {
  const plan = planStreams(config, options);

  // One run at a time, in a lake that is its own. A run that was interrupted is gone on with, under the same id.
  using run = await openRun(config, plan, options);

  await run.attempt(async () => {
    // First what a kill has left: what was decided is put in place, what was not is read again. Nothing new is read
    // before the lake and the audit database say the same.
    await run.recover();

    // Then all sources at once: most of the time each of them waits.
    await allOf(run.sources.map((source) => run.read(source, runStream)));
  });

  // One verdict, the gravest of them, and the views by which an engine reads what is published.
  return run.end();
}

/**
 * One stream of a source. The order is the promise: stopped anywhere, it goes on from there, and readers never see half.
 */
async function runStream(stream: OpenStream): Promise<void> {
  // Pages, files or rows go into staging, where no reader looks; every checkpoint is flushed before it is committed. At
  // the end there is a verdict: a sign that it was the end, no sign against it, and not more rejected than is tolerated.
  await stream.read();

  // The intent is committed with the verdict and the watermark, then the files are renamed into place, and the manifest
  // that names them comes last. A run that died in between has left its promise, and the next run keeps it.
  await stream.publish();
}

if (import.meta.main) {
  // The story, by a name that the runtime cannot read in advance: it would load all seven lessons for every run. Nothing
  // is awaited here, since those lessons wait for this script in their turn.
  const story = new URL("./06_pipeline/story.ts", import.meta.url).href;
  import(story).then(({ tellStory }) => tellStory(Deno.args)).then(Deno.exit);
}
