import { spanIdOf, traceIdOf } from "../../logging/mod.ts";

/** Names the requests of one run, for `X-Request-Id` and W3C Trace Context. */
export class RequestIds {
  readonly #runId: string;
  readonly #traced: boolean;
  /** Random bytes for many requests: to ask for four costs as much as for a kilobyte. */
  readonly #random = new Uint8Array(1024);
  #used = 1024;

  /** @param runId The run's id; with it every request starts, and of it the trace id is made. */
  constructor(runId: string) {
    this.#runId = runId;
    this.#traced = !isPropagated();
  }

  /** Returns a new name for a request; its attempts add their number. */
  next(): string {
    return `${this.#runId}-${this.#fourBytes().toHex()}`;
  }

  #fourBytes(): Uint8Array {
    if (this.#used === this.#random.length) {
      crypto.getRandomValues(this.#random);
      this.#used = 0;
    }
    return this.#random.subarray(this.#used, this.#used += 4);
  }

  /** Sets the headers of one attempt. */
  mark(headers: Headers, requestId: string): void {
    headers.set("x-request-id", requestId);
    if (!this.#traced) return;
    headers.set("traceparent", `00-${traceIdOf(this.#runId)}-${spanIdOf(requestId)}-01`);
  }
}

/** The runtime's telemetry may send a traceparent of its own (not in a run); a second one would make both invalid. */
function isPropagated(): boolean {
  const api: TelemetryApi = Reflect.get(globalThis, Symbol.for("opentelemetry.js.api.1"));
  return api?.propagation?.fields()?.includes("traceparent") ?? false;
}

type TelemetryApi =
  | { readonly propagation?: { fields(): readonly string[] | undefined } }
  | undefined;
