/**
 * Starts Deno with its own arguments and passes on what that says: a small parent.
 *
 * On Linux a new process begins with the peak memory of the one that started it (getrusage(2), ru_maxrss), and a story
 * is larger than most of what it measures.
 *
 * @module
 */
if (import.meta.main) {
  const { code } = await new Deno.Command("deno", {
    args: Deno.args,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  Deno.exit(code);
}
