/** Waits until it is asked to stop, and says why; its argument says whether it has a terminal. */
import { listenForStop } from "../../lib/process/mod.ts";
import { writeOut } from "../../lib/io/mod.ts";

using stop = listenForStop({ untilEof: false, terminal: Deno.args[0] === "terminal" });
const keptAlive = setInterval(() => {}, 1000);
writeOut("ready\n");
await new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
clearInterval(keptAlive);
writeOut(String(stop.signal.reason.message));
