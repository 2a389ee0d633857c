import { HttpError, StorageError } from "../../errors/mod.ts";
import type { AllowedHosts } from "./allowed_hosts.ts";
import { type Body, type BodyLimits, BodyTooLarge, inMemory, readBody } from "../body/read_body.ts";
import { UndecodableBody } from "../body/decoded_body.ts";
import { fetchFailure, type FetchPhase } from "./_fetch_failure.ts";
import { type Hop, nextHop } from "./_redirect.ts";
import type { Redactor } from "./redactor.ts";

/** Everything that one attempt needs. */
export interface AttemptOptions {
  readonly fetch: typeof fetch;
  /** Ms for one exchange, body included; of a body too large for memory, for each part of the size kept there. */
  readonly timeout: number;
  /** Ms until the whole request must be through; only a body too large for memory may take longer, as long as it comes. */
  readonly timeLeft: () => number;
  readonly limits: BodyLimits;
  readonly maxRedirects: number;
  /** Origins that a redirect may lead to with our credentials. */
  readonly allowed: AllowedHosts;
  readonly redactor: Redactor;
  readonly secretParams: readonly string[];
  /** What the bodies are in, whatever they say. */
  readonly charset: string | undefined;
  /** Whether compressed bodies are asked for; the runtime decompresses them, only the first member of gzip. */
  readonly compressed: boolean;
  readonly signal: AbortSignal | undefined;
  /** Adds the request's ids and the credentials to a hop within the client's own origin. */
  readonly sign: (hop: Hop) => Promise<void>;
  /** Waits for the limiter before a redirect is followed. */
  readonly pace: () => Promise<void>;
  /** Called when the headers of an answer are there. */
  readonly answered: (headers: Headers) => void;
  /** Called with the headers of a good answer to a request with our credentials. */
  readonly keep: (headers: Headers) => void;
  /** Whether a redirect that would drop the body is an answer. */
  readonly endsAtRedirect: boolean;
  /** Where one signs in, if a redirect to there says that the session has ended. */
  readonly login: URL | undefined;
}

/** Redirects after a form. */
const TO_NEXT_PAGE: ReadonlySet<number> = new Set([301, 302, 303]);

/** An answer of any status, with its body. */
export interface Answer {
  /** Of one that leads to the login 401, which it means. */
  readonly status: number;
  /** Whether it leads to the login. */
  readonly isToLogin?: boolean;
  readonly headers: Headers;
  readonly body: Body;
  /** The URL that answered, as it was before it was signed. */
  readonly url: URL;
}

/**
 * Sends a request once and reads the whole answer, following redirects itself.
 *
 * @throws {HttpError} Where no usable answer came.
 */
export async function attempt(first: Hop, options: AttemptOptions): Promise<Answer> {
  let hop = first;
  for (let hops = 0;; hops++) {
    const { response, body } = await exchange(hop, options).catch((error) => {
      throw hops > 0 ? asRedirect(error, { first: first.url, hop, options }) : error;
    });
    const { status, headers } = response;
    const answer = { headers, body, url: hop.url };
    if (options.endsAtRedirect && TO_NEXT_PAGE.has(status)) return { ...answer, status };
    if (leadsTo(options.login, { status, headers, url: hop.url })) {
      return { ...answer, status: 401, isToLogin: true };
    }
    const next = nextHop(hop, { status, headers }, { ...options, hops });
    if (next === undefined) return { ...answer, status };
    hop = next;
    await options.pace();
  }
}

function leadsTo(page: URL | undefined, answer: Pick<Answer, "status" | "headers" | "url">) {
  if (page === undefined || !TO_NEXT_PAGE.has(answer.status)) return false;
  const location = answer.headers.get("location");
  if (location === null) return false;
  const url = URL.parse(location, answer.url);
  return url?.origin === page.origin && url.pathname === page.pathname;
}

