import type { LogMetricsPart, LogMetricsSnapshot, VolumeBucket } from "./log_metrics_snapshot.ts";

const MAX_BUCKETS = 2880;

/** Records and errors over time: buckets of minutes, which grow so that there are never too many. */
export class LogVolume {
  #buckets = new Map<number, [records: number, errors: number]>();
  #bucketSeconds = 60;
  #lastBucket = Number.NaN;
  #lastCount = 0;
  #lastErrors = 0;
  #first = Infinity;
  #last = -Infinity;

  /** Counts a record, by seconds since 1970. */
  add(seconds: number, isError: boolean): void {
    if (seconds < this.#first) this.#first = seconds;
    if (seconds > this.#last) this.#last = seconds;
    const bucket = Math.floor(seconds / this.#bucketSeconds);
    if (bucket !== this.#lastBucket) {
      this.#flush();
      this.#lastBucket = Math.floor(seconds / this.#bucketSeconds);
    }
    this.#lastCount++;
    if (isError) this.#lastErrors++;
  }

  /** Counts records of one minute, of which the earliest and the latest time are given. */
  addMinute(first: number, last: number, counts: { records: number; errors: number }): void {
    this.add(last, false);
    if (first < this.#first) this.#first = first;
    this.#lastCount += counts.records - 1;
    this.#lastErrors += counts.errors;
  }

  /** Adds what was counted in a part of a log. */
  addPart(part: Pick<LogMetricsPart, "bucketSeconds" | "volume" | "first" | "last">): void {
    this.#first = Math.min(this.#first, part.first);
    this.#last = Math.max(this.#last, part.last);
    while (this.#bucketSeconds < part.bucketSeconds) this.#coarsen();
    const wider = this.#bucketSeconds / part.bucketSeconds;
    for (const [bucket, counts] of part.volume) {
      const wide = Math.floor(bucket / wider);
      const [records, errors] = this.#buckets.get(wide) ?? [0, 0];
      this.#buckets.set(wide, [records + counts[0], errors + counts[1]]);
    }
    while (this.#buckets.size > MAX_BUCKETS) this.#coarsen();
  }

  /** Returns what was counted so far, to be added up. */
  part(): Pick<LogMetricsPart, "bucketSeconds" | "volume" | "first" | "last"> {
    this.#flush();
    return {
      bucketSeconds: this.#bucketSeconds,
      volume: this.#buckets,
      first: this.#first,
      last: this.#last,
    };
  }

  /** Returns what was counted so far. */
  snapshot(): Pick<LogMetricsSnapshot, "volume" | "firstTimestamp" | "lastTimestamp"> {
    this.#flush();
    const buckets = [...this.#buckets].sort((a, b) => a[0] - b[0])
      .map(([bucket, [records, errors]]): VolumeBucket => ({
        start: iso(bucket * this.#bucketSeconds) ?? "",
        records,
        errors,
      }));
    return {
      volume: {
        bucketMinutes: this.#bucketSeconds / 60,
        buckets,
        peak: mostOf(buckets, ({ records }) => records),
        peakErrors: mostOf(buckets, ({ errors }) => errors),
      },
      firstTimestamp: iso(this.#first),
      lastTimestamp: iso(this.#last),
    };
  }

  /** Neighbouring records share a bucket: it is counted outside the map. */
  #flush(): void {
    if (this.#lastCount > 0) {
      const [records, errors] = this.#buckets.get(this.#lastBucket) ?? [0, 0];
      this.#buckets.set(this.#lastBucket, [records + this.#lastCount, errors + this.#lastErrors]);
      this.#lastCount = 0;
      this.#lastErrors = 0;
    }
    while (this.#buckets.size > MAX_BUCKETS) this.#coarsen();
  }

  #coarsen(): void {
    this.#bucketSeconds *= 2;
    const coarse = new Map<number, [number, number]>();
    for (const [bucket, [records, errors]] of this.#buckets) {
      const wide = Math.floor(bucket / 2);
      const [before, errorsBefore] = coarse.get(wide) ?? [0, 0];
      coarse.set(wide, [before + records, errorsBefore + errors]);
    }
    this.#buckets = coarse;
    this.#lastBucket = Number.NaN;
  }
}

/** The first bucket with the highest count above 0. */
function mostOf(
  buckets: readonly VolumeBucket[],
  count: (bucket: VolumeBucket) => number,
): VolumeBucket | undefined {
  let most: VolumeBucket | undefined;
  for (const bucket of buckets) {
    if (count(bucket) > (most === undefined ? 0 : count(most))) most = bucket;
  }
  return most;
}

function iso(seconds: number): string | undefined {
  return Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : undefined;
}
