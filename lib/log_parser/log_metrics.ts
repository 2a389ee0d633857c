import { LatencySketch } from "./latency_sketch.ts";

/** Names of the levels, by OpenTelemetry's ranges of severity numbers. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** Name of a level. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a metric needs of a record. */
export interface MetricInput {
  /** OpenTelemetry severity, 1-24. */
  readonly severity_number: number | undefined;
  /** HTTP status. */
  readonly http_status: number | undefined;
  /** Latency in ns. */
  readonly duration_ns: number | undefined;
  /** Seconds since 1970. */
  readonly epochSeconds: number | undefined;
}

/** Metrics of a log. */
export interface LogMetricsSnapshot {
  /** Records by level; `none` has those without one. */
  readonly levels: Readonly<Record<LogLevel | "none", number>>;
  /** Records of level error or above, or with a status of 500 or above. */
  readonly errors: number;
  /** Records by class of status: `2xx` ... */
  readonly statusClasses: Readonly<Record<string, number>>;
  /** Records over time; buckets grow from one minute on, so that there are never too many. */
  readonly volume: {
    readonly bucketMinutes: number;
    readonly buckets: readonly { readonly start: string; readonly records: number }[];
  };
  /** Quantiles within 1 %, in ns; `undefined` where no record has a duration. */
  readonly latency:
    | { readonly count: number; readonly p50: number; readonly p95: number; readonly p99: number }
    | undefined;
  /** Earliest time, ISO UTC, whole seconds. */
  readonly firstTimestamp: string | undefined;
  /** Latest time. */
  readonly lastTimestamp: string | undefined;
}

const MAX_BUCKETS = 2880;

/** Counts records while they pass, in bounded memory. */
export class LogMetrics {
  readonly #levels = new Float64Array(LOG_LEVELS.length + 1);
  readonly #statuses = new Float64Array(10);
  readonly #latency = new LatencySketch();
  #volume = new Map<number, number>();
  #bucketSeconds = 60;
  #lastBucket = Number.NaN;
  #lastCount = 0;
  #errors = 0;
  #first = Infinity;
  #last = -Infinity;

  /** Counts one record. */
  add(record: MetricInput): void {
    const severity = record.severity_number;
    const level = severity === undefined ? LOG_LEVELS.length : Math.floor((severity - 1) / 4);
    this.#levels[level] = (this.#levels[level] ?? 0) + 1;
    const status = record.http_status;
    if (status !== undefined) {
      const group = Math.floor(status / 100);
      this.#statuses[group] = (this.#statuses[group] ?? 0) + 1;
    }
    if (severity !== undefined && severity >= 17 || status !== undefined && status >= 500) {
      this.#errors++;
    }
    if (record.duration_ns !== undefined) this.#latency.add(record.duration_ns);
    if (record.epochSeconds !== undefined) this.#addTime(record.epochSeconds);
  }

  /** Returns what was counted so far. */
  snapshot(): LogMetricsSnapshot {
    this.#flush();
    const levels = Object.fromEntries(
      [...LOG_LEVELS, "none"].map((name, i) => [name, this.#levels[i] ?? 0]),
    ) as Record<LogLevel | "none", number>;
    return {
      levels,
      errors: this.#errors,
      statusClasses: Object.fromEntries(
        [...this.#statuses].flatMap((count, i) => count > 0 ? [[`${i}xx`, count]] : []),
      ),
      volume: {
        bucketMinutes: this.#bucketSeconds / 60,
        buckets: [...this.#volume].sort((a, b) => a[0] - b[0]).map(([bucket, records]) => ({
          start: iso(bucket * this.#bucketSeconds) ?? "",
          records,
        })),
      },
      latency: this.#quantiles(),
      firstTimestamp: iso(this.#first),
      lastTimestamp: iso(this.#last),
    };
  }

  #quantiles(): LogMetricsSnapshot["latency"] {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => this.#latency.quantile(q));
    if (p50 === undefined || p95 === undefined || p99 === undefined) return undefined;
    return { count: this.#latency.count, p50, p95, p99 };
  }

  #addTime(seconds: number): void {
    if (seconds < this.#first) this.#first = seconds;
    if (seconds > this.#last) this.#last = seconds;
    const bucket = Math.floor(seconds / this.#bucketSeconds);
    if (bucket !== this.#lastBucket) {
      this.#flush();
      this.#lastBucket = Math.floor(seconds / this.#bucketSeconds);
    }
    this.#lastCount++;
  }

  /** Neighbouring records share a bucket: it is counted outside the map. */
  #flush(): void {
    if (this.#lastCount > 0) {
      this.#volume.set(
        this.#lastBucket,
        (this.#volume.get(this.#lastBucket) ?? 0) + this.#lastCount,
      );
      this.#lastCount = 0;
    }
    while (this.#volume.size > MAX_BUCKETS) this.#coarsen();
  }

  #coarsen(): void {
    this.#bucketSeconds *= 2;
    const coarse = new Map<number, number>();
    for (const [bucket, count] of this.#volume) {
      const wide = Math.floor(bucket / 2);
      coarse.set(wide, (coarse.get(wide) ?? 0) + count);
    }
    this.#volume = coarse;
    this.#lastBucket = Number.NaN;
  }
}

function iso(seconds: number): string | undefined {
  return Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : undefined;
}
