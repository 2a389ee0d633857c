/** Runs a child that says which signals it hears. */
import { listenForStop, runDeno } from "../../lib/process/mod.ts";

using stop = listenForStop({ untilEof: false });
const code = `for (const name of ["SIGINT", "SIGTERM"]) {
    Deno.addSignalListener(name, () => console.log(name));
  }
  console.log("ready");
  setTimeout(() => {}, 1000);`;
Deno.exit(await runDeno(["eval", code], { env: Deno.env.toObject(), signal: stop.signal }));
