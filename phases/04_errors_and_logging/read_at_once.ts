import { ApiClient } from "../../lib/api/mod.ts";
import { startLogging, withCorrelation } from "../../lib/logging/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import type { WorkFolders } from "../_narrator/mod.ts";
import type { LogLine } from "./log.ts";

const TOKEN = "sandbox-token";
const FAULTS = ["flights:503=retry-after:0@page2", "strikes:500@req1"];

/** Reads two streams at the same time, from an API that fails twice; returns what was logged. */
export async function readAtOnce(work: WorkFolders, runId: string): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  await using sandbox = await startSandbox({
    samples: work.sample(),
    faults: FAULTS,
    token: TOKEN,
  });
  await using _logging = startLogging({ runId, terminal: "json", level: "debug", write });
  const read = (stream: string, path: string, pages: number) =>
    withCorrelation({ stream }, async () => {
      await using client = new ApiClient({
        baseUrl: sandbox.url,
        auth: { type: "bearer", token: new Secret(TOKEN, "DRILL_TOKEN") },
        retry: { base: 1, cap: 2 },
        runId,
      });
      for (let page = 1; page <= pages; page++) await client.request({ path, params: { page } });
    });
  await Promise.all([
    read("flights", "/github/repos/bts/flights/records", 3),
    read("strikes", "/openalex/strikes", 2),
  ]);
  return lines;
}

/** The same attempts as print() has them. */
export function asPrinted(lines: readonly LogLine[]): string {
  return lines.map(({ event, status }) =>
    event === "request-failed" ? `request failed!! status=${status}, trying again` : "page ok"
  ).join("\n");
}
