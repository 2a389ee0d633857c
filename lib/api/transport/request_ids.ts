import { spanIdOf, traceIdOf } from "../../logging/mod.ts";

/** Names the requests of one run, for `X-Request-Id` and W3C Trace Context. */
export class RequestIds {
  readonly #runId: string;
  readonly #traced: boolean;

  /** @param runId The run's id; with it every request starts, and of it the trace id is made. */
  constructor(runId: string) {
    this.#runId = runId;
    this.#traced = !isPropagated();
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

/** The runtime's telemetry may send a traceparent of its own (not in a run); a second one would make both invalid. */
function isPropagated(): boolean {
  const api: TelemetryApi = Reflect.get(globalThis, Symbol.for("opentelemetry.js.api.1"));
  return api?.propagation?.fields()?.includes("traceparent") ?? false;
}

type TelemetryApi =
  | { readonly propagation?: { fields(): readonly string[] | undefined } }
  | undefined;
