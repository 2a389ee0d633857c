import { startLogging } from "../../lib/logging/mod.ts";

/** One line of a log, as fields. */
export type LogLine = Readonly<Record<string, unknown>>;

/** Runs a function, and returns its result with the lines that it logged. */
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
