/** What a finished `deno` left. */
export interface DenoOutput {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `deno` to its end, without colors. */
export async function runDeno(args: readonly string[], cwd: string): Promise<DenoOutput> {
  const command = new Deno.Command("deno", {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
  });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
