import {
  ApiClient,
  type ApiClientOptions,
  type Clock,
  type Page,
  type PagesOptions,
  type StreamEnd,
  type StreamRequest,
} from "../../../lib/api/mod.ts";
import { IngestError } from "../../../lib/errors/mod.ts";

/** A clock that moves only when somebody sleeps. */
export class VirtualClock implements Clock {
  #time: number;

  constructor(time: number = Date.UTC(2026, 0, 1)) {
    this.#time = time;
  }

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#time += Math.max(0, ms);
    return Promise.resolve();
  }

  /** Lets time pass. */
  advance(ms: number): void {
    this.#time += ms;
  }
}

/** What reading a stream came to. */
export interface Outcome {
  /** Every record's own text, in order. */
  readonly texts: string[];
  /** Every record's `id`, in order. */
  readonly ids: unknown[];
  readonly pages: Page[];
  /** How it ended, unless it failed. */
  readonly end: StreamEnd | undefined;
  /** The error's code, whether thrown or reported as a guard. */
  readonly code: string | undefined;
  readonly error: unknown;
}

/** Creates a client without randomness and with a virtual clock; the clock comes back beside it. */
export function hunted(
  baseUrl: string,
  options: Partial<ApiClientOptions> = {},
): { client: ApiClient; clock: VirtualClock } {
  const clock = new VirtualClock();
  const retry = { jitter: false, limit: 2, ...options.retry };
  return { client: new ApiClient({ baseUrl, clock, timeout: 5000, ...options, retry }), clock };
}

/** Reads a stream to its end, whichever that is. */
export async function outcome(
  client: ApiClient,
  stream: StreamRequest,
  options: PagesOptions = {},
): Promise<Outcome> {
  const pages: Page[] = [];
  let end: StreamEnd | undefined;
  let error: unknown;
  try {
    const generator = client.pages(stream, options);
    for (;;) {
      const step = await generator.next();
      if (step.done) {
        end = step.value;
        break;
      }
      pages.push(step.value);
    }
  } catch (caught) {
    error = caught; // the outcome under test
  }
  const records = pages.flatMap((page) => [...page.records]);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const cause = error ?? end?.guard;
  return {
    pages,
    end,
    error: cause,
    code: cause instanceof IngestError ? cause.code : cause === undefined ? undefined : `${cause}`,
    texts: records.map((record) => decoder.decode(record.bytes)),
    ids: records.map((record) => (record.value as { id?: unknown } | null | undefined)?.id),
  };
}

/** Sends one request; returns the status it came to or the code it failed with. */
export async function statusOrCode(
  sending: Promise<{ status: number }>,
): Promise<number | string> {
  try {
    return (await sending).status;
  } catch (error) {
    return error instanceof IngestError ? error.code : `${error}`;
  }
}

/** Records `{"id": from}` to `{"id": to}`. */
export function rows(from: number, to: number): { id: number }[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => ({ id: from + index }));
}

/** The numbers from 1 to n. */
export function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}
