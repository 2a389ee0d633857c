import type { LoggedEvent } from "./_event_line.ts";
import { logEvent } from "./log_event.ts";
import { Metrics } from "./metrics.ts";

/** How a run ends that had no time to say it. */
export type AbruptEnd = "suspended" | "failed";

/** Events that say how a run ended. */
const LAST: ReadonlySet<unknown> = new Set(["run-ended", "run-failed", "run-cut-off"]);

/** Sees every line of a run: counts them, logs the counts at an interval and at the end, and sees to a last line. */
export class RunLog {
  readonly #metrics = new Metrics();
  readonly #timer: ReturnType<typeof setInterval>;
  #hasEnded = false;

  /** @param everyMs Ms between two logs of the counts. */
  constructor(everyMs: number) {
    this.#timer = setInterval(() => this.#log(), everyMs);
    Deno.unrefTimer(Number(this.#timer));
  }

  /** Takes an event; the counts are logged before the last one. */
  see({ event, fields, context }: LoggedEvent): void {
    if (OWN.has(event)) return;
    this.#metrics.add({ event, fields, context });
    if (!LAST.has(event) || this.#hasEnded) return;
    this.#hasEnded = true;
    clearInterval(this.#timer);
    this.#log();
  }

  /** Says how the run ended if nothing has said it. */
  end(outcome: AbruptEnd): void {
    clearInterval(this.#timer);
    if (!this.#hasEnded) logEvent("run-cut-off", { outcome });
  }

  /** Says that the process ends by an error that nobody caught. */
  crash(error: unknown): void {
    if (!this.#hasEnded) logEvent("run-cut-off", { outcome: "failed", error });
  }

  #log(): void {
    const { endpoints, ...counts } = this.#metrics.snapshot();
    for (const endpoint of endpoints) logEvent("endpoint-latency", endpoint);
    logEvent("run-metrics", counts);
  }
}

/** What it logs itself. */
const OWN: ReadonlySet<string> = new Set(["run-metrics", "endpoint-latency"]);
