import { join } from "node:path";
import { childEnvironment, DENO_RUN, pathList, withRealPaths } from "../process/mod.ts";
import { Secret } from "../secrets/mod.ts";
import type { LaunchPlan } from "./launch_plan.ts";
import { type ReceiptBegin, type ReceiptEnd, SILENT } from "./receipt_process.ts";

/** A process that writes the receipt of a run. */
export interface ReceiptWriter {
  /** Where the runtime of the run reports what it does: into a pipe, so that none of it reaches a disk. */
  readonly path: string;
  /**
   * Says that the run has ended, and waits for the receipt.
   *
   * @param exitCode `null` if it was stopped before it could listen to a signal.
   * @returns Whether the run has reported anything.
   */
  end(exitCode: number | null): Promise<boolean>;
}

/**
 * Starts what writes the receipt of a run. It may write the log folder, which the launcher itself may not.
 *
 * @returns `undefined` on a system where a process cannot open the pipe of another: there is no receipt then.
 */
export async function startReceipt(
  plan: LaunchPlan,
  about: {
    readonly root: string;
    readonly logFolder: string;
    readonly audit: string;
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
  },
): Promise<ReceiptWriter | undefined> {
  const { root, logFolder, audit, env, cwd } = about;
  if (Deno.build.os !== "linux") return undefined;
  const folder = pathList(withRealPaths([logFolder]));
  const child = new Deno.Command("deno", {
    args: [
      ...DENO_RUN,
      `--allow-read=${folder}`,
      `--allow-write=${folder}`,
      join(root, "lib/pipeline/receipt_process.ts"),
    ],
    env: childEnvironment({ env, names: [], cwd }),
    clearEnv: true,
    stdin: "piped",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  const say = async (line: ReceiptBegin | ReceiptEnd) =>
    await writer.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
  const { net, read, write, env: names } = plan;
  const planned = { net, read, write, env: names };
  try {
    await say({ planned, log_dir: logFolder, audit, cwd, secrets: [...Secret.named()] });
  } catch {
    return undefined; // It has ended, and has said why.
  }
  return {
    path: `/proc/${child.pid}/fd/0`,
    async end(exit_code) {
      try {
        await say({ exit_code });
        await writer.close();
      } catch {
        // It is gone, and has said why.
      }
      return (await child.status).code !== SILENT;
    },
  };
}
