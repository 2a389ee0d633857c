import { actionFor, IngestError, type SuspendedError } from "../../errors/mod.ts";
import { type Answer, attempt } from "./_attempt.ts";
import { CircuitBreaker } from "./_circuit_breaker.ts";
import { logAttempt } from "./events.ts";
import { hintsOf } from "./_hints.ts";
import type { ExecutorOptions, Job } from "./job.ts";
import type { Failure, Outcome } from "./outcome.ts";
import { giveUp, inMemory, sampleOf, sizeOf } from "../body/read_body.ts";
import type { Hop } from "./_redirect.ts";
import { RetryBudget } from "./_retry_budget.ts";
import { isRateLimited, isServerFault, statusError } from "./_status_error.ts";
import { renew } from "./_renew.ts";
import { ApiResponse } from "./api_response.ts";
import { type AttemptAt, RequestTimer } from "./request_timing.ts";
import { type RateLimiter, suspension } from "./rate_limiter.ts";
import { decideWait, toldWait, type WaitDecision } from "./wait_decision.ts";

/** How much of a failed body goes to quarantine. */
const SAMPLE_BYTES = 4096;
const NO_BYTES = new Uint8Array();

interface Tried {
  readonly answer: Answer | undefined;
  readonly error: IngestError | undefined;
  readonly latency: number;
  readonly credentials: unknown;
  /** Monotonic time at which the request must be through. */
  readonly deadline: number;
}

interface OriginState {
  readonly limiter: RateLimiter;
  readonly breaker: CircuitBreaker;
}

