/**
 * A stop is looked at where nothing is half done: before an item. The item itself is not cut. Half of it could not be saved,
 * and an item that is taken but not saved comes twice the next time.
 *
 * The pause is the opposite: there is nothing to finish in it, and a job that sleeps for a minute after SIGTERM is killed. It
 * ends at once, and its rejection is swallowed with a reason: the loop's own question says what is done about the stop.
 *
 * 75 is the exit code that says "start me again" (EX_TEMPFAIL of sysexits.h). 0 would mean done, 1 would wake somebody up. All
 * that decides is whether everything is done, not whether a signal came: one that came during the last item came too late to
 * matter.
 *
 * @module
 */
/** Everything outside: replaced by a fake in a test. */
export interface Tools {
  /** How many items are done already. */
  readonly position: number;
  /** Takes one item in; must not be cut off in the middle. */
  take(item: string): Promise<void>;
  /** Saves how many items are done. */
  save(done: number): Promise<void>;
  /** Waits a while; rejects as soon as the signal is aborted. */
  pause(signal: AbortSignal): Promise<void>;
}

/** Takes items in turn until all are done or a stop is asked for; returns the exit code. */
export async function takeAll(
  items: readonly string[],
  tools: Tools,
  signal: AbortSignal,
): Promise<number> {
  for (let at = tools.position; at < items.length; at++) {
    if (signal.aborted) return 75;
    try {
      await tools.take(items[at] ?? "");
      await tools.save(at + 1);
    } catch {
      return 1;
    }
    if (at + 1 < items.length) await tools.pause(signal).catch(() => {});
  }
  return 0;
}
