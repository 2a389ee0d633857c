import { randomBytes } from "node:crypto";
import { dirname, fromFileUrl, join, resolve } from "@std/path";
import { openAudit, recentRuns } from "../audit/mod.ts";
import { environmentNames } from "../config/mod.ts";
import { EXIT_CODES, nearest, UsageError } from "../errors/mod.ts";
import { writeTextSync } from "../io/mod.ts";
import { type CommandSpec, createStyle, helpText, parseFlags } from "../terminal/mod.ts";
import { tellFailure } from "./_run_process.ts";
import { launch, startSandboxProcess } from "./launch.ts";
import {
  acceptPlan,
  type LaunchPlan,
  launchPlan,
  type LaunchPlanOptions,
  SANDBOX_TOKEN,
} from "./launch_plan.ts";
import { streamToAccept } from "./accept.ts";
import { describeSources } from "./describe_sources.ts";
import { type Backfill, parseBackfill } from "./parse_backfill.ts";
import { loadConfig, type PipelineConfig } from "./pipeline_config.ts";
import { renderPlan } from "./render_plan.ts";
import { renderStatus } from "./render_status.ts";
import { streamId } from "./source_type.ts";

/** The command line of `deno task pipeline`. */
export const PIPELINE_COMMAND = {
  name: "deno task pipeline",
  meaning:
    "Pull from APIs, take files and logs in, and publish a Spark-ready lake with an audit trail.",
  commands: {
    run: "Run the pipeline, or go on with the run that was interrupted",
    plan:
      "Print what a run would read and write, its hosts, and the command that lets it do no more",
    status: "Print the last runs from the audit database",
    accept: "Let readers follow the snapshot of a stream once, although it has shrunk",
  },
  words: { STREAM: "accept: the stream, such as openalex.strikes" },
  flags: {
    config: {
      type: "string",
      short: "c",
      value: "FILE",
      meaning: "The pipeline's YAML file",
      default: "data/pipeline.yaml",
    },
    backfill: {
      type: "string",
      value: "STREAM=RANGE",
      meaning: "run, plan: read a range again; the watermark stays",
    },
    json: { type: "boolean", meaning: "Print the result as one JSON object" },
  },
  examples: {
    "deno task pipeline": "the default pipeline, on embedded data",
    "deno task pipeline plan -c my.yaml": "what my pipeline may touch",
    "deno task pipeline run --json -c my.yaml": "for a scheduler",
    "deno task pipeline --backfill usgs.events=2018-02-01..2018-02-03":
      "two days once more, in UTC",
  },
} as const satisfies CommandSpec;

const ROOT = dirname(dirname(dirname(fromFileUrl(import.meta.url))));

/**
 * Runs the launcher: reads the configuration, starts the sandbox where one is asked for, and starts the run as a
 * child that may do no more than the configuration says.
 *
 * @param args The command line.
 * @returns The exit code.
 */
export async function pipelineCommand(args: readonly string[]): Promise<number> {
  try {
    const { command, words, flags, help } = parseFlags(args, PIPELINE_COMMAND);
    const style = createStyle({ color: Deno.stdout.isTerminal() && !Deno.noColor });
    if (help) return print(helpText(PIPELINE_COMMAND, style));
    if (command !== "accept") refuseWords(words);
    const configPath = resolve(flags.config ?? join(ROOT, "data/pipeline.yaml"));
    const token = randomBytes(16).toString("hex");
    const env = (name: string) => name === SANDBOX_TOKEN ? token : Deno.env.get(name);
    const loaded = await loadConfig(configPath, { root: ROOT, env });
    const environment = await environmentNames(configPath, { env });
    const config = command === "status" ? loaded : await describeSources(loaded, "in a child");
    const backfill = backfillOf(args, { command, text: flags.backfill, config });
    const about = { root: ROOT, configPath, environment, json: flags.json, backfill };
    switch (command) {
      case "run":
        return await run(config, { ...about, token });
      case "plan": {
        const plan = launchPlan(config, about);
        return print(flags.json ? json(plan) : renderPlan(plan, { style, root: ROOT }));
      }
      case "status":
        return print(status(config, flags.json));
      case "accept": {
        const stream = streamId(streamToAccept(config, words));
        return await launch(acceptPlan(config, stream, about), { [SANDBOX_TOKEN]: token });
      }
    }
  } catch (error) {
    return tellFailure(error);
  }
}

async function run(
  config: PipelineConfig,
  about: LaunchPlanOptions & { readonly token: string },
): Promise<number> {
  const { token } = about;
  const env = { [SANDBOX_TOKEN]: token };
  const { sandboxArgs } = launchPlan(config, about);
  if (sandboxArgs === undefined) return await launch(launchPlan(config, about), {});
  await using sandbox = await startSandboxProcess([...sandboxArgs, `--token=${token}`]);
  const plan: LaunchPlan = launchPlan(config, { ...about, sandboxUrl: sandbox.url });
  return await launch(plan, env);
}

function refuseWords([word]: readonly string[]): void {
  if (word === undefined) return;
  const known = Object.keys(PIPELINE_COMMAND.commands);
  const near = nearest(word, known);
  const state = near === undefined
    ? `it is unknown; expected one of ${known.join(", ")}`
    : `it is unknown; did you mean "${near}"?`;
  throw new UsageError("usage", `Cannot use command "${word}": ${state}`);
}

function backfillOf(
  args: readonly string[],
  about: {
    readonly command: string;
    readonly text: string | undefined;
    readonly config: PipelineConfig;
  },
): Backfill | undefined {
  const { command, text, config } = about;
  if (text === undefined) return undefined;
  const wrong = (state: string) =>
    new UsageError("usage", `Cannot use flag "--backfill": ${state}`);
  if (command === "status") throw wrong("status lists all runs, expected run or plan");
  // The last of several would win without a word.
  const given = args.filter((arg) => /^--backfill(=|$)/.test(arg)).length;
  if (given > 1) throw wrong(`it is given ${given} times, expected one range of one stream`);
  return parseBackfill(text, config);
}

function status(config: PipelineConfig, asJson: boolean): string {
  if (!exists(config.audit)) {
    return asJson ? json([]) : `No run yet: there is no "${config.audit}"\n`;
  }
  using db = openAudit(config.audit, { readOnly: true });
  const runs = recentRuns(db, 10);
  const style = createStyle({ color: Deno.stdout.isTerminal() && !Deno.noColor });
  return asJson ? json(runs) : renderStatus(db, runs, style);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function print(text: string): number {
  writeTextSync(Deno.stdout, text);
  return EXIT_CODES.complete;
}
