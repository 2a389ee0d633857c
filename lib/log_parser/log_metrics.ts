import { HeavyHitters, topOf } from "./heavy_hitters.ts";
import type { CountMemory } from "./_access_counter.ts";
import type { ScannedAccess } from "./_access_scan.ts";
import { latencyBucket, LatencySketch } from "../logging/latency_sketch.ts";
import { LogVolume } from "./_log_volume.ts";
import { RouteLatency } from "./_route_latency.ts";
import type { ScannedJson } from "./_scanned_json.ts";
import { LOG_LEVELS, type LogLevel } from "./log_levels.ts";
import type {
  LatencyQuantiles,
  LogMetricsPart,
  LogMetricsSnapshot,
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

/** Access lines of one minute. */
interface CountedLines {
  readonly lines: number;
  readonly errors: number;
  /** Whether one of them says how many bytes its response has. */
  readonly hasBytes: boolean;
  /** Earliest and latest time, in seconds since 1970. */
  readonly first: number;
  readonly last: number;
}

const TOP = 10;

/** Counts records while they pass, in bounded memory. */
export class LogMetrics {
  readonly #levels = new Float64Array(LOG_LEVELS.length + 1);
  #statuses: Float64Array = new Float64Array(1000);
  readonly #errorTypes = new HeavyHitters();
  readonly #paths = new HeavyHitters();
  readonly #clients = new HeavyHitters();
  readonly #userAgents = new HeavyHitters();
  readonly #routes = new RouteLatency();
  /** One number: their sum. */
  #responseBytes: Float64Array = new Float64Array(1);
  #hasBytes = false;
  readonly #latency = new LatencySketch();
  readonly #volume = new LogVolume();
  #errors = 0;
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
    if (record.epochSeconds !== undefined) this.#volume.add(record.epochSeconds, isError);
    if (record.response_bytes !== undefined) this.#addBytes(record.response_bytes);
    if (record.error_type !== undefined) this.#errorTypes.add(record.error_type);
    if (record.url_path !== undefined) this.#paths.add(record.url_path);
    if (record.client_address !== undefined) this.#clients.add(record.client_address);
    if (record.user_agent !== undefined) this.#userAgents.add(record.user_agent);
  }

  #addBytes(bytes: number): void {
    (this.#responseBytes[0] as number) += bytes;
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
    if (epochSeconds !== undefined) this.#volume.add(epochSeconds, isError);
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
    this.#volume.add(line.epochSeconds, isError);
    if (responseBytes >= 0) this.#addBytes(responseBytes);
    this.#paths.addBytes(bytes, line.pathStart, line.pathEnd);
    this.#clients.addBytes(bytes, line.clientStart, line.clientEnd);
    const { agentStart, agentEnd } = line;
    if (agentEnd > agentStart) this.#userAgents.addBytes(bytes, agentStart, agentEnd);
  }

  /**
   * Counts access lines of one minute whose statuses, bytes and texts a program has counted in the memory that this was
   * moved to.
   *
   * @internal
   */
  addCounted({ lines, errors, hasBytes, first, last }: CountedLines): void {
    (this.#levels[LOG_LEVELS.length] as number) += lines;
    this.#errors += errors;
    this.#hasBytes ||= hasBytes;
    this.#volume.addMinute(first, last, { records: lines, errors });
  }

  /**
   * Goes on in a memory where a program counts, too.
   *
   * @returns Whether all that was counted has room there.
   * @internal
   */
  moveTo(memory: CountMemory): boolean {
    if (!this.#paths.moveTo(memory.paths)) return false;
    if (!this.#clients.moveTo(memory.clients)) return false;
    if (!this.#userAgents.moveTo(memory.agents)) return false;
    memory.statuses.set(this.#statuses);
    memory.responseBytes.set(this.#responseBytes);
    this.#statuses = memory.statuses;
    this.#responseBytes = memory.responseBytes;
    return true;
  }

  /** Whether a program may count in the memory that this was moved to: all values have had room there. @internal */
  isIn(buffer: ArrayBuffer): boolean {
    return this.#paths.isIn(buffer) && this.#clients.isIn(buffer) && this.#userAgents.isIn(buffer);
  }

  /** Returns what was counted so far, to be added up; `undefined` if that is not possible. @internal */
  part(): LogMetricsPart | undefined {
    if (this.#latency.count > 0 || this.#errorTypes.top(1).length > 0) return undefined;
    return {
      levels: this.#levels,
      // What is sent to another thread would have all of the memory that it is in.
      statuses: this.#statuses.slice(),
      errors: this.#errors,
      responseBytes: this.#bytesOrNone(),
      ...this.#volume.part(),
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
    this.#volume.addPart(part);
  }

  #bytesOrNone(): number | undefined {
    return this.#hasBytes ? this.#responseBytes[0] : undefined;
  }

  #top(name: "paths" | "clients" | "userAgents", own: HeavyHitters) {
    return this.#parts.length === 0
      ? own.top(TOP)
      : topOf(this.#parts.map((part) => part[name]), TOP);
  }

  /** Returns what was counted so far. */
  snapshot(): LogMetricsSnapshot {
    const levels = Object.fromEntries(
      [...LOG_LEVELS, "none"].map((name, i) => [name, this.#levels[i] ?? 0]),
    ) as Record<LogLevel | "none", number>;
    const routes = [...this.#routes].map(([route, sketch]) => [route, quantilesOf(sketch)]);
    return {
      levels,
      errors: this.#errors,
      ...this.#byStatus(),
      ...this.#volume.snapshot(),
      errorTypes: this.#errorTypes.top(TOP),
      responseBytes: this.#bytesOrNone(),
      paths: this.#top("paths", this.#paths),
      clients: this.#top("clients", this.#clients),
      userAgents: this.#top("userAgents", this.#userAgents),
      latency: quantilesOf(this.#latency),
      routes: Object.fromEntries(routes),
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
}

function quantilesOf(sketch: LatencySketch): LatencyQuantiles | undefined {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => sketch.quantile(q));
  if (p50 === undefined || p95 === undefined || p99 === undefined) return undefined;
  return { count: sketch.count, p50, p95, p99 };
}
