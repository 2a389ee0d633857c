import { LatencySketch } from "./latency_sketch.ts";

/** Endpoints of which latencies are kept; what is asked beyond them is counted under one name. */
const MOST_ENDPOINTS = 50;
const OTHER = "other";

/** Counters and latencies of a run so far, as the events `run-metrics` and `endpoint-latency` say them. */
export interface MetricsSnapshot {
  readonly requests: number;
  readonly retries: number;
  readonly bytes: number;
  /** Ms waited before further attempts, by reason. */
  readonly waits: Readonly<Record<string, number>>;
  /** By code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Lines by event. */
  readonly events: Readonly<Record<string, number>>;
  readonly endpoints: readonly EndpointLatency[];
}

/** How long the answers of one endpoint took, in ms. */
export interface EndpointLatency {
  /** Method and path, without the query. */
  readonly endpoint: string;
  readonly requests: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What of a log line is counted. */
export interface Counted {
  readonly event: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Counts what the events of a run say, in bounded memory: there is no second system to keep in step with the log. */
export class Metrics {
  #requests = 0;
  #retries = 0;
  #bytes = 0;
  readonly #waits = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  readonly #events = new Map<string, number>();
  readonly #latencies = new Map<string, LatencySketch>();

  /** Counts one line. */
  add({ event, fields }: Counted): void {
    if (event === undefined) return;
    addTo(this.#events, event, 1);
    if (ATTEMPTS.has(event)) this.#addAttempt(fields);
    const code = fields["code"] ?? codeOf(fields["error"]);
    if (typeof code === "string" && code !== "") addTo(this.#errors, code, 1);
  }

  /** Returns everything that was counted. */
  snapshot(): MetricsSnapshot {
    return {
      requests: this.#requests,
      retries: this.#retries,
      bytes: this.#bytes,
      waits: Object.fromEntries(this.#waits),
      errors: Object.fromEntries(this.#errors),
      events: Object.fromEntries(this.#events),
      endpoints: Array.from(this.#latencies, ([endpoint, sketch]) => ({
        endpoint,
        requests: sketch.count,
        p50: millis(sketch.quantile(0.5)),
        p95: millis(sketch.quantile(0.95)),
        p99: millis(sketch.quantile(0.99)),
      })),
    };
  }

  #addAttempt(fields: Readonly<Record<string, unknown>>): void {
    this.#requests++;
    if (Number(fields["attempt"]) > 1) this.#retries++;
    this.#bytes += Number(fields["bytes"] ?? 0);
    const { wait_ms: wait, wait_reason: reason, wait_source: source } = fields;
    if (typeof wait === "number") addTo(this.#waits, String(source ?? reason ?? OTHER), wait);
    this.#sketch(endpointOf(fields)).add(Number(fields["latency_ms"] ?? 0) * 1e6);
  }

  #sketch(endpoint: string): LatencySketch {
    const isNew = !this.#latencies.has(endpoint) && this.#latencies.size >= MOST_ENDPOINTS;
    const name = isNew ? OTHER : endpoint;
    const known = this.#latencies.get(name) ?? new LatencySketch();
    this.#latencies.set(name, known);
    return known;
  }
}

/** Events of one attempt at a request. */
const ATTEMPTS: ReadonlySet<string> = new Set([
  "request-answered",
  "request-failed",
  "request-stopped",
]);

function endpointOf({ method, url }: Readonly<Record<string, unknown>>): string {
  const path = String(url).replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/[?#].*$/s, "");
  return `${method} ${path || "/"}`;
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

function addTo(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function millis(nanos: number | undefined): number {
  return Math.round((nanos ?? 0) / 1e4) / 100;
}
