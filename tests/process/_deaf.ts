/** Has a watched main thread that prints `ready` and then, for as many ms as are named, hears nothing or, with `hear`, does. */
import { writeOut } from "../../lib/io/mod.ts";
import { watchMain } from "../../lib/process/mod.ts";

const [ms = "", manner = ""] = Deno.args;
using _watch = watchMain();
for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, () => {});
writeOut("ready\n");
if (manner === "hear") await new Promise((resolve) => setTimeout(resolve, Number(ms)));
else for (const end = performance.now() + Number(ms); performance.now() < end;);
writeOut("done\n");
Deno.exit(0);