/** Runs requests to their end: limits, credentials, attempts, waits. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #budget: RetryBudget;
  readonly #origins = new Map<string, OriginState>();
  /** Whether a body was not valid: perhaps the runtime has decompressed a part of it only. */
  #isCut = false;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#budget = new RetryBudget(options.retry.budgetRatio, options.retry.budgetReserve);
  }

  /**
   * Sends a request until it succeeds or fails for good.
   *
   * @throws {SuspendedError} If the wait until the next attempt is too long, or the origin is left alone.
   * @throws The signal's reason if it aborts.
   */
  async run<T>(job: Job<T>): Promise<Outcome<T>> {
    const { clock, ids } = this.#options;
    const origin = this.#originOf(job.url);
    const name = ids.next();
    let refreshed = false;
    let failed: Failure | undefined;
    const timing = new RequestTimer(clock);
    this.#budget.earn();
    for (let number = 1;; number++) {
      origin.breaker.check();
      const requestId = `${name}-${number}`;
      const tried = await this.#try(job, origin, { requestId, timing });
      if (tried === undefined) return fallen(failed);
      const outcome = this.#judge(job, tried, { requestId, number, timing });
      if (outcome.ok) {
        origin.breaker.succeed();
        origin.limiter.recover();
        logAttempt(job.method, outcome, { number, latency: tried.latency });
        return outcome;
      }
      failed = outcome;
      timing.spentOn(outcome.error, number);
      this.#isCut ||= outcome.error.code === "http-body-invalid";
      if (outcome.status === 401 && !refreshed) {
        refreshed = true;
        const renewed = await renew(job.auth, tried.credentials);
        if (renewed instanceof IngestError) {
          return { ...outcome, error: timing.spentOn(renewed, number) };
        }
        if (renewed) {
          logAttempt(job.method, outcome, { number, latency: tried.latency });
          continue;
        }
      }
      const wait = this.#next(job, tried, { outcome, number });
      const refusal = wait === undefined ? undefined : this.#refusal(tried, wait);
      const retry = refusal === undefined ? wait : undefined;
      logAttempt(job.method, outcome, { number, latency: tried.latency, wait: retry });
      job.signal?.throwIfAborted();
      this.#heed(origin, tried.answer);
      if (refusal !== undefined) throw timing.spentOn(refusal, number);
      if (wait === undefined) {
        if (isServerFault(outcome.error)) origin.breaker.fail();
        return outcome;
      }
      this.#options.onWait(wait, outcome.error);
      await timing.sleep(wait.wait, job.signal);
    }
  }

  /** Makes one attempt; `undefined` where its turn came too late. */
  async #try(
    job: Job<unknown>,
    origin: OriginState,
    { requestId, timing }: Pick<AttemptAt, "requestId" | "timing">,
  ): Promise<Tried | undefined> {
    const { clock, retry } = this.#options;
    const lease = await origin.limiter.acquire(job.signal, retry.maxWait);
    const started = clock.monotonic();
    // Standing in line for the first attempt is no fault of the server's.
    const isFirst = timing.deadline === undefined;
    const deadline = timing.deadline ??= started + retry.elapsed;
    let credentials: unknown;
    const sofar = () => ({ latency: clock.monotonic() - started, credentials, deadline });
    try {
      if (!isFirst && started >= deadline) return undefined;
      const hop: Hop = { ...job, foreign: false };
      const answer = await attempt(hop, {
        ...this.#options,
        limits: job.spools ? this.#options.limits : inMemory(this.#options.limits),
        secretParams: job.auth.secretParams,
        charset: job.charset,
        compressed: job.compressed === true && !this.#isCut,
        signal: job.signal,
        timeLeft: () => deadline - clock.monotonic(),
        sign: async (unsigned) => {
          this.#options.ids.mark(unsigned.headers, requestId);
          credentials = await job.auth.sign(unsigned);
        },
        pace: () => lease.again(job.signal),
        answered: (answerHeaders) => lease.answered(answerHeaders),
        keep: (answerHeaders) => job.auth.keep?.(credentials, answerHeaders),
        endsAtRedirect: job.endsAtRedirect === true,
        login: job.auth.login,
      });
      return { answer, error: undefined, ...sofar() };
    } catch (error) {
      if (!(error instanceof IngestError)) throw error;
      return { answer: undefined, error, ...sofar() };
    } finally {
      lease.release();
      timing.lap(lease.waited);
    }
  }

  #judge<T>(
    job: Job<T>,
    tried: Tried,
    at: AttemptAt,
  ): Outcome<T> {
    const { redactor, retry, clock } = this.#options;
    const { answer } = tried;
    const url = redactor.url(answer?.url ?? job.url);
    const failed = (error: IngestError): Outcome<T> => {
      const bodySample = sampleOf(answer?.body, SAMPLE_BYTES);
      giveUp(answer?.body);
      return {
        ok: false,
        error,
        status: answer?.status ?? 0,
        requestId: at.requestId,
        attempts: at.number,
        url,
        bytes: sizeOf(answer?.body),
        bodySample,
        timing: at.timing,
      };
    };
    if (tried.error !== undefined) return failed(tried.error);
    if (answer === undefined) {
      throw new TypeError("Cannot judge an attempt without answer or error");
    }
    const { conditional, headers, endsAtRedirect = false, isPrivate = false } = job;
    const asked = { conditional, ranged: headers.has("range"), endsAtRedirect, isPrivate };
    const error = statusError(answer, { redactor, retry, ...asked, now: clock.now() });
    if (error !== undefined) return failed(error);
    const { body } = answer;
    const response = new ApiResponse({
      ...answer,
      body: body instanceof Uint8Array ? body : NO_BYTES,
      size: sizeOf(body),
      asked: job.url,
      redactedUrl: url,
      requestId: at.requestId,
      attempts: at.number,
      latency: tried.latency,
    });
    try {
      return { ok: true, response, value: job.read(response, body), timing: at.timing };
    } catch (fault) {
      if (fault instanceof IngestError) return failed(fault);
      giveUp(body);
      throw fault;
    }
  }

  /** Decides whether there is a next attempt, and after which wait. */
  #next(
    job: Job<unknown>,
    tried: Tried,
    at: {
      readonly outcome: { readonly error: IngestError; readonly status: number };
      readonly number: number;
    },
  ): WaitDecision | undefined {
    const { clock, random, retry } = this.#options;
    if (job.signal?.aborted) return undefined;
    // A wait that is too long suspends, even where no retry is left.
    const asked = this.#told(tried.answer)?.wait ?? 0;
    if (at.number > retry.limit && asked <= retry.maxWait) return undefined;
    if (!this.#mayRetry(job, at)) return undefined;
    const wait = decideWait({
      headers: tried.answer?.headers,
      ...hintsOf(tried.answer),
      retries: at.number - 1,
      now: clock.now(),
      random,
      options: retry,
    });
    const told = wait.source !== "backoff";
    if (!told && clock.monotonic() + wait.wait > tried.deadline) return undefined;
    return told || this.#budget.spend() ? wait : undefined;
  }

  #mayRetry(
    job: Job<unknown>,
    at: {
      readonly outcome: { readonly error: IngestError; readonly status: number };
      readonly number: number;
    },
  ): boolean {
    const { retry } = this.#options;
    const { error, status } = at.outcome;
    // As servers fail that count from 1 and are asked for page 0.
    if (job.isProbe === true && status === 500) return false;
    const asked = retry.shouldRetry?.({
      error,
      status: status === 0 ? undefined : status,
      attempt: at.number,
    });
    const repeatable = job.idempotent || retry.methods.includes(job.method);
    return asked ?? (actionFor("request", error) === "retry" && repeatable);
  }

  /** Builds the error for a wait that the server asks for and that is too long. */
  #refusal({ answer, deadline }: Tried, wait: WaitDecision): SuspendedError | undefined {
    const { clock, retry: { maxWait, elapsed } } = this.#options;
    const told = this.#told(answer);
    if (told === undefined) return undefined;
    const options = { now: clock.now(), maxWait, reason: wait.reason };
    if (told.wait > maxWait) return suspension(told.wait, options);
    const late = wait.source !== "backoff" && clock.monotonic() + wait.wait > deadline;
    return late ? suspension(told.wait, { ...options, elapsed }) : undefined;
  }

  /** Lets the limiter know what a refusal means for the other requests to the same origin. */
  #heed(origin: OriginState, answer: Answer | undefined): void {
    if (answer === undefined) return;
    const now = this.#options.clock.now();
    if (isRateLimited(answer.status, answer.headers, now)) origin.limiter.slow();
    // Not only for this request: nobody is to ask this origin earlier, not even after a restart.
    const told = this.#told(answer);
    if (told !== undefined && told.wait > 0) origin.limiter.block(told.wait, told.reason);
  }

  #told(answer: Answer | undefined): WaitDecision | undefined {
    if (answer === undefined) return undefined;
    const { clock, retry: { waitFrom } } = this.#options;
    return toldWait(answer.headers, clock.now(), { ...hintsOf(answer), waitFrom });
  }

  #originOf(url: URL): OriginState {
    const known = this.#origins.get(url.origin);
    if (known !== undefined) return known;
    const { clock, retry, rateLimit, origins, purpose } = this.#options;
    const state = {
      limiter: origins.limiterOf(`${purpose}${url.origin}`, rateLimit, retry),
      breaker: new CircuitBreaker(url.origin, clock),
    };
    this.#origins.set(url.origin, state);
    return state;
  }
}

/** Returns the failure that there was before the time was over. */
function fallen(failed: Failure | undefined): Failure {
  if (failed === undefined) throw new TypeError("Cannot end a request: no attempt was made");
  return failed;
}
