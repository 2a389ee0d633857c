/**
 * One thread of the intake: takes lines, gives their fingerprints, and logs as a part of the run that sent them.
 *
 * @module
 */
import { logEvent, startLogging, withCorrelation } from "../../lib/logging/mod.ts";
import { fingerprints, type Job, type JobResult } from "./one_or_two_threads.ts";

interface WorkerScope {
  onmessage: ((event: MessageEvent<Job>) => void) | null;
  postMessage(message: JobResult): void;
}

const scope = globalThis as unknown as WorkerScope;
scope.onmessage = async ({ data }) => {
  const { lines, rounds, correlation, what } = data;
  const logged: string[] = [];
  {
    const write = (line: string) => void logged.push(line);
    await using _logging = startLogging({ runId: "unknown", terminal: "json", write });
    withCorrelation(correlation, () => logEvent("drill-started", { what }));
  }
  scope.postMessage({ found: fingerprints(lines, rounds), logged });
};
