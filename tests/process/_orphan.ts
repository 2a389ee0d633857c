/** Starts the process that its arguments name, says when that is ready, and is there until it is killed. */
import { writeOut } from "../../lib/io/mod.ts";

const child = new Deno.Command("deno", { args: ["run", "--quiet", ...Deno.args], stdout: "piped" })
  .spawn();
for await (const _ of child.stdout) writeOut("ready\n");
