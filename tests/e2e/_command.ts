import { dirname, fromFileUrl, join } from "@std/path";
import { runHeadwaters } from "../cli/_run_headwaters.ts";

/** Root of the project. */
export const ROOT = dirname(dirname(dirname(fromFileUrl(import.meta.url))));

/** What a command did. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The launcher with the permissions of the task `pipeline`. */
export const PIPELINE = [
  "run",
  "--no-prompt",
  "--allow-read",
  "--allow-env",
  "--allow-run=deno",
  join(ROOT, "lib/cli/pipeline.ts"),
];

/** Variables that send what a run writes to a folder of the test. */
export function into(folder: string): Record<string, string> {
  return {
    HEADWATERS_LAKE: join(folder, "lake"),
    HEADWATERS_AUDIT: join(folder, "audit.db"),
    HEADWATERS_LOG_DIR: join(folder, "logs"),
    NO_COLOR: "1",
  };
}

/** Runs `deno task pipeline ARGS`, the launcher in this process, which is much quicker, and the run in its own. */
export function pipeline(
  folder: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const [first] = args;
  const words = first === undefined || first.startsWith("-") ? ["run", ...args] : args;
  return runHeadwaters(["pipeline", ...words], { cwd: ROOT, env: { ...into(folder), ...env } });
}

/** Runs the real command to its end. */
export async function realPipeline(
  folder: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const output = await new Deno.Command("deno", {
    args: [...PIPELINE, ...args],
    cwd: ROOT,
    env: { ...into(folder), ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
}

/** Runs an action on a temporary folder. */
export async function inTempFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
