import { openAudit } from "../../lib/audit/mod.ts";
import {
  launchPlan,
  loadConfig,
  type PipelineConfig,
  renderPlan,
  renderSummary,
  type RunSummary,
} from "../../lib/pipeline/mod.ts";
import { formatCount } from "../../lib/terminal/mod.ts";
import { type Narrator, runPhase, type Story, type WorkFolders } from "../_narrator/mod.ts";
import type { FoundationsResult } from "../00_foundations.ts";
import { LOG_PARSING } from "../05_log_parsing.ts";
import { runPipelineTask } from "./run_task.ts";
import { showLabs } from "./show_labs.ts";
import { showProofs } from "./show_proofs.ts";
import { showBackfill, showSecondRun, showVerdicts } from "./show_streams.ts";
import { compareViews } from "./compare_views.ts";
import { strongestQuake, traceRecord, type TraceStep } from "./trace_record.ts";

/** The result of phase 6, next to a lake, its audit database and its log. */
export interface PipelineResult {
  readonly runId: string;
  readonly recordId: string;
  readonly trace: readonly TraceStep[];
}

/** What is read again. */
const TWO_DAYS = ["usgs.events", "--from", "2018-02-01", "--to", "2018-02-03"];

/** The story of phase 6. */
export const PIPELINE: Story = {
  phase: 6,
  name: "06_pipeline",
  area: "THE PIPELINE",
  title: "All of it, every night, and nobody watches",
  pain:
    "Each part worked. Together they ran from cron, wrote half a folder when the disk was full, started over from page one after a " +
    "restart, and Spark read the half. A pipeline is not its parts in a row: it is what still holds when any of them stops in the " +
    "middle.",
  before: () => Promise.resolve(LOG_PARSING),
  tryNext: [
    ["deno task pipeline -c data/results/00/pipeline.yaml", "again: only what is new is published"],
    ["deno task pipeline   and Ctrl-C while it runs", "exit code 75; the next run resumes"],
    [
      "gzip -dc data/results/06/lake/raw/usgs/events/dt=*/*.gz | wc -l",
      "1,707 rows, 457 backfilled",
    ],
  ],
  ownData: [
    ["deno task headwaters pipeline plan -c my.yaml", "what your run may touch"],
    ["deno task headwaters pipeline run -c my.yaml", "your own lake, with its audit database"],
    ["deno task headwaters pipeline status -c my.yaml", "how the last runs ended"],
  ],
  async narrate(narrator, work) {
    const { config: name } = await work.result<FoundationsResult>(0);
    const configPath = work.path(0, name);
    const config = await configuration(narrator, configPath);
    plan(narrator, work, { config, configPath });
    const summary = await run(narrator, work, configPath);
    verdicts(narrator, summary);
    const { recordId, trace } = await publication(narrator, work);
    await runAgain(narrator, work, configPath);
    await twoDays(narrator, work, configPath);
    await proofs(narrator, work);
    await handOver(narrator, work);
    return { runId: summary.run_id, recordId, trace } satisfies PipelineResult;
  },
};

/** Tells the story; returns the exit code. */
export function tellStory(args: readonly string[]): Promise<number> {
  return runPhase(args, PIPELINE);
}

/** Step 1: phase 0's file, checked as a whole. */
async function configuration(narrator: Narrator, configPath: string): Promise<PipelineConfig> {
  narrator.step(
    "Configuration: one file names every source, checked before anything runs",
    "Phase 1's API, phase 2's folder, and the logs that phases 1 and 4 left:",
    { lib: "lib/pipeline/pipeline_config.ts" },
  );
  const config = await loadConfig(configPath, { env: () => undefined });
  narrator.table(
    [{ title: "source" }, { title: "type" }],
    config.sources.map(({ name, type }) => [name, type]),
  );
  return config;
}

