import { HeavyHitters, topOf } from "./heavy_hitters.ts";
import type { ScannedAccess } from "./_access_scan.ts";
import { latencyBucket, LatencySketch } from "../logging/latency_sketch.ts";
import { RouteLatency } from "./_route_latency.ts";
import type { ScannedJson } from "./_scanned_json.ts";
import { LOG_LEVELS, type LogLevel } from "./log_levels.ts";
import type {
  LatencyQuantiles,
  LogMetricsPart,
  LogMetricsSnapshot,
  VolumeBucket,
} from "./log_metrics_snapshot.ts";

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
  /** Class of an exception. */
  readonly error_type?: string | undefined;
  /** Path of the request. */
  readonly url_path?: string | undefined;
  /** Address of the client. */
  readonly client_address?: string | undefined;
  /** User agent of the client. */
  readonly user_agent?: string | undefined;
  /** Bytes of the response. */
  readonly response_bytes?: number | undefined;
}

const MAX_BUCKETS = 2880;
const TOP = 10;

/** Counts records while they pass, in bounded memory. */
export class LogMetrics {
  readonly #levels = new Float64Array(LOG_LEVELS.length + 1);
  readonly #statuses = new Float64Array(1000);
  readonly #errorTypes = new HeavyHitters();
  readonly #paths = new HeavyHitters();
  readonly #clients = new HeavyHitters();
  readonly #userAgents = new HeavyHitters();
  readonly #routes = new RouteLatency();
  #responseBytes = 0;
  #hasBytes = false;
  readonly #latency = new LatencySketch();
  #volume = new Map<number, [records: number, errors: number]>();
  #bucketSeconds = 60;
  #lastBucket = Number.NaN;
  #lastCount = 0;
  #lastErrors = 0;
  #errors = 0;
  #first = Infinity;
  #last = -Infinity;
  /** What else was counted: of these, the frequent values are found at the end. */
  readonly #parts: LogMetricsPart[] = [];

  /** Adds up what was counted in parts of a log. @internal */
  static of(parts: readonly LogMetricsPart[]): LogMetrics {
    const sum = new LogMetrics();
    for (const part of parts) sum.#addPart(part);
    return sum;
  }

  /** Counts one record. */
  add(record: MetricInput): void {
    const isError = this.#addOutcome(record);
    if (record.duration_ns !== undefined) {
      const bucket = latencyBucket(record.duration_ns);
      this.#latency.addBucket(bucket);
      if (record.url_path !== undefined) this.#routes.add(bucket, record.url_path);
    }
    if (record.epochSeconds !== undefined) this.#addTime(record.epochSeconds, isError);
    if (record.response_bytes !== undefined) this.#addBytes(record.response_bytes);
    if (record.error_type !== undefined) this.#errorTypes.add(record.error_type);
    if (record.url_path !== undefined) this.#paths.add(record.url_path);
    if (record.client_address !== undefined) this.#clients.add(record.client_address);
    if (record.user_agent !== undefined) this.#userAgents.add(record.user_agent);
  }

