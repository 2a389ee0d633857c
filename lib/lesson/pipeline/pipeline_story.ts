import {
  type LaunchPlan,
  launchPlan,
  loadConfig,
  renderPlan,
  renderSummary,
  type RunSummary,
} from "../../pipeline/mod.ts";
import { formatCount } from "../../terminal/mod.ts";
import type { FetchReport } from "../apis/fetch_report.ts";
import type { FoundationsResult } from "../foundations/foundations_story.ts";
import type { Story } from "../story.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { runChild } from "./_run_child.ts";
import { traceRecord, type TraceStep } from "./trace_record.ts";

/** What phase 6 leaves. */
export interface PipelineResult {
  readonly runId: string;
  /** The record that was followed. */
  readonly recordId: string;
  readonly trace: readonly TraceStep[];
}

/** The story of phase 6; it leaves a lake, its audit database and its log. */
export const PIPELINE_STORY: Story = {
  phase: 6,
  name: "06_pipeline",
  area: "THE PIPELINE",
  title: "All of it, every night, and nobody watches",
  problem:
    "Each part worked. Together they ran from cron, wrote half a folder when the disk was full, started over from page one after a " +
    "restart, and Spark read the half. A pipeline is not its parts in a row: it is what still holds when any of them stops in the " +
    "middle.",
  tryNext: [
    [
      "deno task pipeline -c data/work/00/pipeline.yaml",
      "once more: only what is new is published",
    ],
    [
      "deno task pipeline   and Ctrl-C while it runs",
      "exit code 75; the next run goes on from the checkpoint",
    ],
    [
      "gzip -dc data/work/06/lake/raw/usgs/events/dt=*/*.gz | wc -l",
      "count the lake by other means",
    ],
  ],
  tell,
};

async function tell(teller: Teller, work: WorkFolders): Promise<PipelineResult> {
  const { config: name } = await work.result<FoundationsResult>(0);
  const configPath = work.path(0, name);
  const config = await loadConfig(configPath, { env: () => undefined });
  tellPlan(teller, work, launchPlan(config, { root: work.root, configPath, environment: [] }));
  const { summary } = await runChild(config, { work, configPath });
  tellRun(teller, work, { configPath, summary });
  const { recordId, trace } = await tellTrace(teller, work);
  const again = await runChild(config, { work, configPath });
  tellSecondRun(teller, again.summary);
  tellHandover(teller);
  return { runId: summary.run_id, recordId, trace };
}

/** Step 1: what the run will be able to do. */
function tellPlan(teller: Teller, work: WorkFolders, plan: LaunchPlan): void {
  teller.step(
    "The plan: the configuration says what a run may touch, the runtime enforces it",
    "From phase 0's file, before anything runs:",
  );
  const text = renderPlan({ ...plan, sandboxArgs: undefined }, {
    style: teller.style,
    root: work.root,
  });
  const [may = ""] = text.split(teller.style.bold("The run:"));
  teller.output(may.trim().split("\n").slice(1).join("\n"));
  const wide = plan.args.filter((arg) => /^(?:-A|--allow-\w+)$/.test(arg));
  teller.prove(
    "the run gets no permission without a list",
    wide.length === 0 && plan.args.includes("--no-prompt"),
    `${plan.args.filter((arg) => arg.startsWith("--allow-")).length} lists, --no-prompt`,
  );
}

/** Step 2: the run. */
function tellRun(
  teller: Teller,
  work: WorkFolders,
  { configPath, summary }: { readonly configPath: string; readonly summary: RunSummary },
): void {
  teller.step("The run: API, files and logs, side by side, each page and file exactly once");
  teller.output(
    renderSummary(summary, {
      style: teller.style,
      cwd: work.root,
      width: teller.width - 7,
      command: (words) =>
        `deno task pipeline ${words}`.replace(/ run$/, "") + ` -c ${work.show(configPath)}`,
    }).trim(),
  );
  const { read, written, rejected, duplicates, unchanged, out_of_range } = summary.totals;
  teller.prove(
    "read = written + rejected + duplicates + unchanged + out of range",
    read === written + rejected + duplicates + unchanged + out_of_range && written > 0,
    `${formatCount(read)} = ${formatCount(written)} + ${
      [rejected, duplicates, unchanged, out_of_range].join(" + ")
    }`,
  );
  teller.prove(
    "the run is complete, within the tolerance that the file names",
    summary.outcome === "complete",
    summary.reasons.join("; ") || `exit code ${summary.exit_code}`,
  );
}

/** Step 3: one record through all phases. */
async function tellTrace(
  teller: Teller,
  work: WorkFolders,
): Promise<{ readonly recordId: string; readonly trace: readonly TraceStep[] }> {
  const recordId = await strongestQuake(work);
  teller.step(
    "One record, followed through all phases",
    `The strongest earthquake of the week, ${recordId}:`,
  );
  const trace = await traceRecord(work, recordId);
  teller.table(
    [{ title: "" }, { title: "where" }, { title: "what vouches for it" }],
    trace.map(({ phase, place, proof }) => [phase, place, proof]),
  );
  const lines = trace.flatMap(({ line }) => line === undefined ? [] : [line]);
  teller.prove(
    "the record is in every phase, byte for byte as it was sent",
    trace.length === 4 && lines.length === 3 && new Set(lines).size === 1,
    `${lines[0]?.length ?? 0} characters, ${trace.length} places`,
  );
  return { recordId, trace };
}

async function strongestQuake(work: WorkFolders): Promise<string> {
  const { file } = await work.result<FetchReport>(1);
  const lines = (await Deno.readTextFile(work.path(1, file))).trimEnd().split("\n");
  const quakes = lines.map((line) =>
    JSON.parse(line) as { id: string; properties: { mag: number | null } }
  );
  return quakes.reduce((a, b) => (b.properties.mag ?? 0) > (a.properties.mag ?? 0) ? b : a).id;
}

/** Step 4: the same again. */
function tellSecondRun(teller: Teller, { totals, outcome, streams }: RunSummary): void {
  teller.step("The second run: nothing is new, so nothing is published");
  teller.table(
    [
      { title: "stream" },
      { title: "read", align: "right" },
      { title: "duplicate", align: "right" },
      { title: "unchanged", align: "right" },
      { title: "files unchanged", align: "right" },
      { title: "new files", align: "right" },
    ],
    streams.map((stream) => [
      `${stream.source}.${stream.stream}`,
      formatCount(stream.read),
      formatCount(stream.duplicates),
      formatCount(stream.unchanged),
      String(stream.files_unchanged),
      String(stream.published_files),
    ]),
  );
  teller.judge(
    "That is what makes a night quiet: if you are not sure, start it again; so may the scheduler.",
  );
  teller.prove(
    "a second run publishes nothing",
    outcome === "complete" && totals.published_files === 0 && totals.written === 0,
    `${totals.published_files} files, ${totals.written} records`,
  );
}

/** Step 5: where this side ends. */
function tellHandover(teller: Teller): void {
  teller.step(
    "The boundary: from here on it is Spark's",
    "Joins, aggregations and business rules belong to an engine. What it gets: complete files, one schema, partitions, manifests.",
  );
  teller.output([
    'events = spark.read.json("data/work/06/lake/raw/usgs/events")',
    'weather = (spark.read.option("header", True).option("escape", \'"\')',
    '                .csv("data/work/06/lake/raw/weather/weather"))',
    'logs = spark.read.json("data/work/06/lake/raw/operations/operations")',
  ].join("\n"));
}
