/** What a child process said. */
export interface ChildOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@linkcode runDeno}. */
export interface RunDenoOptions {
  /** Working directory. @default {that of this process} */
  readonly cwd?: string;
}

/** Runs Deno as a child to its end, without colours. */
export async function runDeno(
  args: readonly string[],
  options: RunDenoOptions = {},
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
