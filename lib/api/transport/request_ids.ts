import { spanIdOf, traceIdOf } from "../../logging/mod.ts";

/** Names the requests of one run, for `X-Request-Id` and W3C Trace Context. */
export class RequestIds {
  readonly #runId: string;
  readonly #traced: boolean;

  /** @param runId The run's id; with it every request starts, and of it the trace id is made. */
  constructor(runId: string) {
    this.#runId = runId;
    this.#traced = !telemetryIsOn();
  }

  /** Returns a new name for a request; its attempts add their number. */
  next(): string {
    return `${this.#runId}-${randomHex(4)}`;
  }

  /** Sets the headers of one attempt. */
  mark(headers: Headers, requestId: string): void {
    headers.set("x-request-id", requestId);
    if (!this.#traced) return;
    headers.set("traceparent", `00-${traceIdOf(this.#runId)}-${spanIdOf(requestId)}-01`);
  }
}

function randomHex(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toHex();
}

/** Deno's own telemetry sends a traceparent; a second one would make both invalid. */
function telemetryIsOn(): boolean {
  try {
    const { telemetry } = Deno as unknown as { telemetry: TelemetryProbe };
    telemetry.tracerProvider.getTracer("headwaters").startSpan("probe").end();
    return true;
  } catch {
    return false; // it throws exactly when telemetry is off
  }
}

interface TelemetryProbe {
  readonly tracerProvider: {
    getTracer(name: string): { startSpan(name: string): { end(): void } };
  };
}
