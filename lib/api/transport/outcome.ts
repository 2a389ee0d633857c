import type { IngestError } from "../../errors/mod.ts";
import type { ApiResponse } from "./api_response.ts";
import type { RequestTiming } from "./request_timing.ts";

/** A request that came to a usable end. */
export interface Success<T> {
  readonly ok: true;
  readonly response: ApiResponse;
  /** What the body was read as. */
  readonly value: T;
  readonly timing: RequestTiming;
}

/** A request that failed for good, with what a quarantine wants to know of it. */
export interface Failure {
  readonly ok: false;
  readonly error: IngestError;
  readonly status: number;
  readonly requestId: string;
  readonly attempts: number;
  /** Redacted. */
  readonly url: string;
  /** Size of the last body. */
  readonly bytes: number;
  /** The first bytes of the last body. */
  readonly bodySample: Uint8Array;
  readonly timing: RequestTiming;
}

/** How a request ended. */
export type Outcome<T> = Success<T> | Failure;
