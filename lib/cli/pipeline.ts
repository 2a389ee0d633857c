/**
 * The command line `deno task pipeline`: the short form of `headwaters pipeline`.
 *
 * @module
 */
import { listenForStop } from "../process/stop_requests.ts";

if (import.meta.main) {
  // Before anything is loaded: a signal that comes early is answered like any other.
  using stop = listenForStop({ untilEof: false });
  const { callerHere, main } = await import("./main.ts");
  const [first] = Deno.args;
  // Alone it runs.
  const isRun = first === undefined || first.startsWith("-") && !/^(-h|--help)$/.test(first);
  const words = ["pipeline", ...(isRun ? ["run"] : []), ...Deno.args];
  Deno.exit(await main(words, callerHere(stop.signal)));
}
