/**
 * The command line `headwaters GROUP COMMAND`; `deno task headwaters` and the installed shim start this file.
 *
 * @module
 */
import { listenForStop } from "../process/stop_requests.ts";

if (import.meta.main) {
  // Before anything is loaded: a signal that comes early is answered like any other.
  using stop = listenForStop({ untilEof: false, next: "run it again" });
  const { callerHere, main } = await import("./main.ts");
  Deno.exit(await main(Deno.args, callerHere(stop.signal)));
}
