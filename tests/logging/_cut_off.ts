/** Logs a line, and then ends in the middle: `throw`, `reject` or `exit`. */
import { logEvent, startLogging } from "../../lib/logging/mod.ts";

const [file = "", how] = Deno.args;
await using _logging = startLogging({ runId: "01RUN", file, terminal: "none", metricsMs: 1e6 });
logEvent("file-vanished", { path: "a" });
function fail(): never {
  throw new Error("nobody catches this");
}
if (how === "exit") Deno.exit(75);
if (how === "throw") setTimeout(fail);
else Promise.resolve().then(fail);
await new Promise((resolve) => setTimeout(resolve, 1_000));
