/** Runs a child that hears nothing for some seconds, as in the middle of one long statement. */
import { listenForStop, runDeno } from "../../lib/process/mod.ts";

using stop = listenForStop({ untilEof: false, next: "run it again" });
const code = `for (const name of ["SIGINT", "SIGTERM"]) Deno.addSignalListener(name, () => {});
  console.log("ready");
  const end = Date.now() + 5000;
  while (Date.now() < end);`;
Deno.exit(await runDeno(["eval", code], { env: Deno.env.toObject(), signal: stop.signal }));
