// deno-lint-ignore-file no-unused-vars
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
}

/** What is new, and what the next call must know. */
export interface NewRows {
  readonly rows: readonly Row[];
  readonly state: State;
}

/** Reads the rows that no earlier call has given; `now` is our own clock, in s. */
export function readNew(source: Source, state: State | null, now: number): NewRows {
  // TODO(you): from where do you ask? which rows have been given? what must be remembered?
  throw new Error("Not written yet: readNew() in this file; begin with the first call, state null");
}