  #addBytes(bytes: number): void {
    this.#responseBytes += bytes;
    this.#hasBytes = true;
  }

  /** Counts level and status; says whether the record is an error. */
  #addOutcome(
    { severity_number: severity, http_status: status, error_type }: MetricInput,
  ): boolean {
    const level = severity === undefined ? LOG_LEVELS.length : Math.floor((severity - 1) / 4);
    this.#levels[level] = (this.#levels[level] ?? 0) + 1;
    if (status !== undefined) this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    const isError = severity !== undefined && severity >= 17 ||
      status !== undefined && status >= 500 ||
      severity === undefined && error_type !== undefined;
    if (isError) this.#errors++;
    return isError;
  }

  /**
   * Counts a line of JSON whose texts are still bytes of the log.
   *
   * @internal
   */
  addJson(bytes: Uint8Array, line: ScannedJson): void {
    const isError = this.#addOutcome(line);
    const { duration_ns, epochSeconds, response_bytes, error_type, path, client, agent } = line;
    if (duration_ns !== undefined) {
      const bucket = latencyBucket(duration_ns);
      this.#latency.addBucket(bucket);
      if (path.start >= 0) this.#routes.addBytes(bucket, bytes, path.start, path.end);
    }
    if (epochSeconds !== undefined) this.#addTime(epochSeconds, isError);
    if (response_bytes !== undefined) this.#addBytes(response_bytes);
    if (error_type !== undefined) this.#errorTypes.add(error_type);
    if (path.start >= 0) this.#paths.addBytes(bytes, path.start, path.end);
    if (client.start >= 0) this.#clients.addBytes(bytes, client.start, client.end);
    if (agent.start >= 0) this.#userAgents.addBytes(bytes, agent.start, agent.end);
  }

  /**
   * Counts an access line whose fields are still bytes of the log.
   *
   * @internal
   */
  addAccess(bytes: Uint8Array, line: ScannedAccess): void {
    const { status, responseBytes } = line;
    (this.#levels[LOG_LEVELS.length] as number)++;
    (this.#statuses[status] as number)++;
    const isError = status >= 500;
    if (isError) this.#errors++;
    this.#addTime(line.epochSeconds, isError);
    if (responseBytes >= 0) this.#addBytes(responseBytes);
    this.#paths.addBytes(bytes, line.pathStart, line.pathEnd);
    this.#clients.addBytes(bytes, line.clientStart, line.clientEnd);
    const { agentStart, agentEnd } = line;
    if (agentEnd > agentStart) this.#userAgents.addBytes(bytes, agentStart, agentEnd);
  }

  /** Returns what was counted so far, to be added up; `undefined` if that is not possible. @internal */
  part(): LogMetricsPart | undefined {
    this.#flush();
    if (this.#latency.count > 0 || this.#errorTypes.top(1).length > 0) return undefined;
    return {
      levels: this.#levels,
      statuses: this.#statuses,
      errors: this.#errors,
      responseBytes: this.#hasBytes ? this.#responseBytes : undefined,
      bucketSeconds: this.#bucketSeconds,
      volume: this.#volume,
      first: this.#first,
      last: this.#last,
      paths: this.#paths.part(),
      clients: this.#clients.part(),
      userAgents: this.#userAgents.part(),
    };
  }

  #addPart(part: LogMetricsPart): void {
    this.#parts.push(part);
    for (const [i, count] of part.levels.entries()) (this.#levels[i] as number) += count;
    for (const [i, count] of part.statuses.entries()) (this.#statuses[i] as number) += count;
    this.#errors += part.errors;
    if (part.responseBytes !== undefined) this.#addBytes(part.responseBytes);
    this.#first = Math.min(this.#first, part.first);
    this.#last = Math.max(this.#last, part.last);
    while (this.#bucketSeconds < part.bucketSeconds) this.#coarsen();
    const wider = this.#bucketSeconds / part.bucketSeconds;
    for (const [bucket, counts] of part.volume) {
      const wide = Math.floor(bucket / wider);
      const [records, errors] = this.#volume.get(wide) ?? [0, 0];
      this.#volume.set(wide, [records + counts[0], errors + counts[1]]);
    }
    while (this.#volume.size > MAX_BUCKETS) this.#coarsen();
  }

  #top(name: "paths" | "clients" | "userAgents", own: HeavyHitters) {
    return this.#parts.length === 0
      ? own.top(TOP)
      : topOf(this.#parts.map((part) => part[name]), TOP);
  }

  /** Returns what was counted so far. */
  snapshot(): LogMetricsSnapshot {
    this.#flush();
    const levels = Object.fromEntries(
      [...LOG_LEVELS, "none"].map((name, i) => [name, this.#levels[i] ?? 0]),
    ) as Record<LogLevel | "none", number>;
    const buckets = [...this.#volume].sort((a, b) => a[0] - b[0])
      .map(([bucket, [records, errors]]): VolumeBucket => ({
        start: iso(bucket * this.#bucketSeconds) ?? "",
        records,
        errors,
      }));
    const routes = [...this.#routes].map(([route, sketch]) => [route, quantilesOf(sketch)]);
    return {
      levels,
      errors: this.#errors,
      ...this.#byStatus(),
      volume: {
        bucketMinutes: this.#bucketSeconds / 60,
        buckets,
        peak: mostOf(buckets, ({ records }) => records),
        peakErrors: mostOf(buckets, ({ errors }) => errors),
      },
      errorTypes: this.#errorTypes.top(TOP),
      responseBytes: this.#hasBytes ? this.#responseBytes : undefined,
      paths: this.#top("paths", this.#paths),
      clients: this.#top("clients", this.#clients),
      userAgents: this.#top("userAgents", this.#userAgents),
      latency: quantilesOf(this.#latency),
      routes: Object.fromEntries(routes),
      firstTimestamp: iso(this.#first),
      lastTimestamp: iso(this.#last),
    };
  }

  #byStatus(): Pick<LogMetricsSnapshot, "statuses" | "statusClasses"> {
    const statuses: Record<string, number> = {};
    const statusClasses: Record<string, number> = {};
    for (const [status, count] of this.#statuses.entries()) {
      if (count === 0) continue;
      const group = `${Math.floor(status / 100)}xx`;
      statuses[status] = count;
      statusClasses[group] = (statusClasses[group] ?? 0) + count;
    }
    return { statuses, statusClasses };
  }

  #addTime(seconds: number, isError: boolean): void {
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

  /** Neighbouring records share a bucket: it is counted outside the map. */
  #flush(): void {
    if (this.#lastCount > 0) {
      const [records, errors] = this.#volume.get(this.#lastBucket) ?? [0, 0];
      this.#volume.set(this.#lastBucket, [records + this.#lastCount, errors + this.#lastErrors]);
      this.#lastCount = 0;
      this.#lastErrors = 0;
    }
    while (this.#volume.size > MAX_BUCKETS) this.#coarsen();
  }

  #coarsen(): void {
    this.#bucketSeconds *= 2;
    const coarse = new Map<number, [number, number]>();
    for (const [bucket, [records, errors]] of this.#volume) {
      const wide = Math.floor(bucket / 2);
      const [before, errorsBefore] = coarse.get(wide) ?? [0, 0];
      coarse.set(wide, [before + records, errorsBefore + errors]);
    }
    this.#volume = coarse;
    this.#lastBucket = Number.NaN;
  }
}

function quantilesOf(sketch: LatencySketch): LatencyQuantiles | undefined {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => sketch.quantile(q));
  if (p50 === undefined || p95 === undefined || p99 === undefined) return undefined;
  return { count: sketch.count, p50, p95, p99 };
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
