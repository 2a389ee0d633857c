import { startLogging } from "../../lib/logging/mod.ts";

/** One line of a log, as fields. */
export type LogLine = Readonly<Record<string, unknown>>;

/** Runs a function and gives what it logged, from a level on, together with its result. */
export async function withLogLines<T>(
  runId: string,
  fn: () => Promise<T>,
): Promise<{ readonly value: T; readonly lines: readonly LogLine[] }> {
  const lines: LogLine[] = [];
  await using _logging = startLogging({
    runId,
    terminal: "json",
    level: "debug",
    write: (line) => lines.push(JSON.parse(line) as LogLine),
  });
  return { value: await fn(), lines };
}