/** Step 2: what the run may touch. */
function plan(
  narrator: Narrator,
  work: WorkFolders,
  { config, configPath }: { readonly config: PipelineConfig; readonly configPath: string },
): void {
  narrator.step(
    "The plan: the configuration says what a run may touch, the runtime enforces it",
    "From the same file, before anything runs:",
    { lib: "lib/pipeline/launch_plan.ts", exercises: ["06.4"] },
  );
  const plan = launchPlan(config, { root: work.root, configPath, environment: [] });
  const { style } = narrator;
  const text = renderPlan({ ...plan, sandboxArgs: undefined }, { style, cwd: work.root });
  const [may = ""] = text.split(style.bold("The run:"));
  narrator.output(may.trim().split("\n").slice(1).join("\n"));
  const wide = plan.args.filter((arg) => /^(?:-A|--allow-\w+)$/.test(arg));
  narrator.prove(
    "the run gets no permission without a list",
    wide.length === 0 && plan.args.includes("--no-prompt"),
    `${plan.args.filter((arg) => arg.startsWith("--allow-")).length} lists, --no-prompt`,
  );
}

/** Step 3: the run, in a process of its own. */
async function run(
  narrator: Narrator,
  work: WorkFolders,
  configPath: string,
): Promise<RunSummary> {
  narrator.step(
    "The run: every source at once, each page and file exactly once",
    `deno task pipeline -c ${
      work.show(configPath)
    } starts it with that plan; it takes some seconds:`,
    { lib: "lib/pipeline/open_run.ts" },
  );
  const summary = await runPipelineTask(work, configPath);
  narrator.output(
    renderSummary(summary, {
      style: narrator.style,
      cwd: work.root,
      width: narrator.room,
      command: (words) => `deno task ${words} -c ${work.show(configPath)}`,
    }).trim(),
  );
  const { read, written, rejected, duplicates, unchanged, out_of_range } = summary.totals;
  const others = [rejected, duplicates, unchanged, out_of_range];
  narrator.prove(
    "read = written + rejected + duplicates + unchanged + out of range",
    read === others.reduce((sum, count) => sum + count, written) && written > 0,
    `${formatCount(read)} = ${formatCount(written)} + ${others.join(" + ")}`,
  );
  return summary;
}

/** Step 4: one verdict a stream. */
function verdicts(narrator: Narrator, summary: RunSummary): void {
  narrator.step(
    "The verdicts: a sign of the end, and no sign against it",
    "Each stream ends with one verdict. Evidence says whether anything is missing, tolerance whether too much was rejected:",
    { lib: "lib/pipeline/verdict.ts", exercises: ["06.5"] },
  );
  showVerdicts(narrator, summary);
  narrator.prove(
    "the run is complete, within the tolerance that the file names",
    summary.outcome === "complete" && summary.streams.every(({ complete }) => complete),
    summary.reasons.join("; ") || `exit code ${summary.exit_code}`,
  );
}

/** Step 5: what was published, shown by one record through all phases. */
async function publication(
  narrator: Narrator,
  work: WorkFolders,
): Promise<{ readonly recordId: string; readonly trace: readonly TraceStep[] }> {
  const recordId = await strongestQuake(work);
  narrator.step(
    "Published: one record, followed through all phases",
    `The strongest earthquake of the week, ${recordId}:`,
    { lib: "lib/pipeline/publish_stream.ts", exercises: ["06.1"] },
  );
  const trace = await traceRecord(work, recordId);
  narrator.table(
    [{ title: "" }, { title: "where", cutFirst: true }, { title: "found by" }],
    trace.map(({ phase, place, proof }) => [phase, place, proof]),
  );
  const lines = new Set(trace.map(({ line }) => line));
  narrator.prove(
    "the record is in every phase, byte for byte as it was sent",
    trace.length === 4 && lines.size === 1,
    `${trace[0]?.line.length ?? 0} characters, ${trace.length} places`,
  );
  return { recordId, trace };
}

