import { type Phase, runPhase } from "../../lib/lesson/mod.ts";
import { createStyle } from "../../lib/terminal/mod.ts";

/** What a phase script printed, and its exit code. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a phase's command line in this process. */
export async function runTool(phase: Phase, ...args: readonly string[]): Promise<Said> {
  let stdout = "";
  let stderr = "";
  const output = {
    write: (text: string) => void (stdout += text),
    tell: (text: string) => void (stderr += text),
    style: createStyle({ color: false }),
  };
  const code = await runPhase(args, phase, { output });
  return { code, stdout, stderr };
}
