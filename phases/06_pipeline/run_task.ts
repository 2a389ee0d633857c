import { StorageError } from "../../lib/errors/mod.ts";
import type { RunSummary } from "../../lib/pipeline/mod.ts";
import { runChild, type WorkFolders } from "../_narrator/mod.ts";

/** Runs `deno task pipeline run`, as a scheduler would, or another command of it, and reads its summary. */
export async function runPipelineTask(
  work: WorkFolders,
  configPath: string,
  words: readonly string[] = ["run"],
): Promise<RunSummary> {
  const args = ["task", "--quiet", "pipeline", ...words, "--json", "-c", configPath];
  const { stdout, stderr } = await runChild(args, { cwd: work.root });
  const summary = stdout.startsWith("{") ? JSON.parse(stdout) as Partial<RunSummary> : {};
  // A run that did not start prints its error instead.
  if (summary.run_id !== undefined) return summary as RunSummary;
  throw new StorageError("storage-io", `Cannot run the pipeline: it said "${stderr.trim()}"`);
}
