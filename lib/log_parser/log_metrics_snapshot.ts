import type { HeavyHitter, HeavyHittersPart } from "./heavy_hitters.ts";
import type { LogLevel } from "./log_levels.ts";

/** Quantiles of a latency within 1 %, in ns. */
export interface LatencyQuantiles {
  /** Records with a duration. */
  readonly count: number;
  /** Half of them took no longer. */
  readonly p50: number;
  /** 95 % of them took no longer. */
  readonly p95: number;
  /** 99 % of them took no longer. */
  readonly p99: number;
}

/** Records of one span of time. */
export interface VolumeBucket {
  /** ISO UTC. */
  readonly start: string;
  /** Records in it. */
  readonly records: number;
  /** Errors among them. */
  readonly errors: number;
}

/** Metrics of a log. */
export interface LogMetricsSnapshot {
  /** Records by level; `none` has those without one. */
  readonly levels: Readonly<Record<LogLevel | "none", number>>;
  /** Records of level error or above, with a status of 500 or above, or without a level but with an exception. */
  readonly errors: number;
  /** Records by class of status: `2xx` ... */
  readonly statusClasses: Readonly<Record<string, number>>;
  /** Records over time; buckets grow from one minute on, so that there are never too many. */
  readonly volume: {
    readonly bucketMinutes: number;
    readonly buckets: readonly VolumeBucket[];
    /** The bucket with most records, the first of several; `undefined` where no record has a time. */
    readonly peak: VolumeBucket | undefined;
    /** The bucket with most errors; `undefined` where there are none. */
    readonly peakErrors: VolumeBucket | undefined;
  };
  /** Records by HTTP status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Records by class of exception, the most frequent ones. */
  readonly errorTypes: readonly HeavyHitter[];
  /** Sum of the bytes of all responses; `undefined` where no record says how many its has. */
  readonly responseBytes: number | undefined;
  /** Most frequent paths. */
  readonly paths: readonly HeavyHitter[];
  /** Most frequent clients. */
  readonly clients: readonly HeavyHitter[];
  /** Most frequent user agents. */
  readonly userAgents: readonly HeavyHitter[];
  /** `undefined` where no record has a duration. */
  readonly latency: LatencyQuantiles | undefined;
  /** Latency by path: those that came first, up to 256; `*` has the others. */
  readonly routes: Readonly<Record<string, LatencyQuantiles>>;
  /** Earliest time, ISO UTC, whole seconds. */
  readonly firstTimestamp: string | undefined;
  /** Latest time. */
  readonly lastTimestamp: string | undefined;
}

/** What was counted in a part of a log, such that parts can be added up; latencies, which parts do not add up, are none. */
export interface LogMetricsPart {
  /** Records by level, in the order of `LOG_LEVELS`; the last are those without one. */
  readonly levels: Float64Array;
  /** Records by HTTP status. */
  readonly statuses: Float64Array;
  /** Records that are errors. */
  readonly errors: number;
  /** Sum of the bytes of all responses; `undefined` where no record says how many its has. */
  readonly responseBytes: number | undefined;
  /** Width of the buckets. */
  readonly bucketSeconds: number;
  /** Records and errors by the number of their bucket since 1970. */
  readonly volume: ReadonlyMap<number, readonly [records: number, errors: number]>;
  /** Earliest time, in seconds since 1970. */
  readonly first: number;
  /** Latest time, in seconds since 1970. */
  readonly last: number;
  /** Frequent paths. */
  readonly paths: HeavyHittersPart;
  /** Frequent clients. */
  readonly clients: HeavyHittersPart;
  /** Frequent user agents. */
  readonly userAgents: HeavyHittersPart;
}
