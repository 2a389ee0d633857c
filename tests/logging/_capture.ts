import { getLogger } from "@logtape/logtape";
import { type LoggingOptions, startLogging } from "../../lib/logging/mod.ts";

/** A logger under a category of the tests' own. */
export const log = getLogger(["headwaters", "api"]);

/** Runs a function and returns the lines that it brought to the terminal. */
export async function terminalLines(
  fn: () => unknown,
  options: Partial<LoggingOptions> = {},
): Promise<string[]> {
  const lines: string[] = [];
  await using _logging = startLogging({
    runId: "01RUN",
    terminal: "pretty",
    color: false,
    write: (line) => lines.push(line),
    ...options,
  });
  await fn();
  return lines;
}

/** Runs a function and returns its lines as objects. */
export async function jsonLines(
  fn: () => unknown,
  options: Partial<LoggingOptions> = {},
): Promise<Record<string, unknown>[]> {
  const lines = await terminalLines(fn, { terminal: "json", ...options });
  return lines.map((line) => JSON.parse(line));
}
