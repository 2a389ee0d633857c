import {
  type LaunchPlan,
  launchPlan,
  type PipelineConfig,
  type RunSummary,
  startSandboxProcess,
} from "../../pipeline/mod.ts";
import { StorageError } from "../../errors/mod.ts";
import type { WorkFolders } from "../work_folders.ts";

/** A run as the launcher starts it: a child with exactly the rights of its plan. */
export interface ChildRun {
  readonly summary: RunSummary;
  readonly plan: LaunchPlan;
}

/** Starts the sandbox and one run, and waits for the run's summary. */
export async function runChild(
  config: PipelineConfig,
  { work, configPath }: { readonly work: WorkFolders; readonly configPath: string },
): Promise<ChildRun> {
  const about = { root: work.root, configPath, environment: [], json: true };
  const { sandboxArgs = [] } = launchPlan(config, about);
  await using sandbox = await startSandboxProcess(sandboxArgs);
  const plan = launchPlan(config, { ...about, sandboxUrl: sandbox.url });
  const child = new Deno.Command("deno", {
    args: [...plan.args],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const { stdout, stderr } = await child.output();
  await child.stdin.close().catch(() => {});
  const text = new TextDecoder().decode(stdout);
  const summary = text.startsWith("{") ? JSON.parse(text) as Partial<RunSummary> : {};
  // A run that did not start prints what stopped it instead.
  if (summary.run_id !== undefined) return { summary: summary as RunSummary, plan };
  const said = new TextDecoder().decode(stderr).trim();
  throw new StorageError("storage-io", `Cannot run the pipeline: it said "${said}"`);
}
