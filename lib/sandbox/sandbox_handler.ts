import { accessLine, logTarget } from "./_access_line.ts";
import { type Answer, jsonAnswer } from "./_answer.ts";
import { Call, type Shared } from "./_call.ts";
import { FaultBook } from "./_fault_book.ts";
import { answerGithub } from "./_github.ts";
import { imfFixdate } from "./_http_date.ts";
import { answerNextUrl } from "./_next_url.ts";
import { answerToken, isTokenPath } from "./_oauth.ts";
import { answerOpenalex } from "./_openalex.ts";
import { Quota } from "./_quota.ts";
import { hashText } from "./_random.ts";
import { Samples } from "./_samples.ts";
import { sendAnswer } from "./_send_answer.ts";
import { Tokens } from "./_tokens.ts";
import { answerUsgs } from "./_usgs.ts";
import { parseFault } from "./parse_fault.ts";
import { REAL_CLOCK, type SandboxClock } from "./sandbox_clock.ts";
import type { SandboxRoute } from "./sandbox_routes.ts";

/** Options of {@linkcode SandboxHandler}. */
export interface SandboxHandlerOptions {
  /** Folder of the sample files, each read when it is first asked for. @default {"data/samples"} */
  readonly samples?: string;
  /** Bearer token, API key and client secret that are accepted. @default {"sandbox-token"} */
  readonly token?: string;
  /** Faults, each in the form that {@linkcode parseFault} reads. @default {[]} */
  readonly faults?: readonly string[];
  /** Seed of the faults that happen with a probability. @default {7} */
  readonly seed?: number;
  /** Life of a token from the token endpoint, in ms. @default {60_000} */
  readonly tokenLifetime?: number;
  /** Requests an hour that the GitHub listing allows. @default {5000} */
  readonly quota?: number;
  /** Quakes that were updated after this moment (epoch ms) are not there yet. @default {Infinity} */
  readonly asOf?: number;
  /** Time; what is missing is taken from the real clock. @default {REAL_CLOCK} */
  readonly clock?: Partial<SandboxClock>;
  /** Gets each line of the access log, its line feed included. @default {nothing} */
  readonly log?: (line: string) => void;
  /** Sees each request before it is answered. @default {nothing} */
  readonly observe?: (request: Request) => void;
}

/** Routes to which records can be added. */
export type SandboxListing = Exclude<SandboxRoute, "token">;

/**
 * The sandbox without its server: takes a request, gives the response.
 *
 * {@linkcode startSandbox} puts it behind a port. On its own it answers without any network, which is how
 * the sample access log is made.
 */