/** A host that is out of bounds after a redirect is no fault of the permissions: it is often that of a login page. */
function asRedirect(
  error: unknown,
  at: { readonly first: URL; readonly hop: Hop; readonly options: AttemptOptions },
): unknown {
  const { first, hop, options: { redactor } } = at;
  if (!(error instanceof HttpError) || error.code !== "http-denied") return error;
  const url = redactor.url(new URL(first.pathname, first));
  const target = redactor.url(new URL(hop.url.pathname, hop.url));
  return new HttpError(
    "http-redirect",
    `Cannot follow a redirect from "${url}": it leads to "${target}", which may not be reached`,
    { context: { url, target }, cause: error },
  );
}

async function exchange(
  hop: Hop,
  options: AttemptOptions,
): Promise<{ response: Response; body: Body }> {
  const signed: Hop = { ...hop, url: new URL(hop.url), headers: new Headers(plain(hop.headers)) };
  if (!hop.foreign) await options.sign(signed);
  signed.headers.set("accept-encoding", options.compressed ? "gzip, br" : "identity");
  const stop = new AbortController();
  let late = false;
  const onTimeout = () => {
    late = true;
    stop.abort();
  };
  let timeout = Math.max(1, Math.min(options.timeout, Math.ceil(options.timeLeft())));
  let id = setTimeout(onTimeout, timeout);
  // A body of a gigabyte may take longer than any sensible timeout; it only must not stand still.
  const onProgress = () => {
    clearTimeout(id);
    timeout = options.timeout;
    id = setTimeout(onTimeout, timeout);
  };
  // By hand: AbortSignal.any would leave a trace at a signal that outlives thousands of requests.
  const onAbort = () => stop.abort();
  options.signal?.addEventListener("abort", onAbort, { once: true });
  let phase: FetchPhase = "headers";
  try {
    options.signal?.throwIfAborted();
    const response = await options.fetch(signed.url, init(signed, stop.signal));
    phase = "body";
    options.answered(response.headers);
    if (response.ok && !hop.foreign) options.keep(response.headers);
    const limits = response.ok ? options.limits : inMemory(options.limits);
    const charset = response.ok ? options.charset : undefined;
    const how = { progress: onProgress, charset, decompressed: options.compressed };
    return { response, body: await readBody(response, limits, how) };
  } catch (error) {
    options.signal?.throwIfAborted();
    const url = options.redactor.url(hop.url);
    if (late) throw timeoutError(url, phase, timeout);
    if (error instanceof BodyTooLarge) throw tooLarge(url, options.limits.maxBodyBytes);
    if (error instanceof StorageError) throw error;
    if (error instanceof UndecodableBody) throw undecodable(url, error);
    throw fetchFailure(error, { url: hop.url, phase, redactor: options.redactor });
  } finally {
    clearTimeout(id);
    options.signal?.removeEventListener("abort", onAbort);
  }
}

/** Returns headers as an object: to copy those takes the runtime half as long as to go through `Headers`. */
function plain(headers: Headers): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  headers.forEach((value, name) => fields[name] = value);
  return fields;
}

function init(hop: Hop, signal: AbortSignal): RequestInit {
  return {
    method: hop.method,
    headers: plain(hop.headers),
    redirect: "manual",
    signal,
    // A copy: a Uint8Array over shared memory is no body.
    ...(hop.body === undefined ? {} : { body: new Uint8Array(hop.body) }),
  };
}

function timeoutError(url: string, phase: FetchPhase, timeout: number): HttpError {
  const state = phase === "headers" ? "no answer" : "the body was not complete";
  return new HttpError("http-timeout", `Cannot fetch "${url}": ${state} within ${timeout} ms`, {
    context: { url, phase, timeout_ms: timeout },
  });
}

function undecodable(url: string, { message }: UndecodableBody): HttpError {
  return new HttpError("http-body-invalid", `Cannot read "${url}": ${message}`, {
    context: { url },
  });
}

function tooLarge(url: string, limit: number): HttpError {
  return new HttpError(
    "http-too-large",
    `Cannot fetch "${url}": the body is larger than ${limit} bytes`,
    { context: { url, limit } },
  );
}
