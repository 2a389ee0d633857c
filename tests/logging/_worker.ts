/** Logs one line under the correlation that it is sent, and sends the line back. */
import { logEvent, startLogging, withCorrelation } from "../../lib/logging/mod.ts";

addEventListener("message", async (event) => {
  const { data } = event as MessageEvent;
  const lines: string[] = [];
  {
    await using _logging = startLogging({
      runId: "unknown",
      terminal: "json",
      write: (line) => lines.push(line),
    });
    withCorrelation(data, () => logEvent("file-vanished", { path: "a" }));
  }
  (self as unknown as Worker).postMessage(lines[0]);
});