export class SandboxHandler {
  readonly #shared: Shared;
  readonly #quota: Quota;
  readonly #seed: number;
  readonly #clock: SandboxClock;
  readonly #log: ((line: string) => void) | undefined;
  readonly #observe: ((request: Request) => void) | undefined;
  readonly #stopped = new AbortController();
  readonly #requests: Record<SandboxRoute, number> = {
    quakes: 0,
    flights: 0,
    strikes: 0,
    token: 0,
  };
  #served = 0;

  /**
   * Reads the faults; no sample is read yet.
   *
   * @param options Samples, token, faults, clock.
   * @throws {UsageError} If a fault has not the form that {@linkcode parseFault} reads.
   */
  constructor(options: SandboxHandlerOptions = {}) {
    const { seed = 7, token = "sandbox-token", tokenLifetime = 60_000 } = options;
    this.#seed = seed;
    this.#shared = {
      samples: new Samples(options.samples ?? "data/samples", options.asOf ?? Infinity),
      book: new FaultBook((options.faults ?? []).map(parseFault), seed),
      tokens: new Tokens(token, tokenLifetime, seed),
    };
    this.#quota = new Quota(options.quota ?? 5000);
    this.#clock = { ...REAL_CLOCK, ...bindClock(options.clock ?? {}) };
    this.#log = options.log;
    this.#observe = options.observe;
  }

  /** How many requests each route has had, refused ones and faults included. */
  get requests(): Readonly<Record<SandboxRoute, number>> {
    return { ...this.#requests };
  }

  /**
   * Adds records to a listing, as if they had come in upstream; they are there at the next request.
   *
   * @param listing Where to.
   * @param records GeoJSON features for `quakes`, where a known id replaces the older version; flat objects for
   * the others, which get an id if they have none. Text is sent as it is, so that it may hold `1e400` or `1.10`.
   */
  add(listing: SandboxListing, records: readonly (object | string)[]): void {
    this.#shared.samples.add(listing, records, this.#clock.now());
  }

  /**
   * Answers one request.
   *
   * @param request The request.
   * @param client Address of the caller, for the access log.
   * @returns The response; its body may be damaged if a fault says so.
   */
  async handle(request: Request, client = "127.0.0.1"): Promise<Response> {
    const started = this.#clock.monotonic();
    const now = this.#clock.now();
    const url = new URL(request.url);
    const number = ++this.#served;
    const route = routeOf(url.pathname);
    if (route !== undefined) this.#requests[route]++;
    this.#observe?.(request);
    const call = route && new Call(request, url, { route, now, shared: this.#shared });
    const answer = call === undefined ? unknownPath() : await this.#answer(call);
    const delay = call?.plan.delay ?? 0;
    if (delay > 0) await this.#pause(delay);
    const requestId = request.headers.get("x-request-id") ?? this.#requestId(number);
    const { response, bytes } = sendAnswer(answer, {
      fault: call?.plan.answer,
      headers: {
        "Date": imfFixdate(now),
        "X-Request-Id": requestId,
        ...(url.pathname.startsWith("/github/")
          ? { "X-GitHub-Request-Id": this.#githubId(number) }
          : {}),
      },
      pause: (ms) => this.#pause(ms),
      withoutBody: request.method === "HEAD",
    });
    this.#log?.(accessLine({
      client,
      user: call?.user,
      at: now,
      method: request.method,
      target: logTarget(url),
      status: response.status,
      bytes,
      referrer: request.headers.get("referer"),
      agent: request.headers.get("user-agent"),
      micros: Math.max(1, Math.round((this.#clock.monotonic() - started) * 1000)),
      requestId,
    }));
    return response;
  }

  /** Ends every wait that is under way. */
  stop(): void {
    this.#stopped.abort();
  }

  #answer(call: Call): Answer | Promise<Answer> {
    if (call.route === "token") return answerToken(call);
    if (call.url.pathname.startsWith("/usgs/")) return answerUsgs(call);
    if (call.url.pathname.startsWith("/github/")) return answerGithub(call, this.#quota);
    if (call.url.pathname.startsWith("/openalex/")) return answerOpenalex(call);
    return answerNextUrl(call);
  }

  async #pause(ms: number): Promise<void> {
    // Not the request's own signal: using it makes the runtime print a warning on stderr.
    const { signal } = this.#stopped;
    try {
      await this.#clock.sleep(ms, signal);
    } catch (error) {
      // A clock may reject when it is stopped; nobody waits for the answer then.
      if (!signal.aborted) throw error;
    }
  }

  #requestId(number: number): string {
    return `sb-${String(number).padStart(6, "0")}-${this.#hash(number)}`;
  }

  #githubId(number: number): string {
    const hash = this.#hash(number).toUpperCase();
    return `${hash.slice(0, 4)}:${hash.slice(4)}:${number.toString(16).toUpperCase()}`;
  }

  #hash(number: number): string {
    return hashText(`${this.#seed}:${number}`).toString(16).padStart(8, "0");
  }
}

/** Makes the given parts callable on their own; a clock may be a class with state. */
function bindClock(clock: Partial<SandboxClock>): Partial<SandboxClock> {
  return {
    ...(clock.now === undefined ? {} : { now: clock.now.bind(clock) }),
    ...(clock.monotonic === undefined ? {} : { monotonic: clock.monotonic.bind(clock) }),
    ...(clock.sleep === undefined ? {} : { sleep: clock.sleep.bind(clock) }),
  };
}

function routeOf(path: string): SandboxRoute | undefined {
  if (isTokenPath(path)) return "token";
  if (path.startsWith("/usgs/")) return "quakes";
  if (path.startsWith("/github/") || path.startsWith("/next/")) return "flights";
  return path.startsWith("/openalex/") ? "strikes" : undefined;
}

function unknownPath(): Answer {
  return jsonAnswer(404, {
    message: "Not Found",
    mounts: ["/usgs", "/github", "/openalex", "/next", "/oauth/token"],
  });
}