/** Step 6: the same again. */
async function runAgain(
  narrator: Narrator,
  work: WorkFolders,
  configPath: string,
): Promise<void> {
  narrator.step(
    "The second run: nothing is new, so nothing is published",
    "The same command once more:",
    { lib: "lib/pipeline/recover.ts", exercises: ["06.3"] },
  );
  const summary = await runPipelineTask(work, configPath);
  showSecondRun(narrator, summary);
  narrator.judge(
    "That is what makes a night quiet: if you do not know, start it again; so may the scheduler.",
  );
  const { outcome, totals } = summary;
  narrator.prove(
    "a second run publishes nothing",
    outcome === "complete" && totals.published_files === 0 && totals.written === 0,
    `${totals.published_files} files, ${totals.written} records`,
  );
}

/** Step 7: a range that has changed at its source. */
async function twoDays(narrator: Narrator, work: WorkFolders, configPath: string): Promise<void> {
  narrator.step(
    "Two days once more: a correction, and nothing else",
    `The source has corrected two days. pipeline backfill ${
      TWO_DAYS.join(" ")
    } reads them again, the last day not included; ` +
      "the watermark from which the next night begins stays where it was. (What an incremental stream has rejected needs no source: " +
      "pipeline replay sends it through again once its cause is mended.)",
    { lib: "lib/pipeline/parse_backfill.ts", exercises: ["06.2"] },
  );
  const before = watermarkIn(work);
  const summary = await runPipelineTask(work, configPath, ["backfill", ...TWO_DAYS]);
  const { outcome, streams, totals } = summary;
  showBackfill(narrator, summary);
  narrator.judge(
    "This API takes a time to begin with, and none to end with: it sends what is later, too, and that is left out. The two days " +
      "are in the lake twice now, as two versions, and the view has the later one of each key. What was read before is " +
      "not changed: pipeline retract takes the correction back.",
  );
  narrator.prove(
    "one stream was read, in its range, and its watermark did not move",
    outcome === "complete" && streams.length === 1 && totals.read > 0 &&
      watermarkIn(work) === before,
    `${formatCount(totals.read)} records, watermark ${before}`,
  );
}

function watermarkIn(work: WorkFolders): string {
  using db = openAudit(work.path(6, "audit.db"), { readOnly: true });
  const row = db.get<{ watermark: string }>(
    "SELECT watermark FROM stream_state WHERE source = 'usgs' AND stream = 'events'",
  );
  return row?.watermark ?? "none";
}

/** Step 8: who says that it holds. */
async function proofs(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "The proof: each promise has a test that fails without it",
    "What a night like this shows is one case. GUARANTEES.md names a test for each promise, and what is not promised:",
    { lib: "lib/pipeline/mod.ts" },
  );
  const { promises, missing } = await showProofs(narrator, work);
  narrator.judge(
    "A test may never fail, whatever breaks. So the library is broken on purpose, one small slip at a time, and a named test must fail " +
      "(deno task test:mutants); and a simulator makes up nights that nobody would think of (deno task simulate).",
  );
  narrator.prove(
    "each promise names a test that is there",
    promises > 0 && missing.length === 0,
    `${promises} promises${missing.length === 0 ? "" : `, without ${missing.join(", ")}`}`,
  );
}

/** Step 9: where this side ends. */
async function handOver(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "The boundary: from here on it is the engine's",
    "Joins, aggregations and business rules belong to an engine. A folder is no table: it also holds what was retracted, " +
      "older snapshots and versions. So each run writes one view per stream, over exactly the files that its manifests name:",
    { lib: "lib/lake/views.ts" },
  );
  narrator.output([
    'Spark   exec(open("data/results/06/lake/_views/spark.py").read())',
    '        spark.table("`usgs.events`").groupBy("dt").count()',
    "DuckDB  .read data/results/06/lake/_views/duckdb.sql",
    '        SELECT dt, count(*) FROM "weather.weather" GROUP BY dt',
  ].join("\n"));
  await showLabs(narrator, work);
  const { named, viewed } = await compareViews(work);
  narrator.judge(
    "deno task pipeline verify has the engine itself read every value, and compares its counts with the manifests.",
  );
  narrator.prove(
    "the views name the files of the manifests, all of them and no others",
    named.length > 0 && named.join() === viewed.join(),
    `${named.length} files`,
  );
}
