// deno-lint-ignore-file no-unused-vars
/** Durations, as counts in buckets: quantiles within 1 %, in bounded memory. */
export class LatencySketch {
  /** Durations that were added. */
  get count(): number {
    throw new Error("Not written yet: LatencySketch in this file; begin with count and add()");
  }

  /** Takes one duration in ms, 0 or more. */
  add(ms: number): void {
    // TODO(you): what do you keep of a duration, if not the duration?
    throw new Error("Not written yet: LatencySketch in this file; begin with count and add()");
  }

  /** Returns the duration with rank floor(q * (count - 1)), within 1 %; `undefined` without any. */
  quantile(q: number): number | undefined {
    throw new Error("Not written yet: LatencySketch in this file; begin with count and add()");
  }

  /** Takes in what another sketch counted. */
  merge(other: LatencySketch): void {
    throw new Error("Not written yet: LatencySketch in this file; begin with count and add()");
  }
}
