/**
 * Runs statements in DuckDB's own process, on a database in memory or of a file.
 *
 * @returns What it printed, unaligned and without a header.
 */
export async function duckdb(program: string, sql: string, file = ":memory:"): Promise<string> {
  const process = new Deno.Command(program, {
    args: ["-init", "/dev/null", "-batch", "-bail", "-list", "-noheader", file],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    clearEnv: true,
  }).spawn();
  const output = process.output();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(sql));
  await writer.close();
  const { code, stdout, stderr } = await output;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (code !== 0) throw new Error(`DuckDB ended with ${code}: ${text(stderr)}`);
  return text(stdout);
}
