import { writeTextSync } from "../../lib/io/mod.ts";

/** Exit code and output of a child process. */
export interface ChildOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@linkcode runChild}. */
export interface RunChildOptions {
  /** Working directory. @default {that of this process} */
  readonly cwd?: string;
}

/** Runs Deno as a child to its end, without colors. */
export async function runChild(
  args: readonly string[],
  options: RunChildOptions = {},
): Promise<ChildOutput> {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: [...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    ...options,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Writes one JSON value as a line on standard output: how a child script of a story answers. */
export function answer(value: unknown): void {
  writeTextSync(Deno.stdout, `${JSON.stringify(value)}\n`);
}
