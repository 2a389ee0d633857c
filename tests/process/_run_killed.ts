/** Runs a child that is killed before it writes anything, and one that is killed after it; says how each ended. */
import { runDeno } from "../../lib/process/mod.ts";

const env = Deno.env.toObject();
const kill = `Deno.kill(Deno.pid, "SIGKILL")`;
for (const code of [kill, `console.log("{}"); ${kill}`]) {
  const said: unknown[] = [];
  const ended = await runDeno(["eval", code], {
    env,
    onKilled: (signal) => said.push(signal),
    onOutput: (bytes) => said.push(new TextDecoder().decode(bytes)),
  });
  console.log(JSON.stringify([...said, ended]));
}
