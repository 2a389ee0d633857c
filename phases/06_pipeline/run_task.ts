import { StorageError } from "../../lib/errors/mod.ts";
import type { RunSummary } from "../../lib/pipeline/mod.ts";
import { runChild, type WorkFolders } from "../_narrator/mod.ts";

/** Runs `deno task pipeline`, as a scheduler would, with more arguments if need be, and reads its summary. */
export async function runPipelineTask(
  work: WorkFolders,
  configPath: string,
  more: readonly string[] = [],
): Promise<RunSummary> {
  const args = ["task", "--quiet", "pipeline", "run", "--json", "-c", configPath, ...more];
  const { stdout, stderr } = await runChild(args, { cwd: work.root });
  const summary = stdout.startsWith("{") ? JSON.parse(stdout) as Partial<RunSummary> : {};
  // A run that did not start prints its error instead.
  if (summary.run_id !== undefined) return summary as RunSummary;
  throw new StorageError("storage-io", `Cannot run the pipeline: it said "${stderr.trim()}"`);
}
