/**
 * Two edges, and they must overlap. Asking goes back by the lag, since a row becomes visible later than it says; giving drops
 * what the last call has seen in that same stretch. Asking too much costs a little; asking too little is lost, for the next
 * watermark is beyond it.
 *
 * The watermark comes from the rows and never from our clock. The two clocks differ, and a row is placed by the clock that wrote
 * it. Our clock serves for one thing alone: it tells a row from 2099, which must not carry the watermark there, or nothing is
 * ever new again. Such a row does not count at all. To cut it down to our clock would make our clock the watermark after all,
 * and what is written in the minutes that it is ahead would be lost.
 *
 * What is remembered is the row as it is, not its id: an id would drop every correction, and id and time one that falls into the
 * same second. And it is remembered only as long as it can come again, so that the state has the size of a minute, not of a year.
 *
 * An empty answer is an answer: the watermark stays where it is. Math.max() of nothing is -Infinity, and that is how the whole
 * table comes again one quiet Sunday.
 *
 * @module
 */
/** The longest time between `changed` and the commit that makes it visible, in s. */
export const LAG = 60;

/** A row of the source. */
export interface Row {
  readonly id: string;
  /** When it was written, by the source's clock, in s. */
  readonly changed: number;
  readonly value: string;
}

/** A table that can be asked for what has changed. */
export interface Source {
  /** Rows that can be seen now and have `changed >= from`, in the order of `changed`. */
  since(from: number): readonly Row[];
}

/** What one call tells the next one; JSON. */
export interface State {
  readonly watermark: number;
  /** The rows that the next call will see again, as text. */
  readonly seen: readonly string[];
}

/** What is new, and what the next call must know. */
export interface NewRows {
  readonly rows: readonly Row[];
  readonly state: State;
}

/** Reads the rows that no earlier call has given; `now` is our own clock, in s. */
export function readNew(source: Source, state: State | null, now: number): NewRows {
  const before = state?.watermark ?? 0;
  const seen = new Set(state?.seen);
  const found = source.since(before - LAG);
  const rows = found.filter((row) => !seen.has(textOf(row)));
  const highest = found.findLast(({ changed }) => changed <= now)?.changed ?? before;
  const watermark = Math.max(before, highest);
  const again = found.filter(({ changed }) => changed >= watermark - LAG);
  return { rows, state: { watermark, seen: again.map(textOf) } };
}

function textOf({ id, changed, value }: Row): string {
  return JSON.stringify([id, changed, value]);
}
