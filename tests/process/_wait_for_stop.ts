/** Waits until it is asked to stop, and says why; its argument says whether it has a terminal, or is a child. */
import { listenForStop } from "../../lib/process/mod.ts";
import { writeOut } from "../../lib/io/mod.ts";

const [manner] = Deno.args;
using stop = listenForStop({
  untilEof: false,
  untilParent: manner === "child",
  terminal: manner === "terminal",
});
const keptAlive = setInterval(() => {}, 1000);
writeOut("ready\n");
await new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
clearInterval(keptAlive);
writeOut(String(stop.signal.reason.message));
