import { entryOf, formatEvent, type LoggedEvent } from "./_event_line.ts";
import { redact } from "./redact.ts";
import { spanIdOf, traceIdOf } from "./trace_ids.ts";
import { type Correlation, currentCorrelation, withCorrelation } from "./with_correlation.ts";

/** What of the OpenTelemetry API is used; the runtime registers it when it was started with OTEL_DENO=true. */
interface Api {
  readonly trace: { getTracer(name: string): Tracer };
  readonly context: { active(): Context; with<T>(context: Context, fn: () => T): T };
  readonly metrics: { getMeter(name: string): Meter };
}

interface Tracer {
  startSpan(
    name: string,
    options: { readonly attributes: Attributes; readonly startTime?: number },
    context: Context,
  ): Span;
}

interface Context {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): Context;
}

interface Span {
  spanContext(): Readonly<Record<string, unknown>>;
  setStatus(status: { readonly code: number; readonly message: string }): void;
  recordException(error: { readonly name: string; readonly message: string }): void;
  end(time?: number): void;
}

interface Meter {
  createCounter(name: string): { add(count: number, attributes: Attributes): void };
  createHistogram(
    name: string,
    options: { readonly unit: string },
  ): { record(value: number, attributes: Attributes): void };
}

type Attributes = Readonly<Record<string, string | number | boolean>>;

const SPAN = Symbol.for("OpenTelemetry Context Key SPAN");
const FAILED = 2;

/** Spans and metrics of this process; `undefined` unless the runtime was started with OTEL_DENO=true. */
const telemetry = open(Reflect.get(globalThis, Symbol.for("opentelemetry.js.api.1")));

function open(api: Api | undefined) {
  if (api === undefined) return undefined;
  const meter = api.metrics.getMeter("headwaters");
  return {
    api,
    tracer: api.trace.getTracer("headwaters"),
    requests: meter.createCounter("headwaters.requests"),
    records: meter.createCounter("headwaters.records"),
    latency: meter.createHistogram("headwaters.request.duration", { unit: "ms" }),
    /** Until when the pages of a stream have been told. */
    pagesTo: new WeakMap<Span, number>(),
  };
}

type Telemetry = NonNullable<typeof telemetry>;

/**
 * Runs a part of a run under its correlation, as {@linkcode withCorrelation} does, and as a span of the run's trace if
 * telemetry is on.
 *
 * @param name Kind of part: a closed set of `run`, `source`, `stream`, `file` and `publish`.
 */
export async function inSpan<T>(
  name: "run" | "source" | "stream" | "file" | "publish",
  fields: Correlation,
  fn: () => Promise<T>,
): Promise<T> {
  return await withCorrelation(fields, () => telemetry ? traced(telemetry, name, fn) : fn());
}

async function traced<T>(on: Telemetry, name: string, fn: () => Promise<T>): Promise<T> {
  const { api, tracer, pagesTo } = on;
  const { run_id = "" } = currentCorrelation();
  const above = ownSpan(on) ?? runParent(run_id);
  const context = api.context.active();
  const attributes = attributesOf(currentCorrelation());
  const span = tracer.startSpan(name, { attributes }, context.setValue(SPAN, above));
  pagesTo.set(span, Date.now());
  try {
    return await api.context.with(context.setValue(SPAN, new Unsampled(span)), fn);
  } catch (error) {
    fail(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** The trace is the run's own, the same in its log and its requests, and when the run is resumed. */
function runParent(runId: string) {
  const ids = { traceId: traceIdOf(runId), spanId: spanIdOf(runId), traceFlags: 1, isRemote: true };
  return { spanContext: () => ids };
}

/**
 * Stands for a span where the runtime makes spans of its own: under one that is not sampled it makes none. Those of
 * `fetch` have the whole URL, credentials in its query included; ours are redacted.
 */
class Unsampled {
  readonly own: Span;

  constructor(own: Span) {
    this.own = own;
  }

  spanContext() {
    return { ...this.own.spanContext(), traceFlags: 0 };
  }

  isRecording(): boolean {
    return false;
  }
}

function ownSpan({ api }: Telemetry): Span | undefined {
  const active = api.context.active().getValue(SPAN);
  return active instanceof Unsampled ? active.own : undefined;
}

/** Makes spans and metrics of the events that a run logs anyway. */
export function traceEvent(logged: LoggedEvent, runId: string): void {
  const span = telemetry && ownSpan(telemetry);
  if (telemetry === undefined || span === undefined) return;
  const { event, fields, timestamp } = logged;
  const { source, stream } = currentCorrelation();
  const place = attributesOf({ source, stream });
  switch (event) {
    case "request-answered":
    case "request-failed":
    case "request-stopped": {
      const latency = Number(fields["latency_ms"]);
      child(telemetry, "request", { logged, runId, from: timestamp - latency });
      telemetry.requests.add(1, { ...place, event });
      telemetry.latency.record(latency, place);
      break;
    }
    case "page-read":
    case "page-skipped":
      child(telemetry, "page", { logged, runId, from: telemetry.pagesTo.get(span) ?? timestamp });
      telemetry.pagesTo.set(span, timestamp);
      break;
    case "stream-ended":
      for (const kind of ["read", "written", "rejected", "duplicates", "unchanged"]) {
        telemetry.records.add(Number(fields[kind]), { ...place, kind });
      }
      break;
    default:
      if (fields["error"] !== undefined) fail(span, fields["error"]);
  }
}

function child(
  on: Telemetry,
  name: "request" | "page",
  about: { readonly logged: LoggedEvent; readonly runId: string; readonly from: number },
): void {
  const { logged, runId, from } = about;
  const entry = entryOf(formatEvent(logged, runId, { stack: false }));
  const context = on.api.context.active().setValue(SPAN, ownSpan(on));
  const attributes = attributesOf({ ...entry.fields, event: logged.event });
  const span = on.tracer.startSpan(name, { attributes, startTime: from }, context);
  const { code, reason } = entry.fields;
  if (code !== undefined) span.setStatus({ code: FAILED, message: `${code}: ${reason}` });
  span.end(logged.timestamp);
}

function attributesOf(fields: object): Attributes {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        name,
        typeof value === "number" || typeof value === "boolean" ? value : redact(String(value)),
      ]),
  );
}

function fail(span: Span, error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof Error && "code" in error ? String(error.code) : name;
  span.recordException({ name: code, message: redact(message) });
  span.setStatus({ code: FAILED, message: redact(message) });
}
