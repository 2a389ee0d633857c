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
  /** Failures by code, each once, in however many lines it is said on its way to the end of the run. */
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
  /** Says which stream it belongs to. @default none */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Counts what the events of a run say, in bounded memory: there is no second system to keep in step with the log. */
export class Metrics {
  #requests = 0;
  #retries = 0;
  #bytes = 0;
  readonly #waits = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  readonly #events = new Map<string, number>();
  /** Codes of each stream that some line has said, and the errors that lines have held. */
  readonly #said = new Map<string, Set<string>>();
  readonly #seen = new WeakSet<object>();
  readonly #latencies = new Map<string, LatencySketch>();

  /** Counts one line. */
  add({ event, fields, context = {} }: Counted): void {
    if (event === undefined) return;
    addTo(this.#events, event, 1);
    if (ATTEMPTS.has(event)) this.#addAttempt(fields);
    for (const [code, count] of Object.entries(fields["reject_codes"] ?? {})) {
      addTo(this.#errors, code, Number(count));
    }
    const code = fields["code"] ?? codeOf(fields["error"]);
    if (typeof code !== "string" || code === "") return;
    const { source = fields["source"], stream = fields["stream"] } = context;
    if (this.#isNew(event, { code, error: fields["error"], place: `${source}.${stream}` })) {
      addTo(this.#errors, code, 1);
    }
  }

  /** An attempt's failure goes on to be that of its page, its stream and the run, each of which has its line. */
  #isNew(
    event: string,
    { code, error, place }: {
      readonly code: string;
      readonly error: unknown;
      readonly place: string;
    },
  ): boolean {
    const said = this.#said.get(place) ?? new Set();
    this.#said.set(place, said);
    const isSaid = said.has(code);
    const isSeen = causesOf(error).some((cause) => this.#seen.has(cause));
    for (const cause of causesOf(error)) this.#seen.add(cause);
    // Several pages may fail by one code that no attempt has said.
    if (event !== "page-skipped") said.add(code);
    // The reject of a page that was skipped; the page's own line has said why.
    return code !== "page-failed" && !isSeen && !(isSaid && RETELLINGS.has(event));
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

/** Events that may say what a line before them has said of the same stream. */
const RETELLINGS: ReadonlySet<string> = new Set([
  "page-skipped",
  "stream-ended-early",
  "stream-suspended",
  "stream-ended",
]);

/** Most causes that are followed, should one lead back to itself. */
const MOST_CAUSES = 20;

function causesOf(error: unknown): object[] {
  const causes: object[] = [];
  for (let cause = error; typeof cause === "object" && cause !== null;) {
    if (causes.push(cause) >= MOST_CAUSES) break;
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}

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
