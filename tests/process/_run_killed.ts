/** Runs a child that is killed before it writes anything, and one that is killed after it; tells how each ended. */
import { runDeno } from "../../lib/process/mod.ts";

const env = Deno.env.toObject();
const kill = `Deno.kill(Deno.pid, "SIGKILL")`;
for (const code of [kill, `console.log("{}"); ${kill}`]) {
  const onKilled = (end: unknown) => console.error(JSON.stringify(end));
  console.error(await runDeno(["eval", code], { env, onKilled }));
}
