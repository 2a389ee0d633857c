import { getLogger, type Logger } from "@logtape/logtape";
import { type EventFields, type EventName, EVENTS } from "./events.ts";

/**
 * Types every field that the event does not have as `never`, those of a spread object too.
 *
 * @internal
 */
type NoOthers<E extends EventName, F> = Readonly<
  Record<Exclude<keyof F, keyof EventFields<E>>, never>
>;

const loggers = new Map<string, Logger>();

/**
 * Logs an event of {@linkcode EVENTS}: the only way in which the library logs.
 *
 * The table says the level, the category and the message; the call gives the fields, and the compiler checks that they
 * are those of the table. Nothing is logged before `startLogging()`.
 *
 * @param event Its name.
 * @param fields Its fields; an optional one may be `undefined`.
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { logEvent, startLogging } from "./mod.ts";
 *
 * const lines: string[] = [];
 * await using _logging = startLogging({
 *   runId: "01RUN",
 *   terminal: "json",
 *   write: (line) => lines.push(line),
 * });
 * logEvent("run-cut-off", { outcome: "suspended" });
 * const { event, level, outcome } = JSON.parse(lines[0] ?? "");
 * assertEquals([event, level, outcome], ["run-cut-off", "error", "suspended"]);
 * ```
 */
export function logEvent<E extends EventName, F extends EventFields<E>>(
  event: E,
  fields: F & NoOthers<E, F>,
): void {
  const { area, level, message } = EVENTS[event];
  loggerOf(area)[level](message, { ...fields, event });
}

function loggerOf(area: string): Logger {
  const known = loggers.get(area);
  if (known !== undefined) return known;
  const logger = getLogger(["headwaters", area]);
  loggers.set(area, logger);
  return logger;
}
