import type { LoggedEvent } from "./_event_line.ts";
import type { EventFields, EventName } from "./events.ts";
import { currentContext } from "./with_correlation.ts";

/**
 * Types every field that the event does not have as `never`, those of a spread object too.
 *
 * @internal
 */
type NoOthers<E extends EventName, F> = Readonly<
  Record<Exclude<keyof F, keyof EventFields<E>>, never>
>;

let sink: ((logged: LoggedEvent) => void) | undefined;
let flushSink: (() => void) | undefined;

/** Sends the events of the whole process to a function; without one they are dropped. */
export function sendEventsTo(next: typeof sink, flush?: typeof flushSink): void {
  sink = next;
  flushSink = flush;
}

/**
 * Writes what the log's file still buffers: call it before what the lines count is committed, and no kill can leave a count
 * without its lines. A log that cannot be written throws nothing.
 */
export function flushLog(): void {
  flushSink?.();
}

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
  sink?.({ event, timestamp: Date.now(), fields, context: currentContext() });
}
