import type { Happening, HTTP_FAULTS, StreamShape, WindowShape } from "./_scenario.ts";
import type { VirtualTime } from "./_time.ts";

/** One version of a record, as the server sends it. */
export interface Version {
  readonly id: string;
  readonly number: number;
  readonly updated: number;
  /** When its first version was made. */
  readonly created: number;
  /** Its place among all changes of the stream. */
  readonly change: number;
  /** The bytes, as JSON. */
  readonly text: string;
  /** When it became visible. */
  readonly from: number;
  /** When it was replaced or removed. @default it is still there */
  until: number;
}

/** A stream of an API, with all that it ever held. */
export class ServedStream {
  readonly shape: StreamShape;
  /** Every version there ever was. */
  readonly versions: Version[] = [];
  /** What has no key and must be rejected. */
  readonly broken: Version[] = [];
  #ids = 0;
  #changes = 0;

  constructor(shape: StreamShape) {
    this.shape = shape;
  }

  /** What is there at a time, in the order of the listing. */
  at(now: number): Version[] {
    const there = [...this.versions, ...this.broken]
      .filter(({ from, until }) => from <= now && now < until);
    const { mode, newestFirst } = this.shape;
    const place = (version: Version) =>
      mode === "incremental" ? version.updated : Number(version.id.slice(1));
    const sign = newestFirst && mode === "snapshot" ? -1 : 1;
    return there.sort((a, b) => sign * (place(a) - place(b) || (a.id < b.id ? -1 : 1)));
  }

  /** All changes until a time, in the order in which they became visible. */
  changes(now: number): Version[] {
    return [...this.versions, ...this.broken].filter(({ from }) => from <= now)
      .sort((a, b) => a.change - b.change);
  }

  add(now: number, late: number): void {
    const id = `r${String(++this.#ids).padStart(5, "0")}`;
    const updated = this.#step(now - late);
    this.#put(id, 1, { updated, created: updated, from: now });
  }

  break(now: number): void {
    // A table takes no row without its key.
    if (this.shape.of === "table") return;
    const id = `r${String(++this.#ids).padStart(5, "0")}`;
    const updated = this.#step(now);
    const text = JSON.stringify({ broken: id, updated: this.#written(updated) });
    const change = ++this.#changes;
    const when = { updated, created: updated, change, from: now, until: Infinity };
    this.broken.push({ id, number: 1, text, ...when });
  }

  update(now: number, pick: number): void {
    const version = this.#pick(now, pick);
    if (version === undefined || this.#step(now) <= version.updated) return;
    version.until = now;
    const { created } = version;
    this.#put(version.id, version.number + 1, { updated: this.#step(now), created, from: now });
  }

  delete(now: number, pick: number): void {
    const version = this.#pick(now, pick);
    // A listing that shrinks to nothing is held until somebody accepts it.
    if (version !== undefined && this.#there(now).length > 1) version.until = now;
  }

  #pick(now: number, pick: number): Version | undefined {
    const there = this.#there(now);
    return there[pick % there.length];
  }

  #there(now: number): Version[] {
    return this.versions.filter(({ from, until }) => from <= now && now < until);
  }

  #put(
    id: string,
    number: number,
    when: Pick<Version, "updated" | "created" | "from">,
  ): void {
    const text = textOf({
      id,
      version: number,
      created: when.created,
      updated: this.#written(when.updated),
      note: `${id}/${number}`,
    });
    this.versions.push({ id, number, text, ...when, change: ++this.#changes, until: Infinity });
  }

  /** The time in the grain that the stream writes. */
  #step(ms: number): number {
    return this.shape.time === "epoch_s" ? Math.floor(ms / 1000) * 1000 : Math.floor(ms);
  }

  #written(ms: number): string | number {
    const { time } = this.shape;
    if (time === "iso") return new Date(ms).toISOString();
    return time === "epoch_s" ? ms / 1000 : ms;
  }
}

/** What a version is as JSON. */
export function textOf(record: {
  readonly id: string;
  readonly version: number;
  readonly created: number;
  readonly updated: string | number;
  readonly note: string;
}): string {
  const { id, version, created, updated, note } = record;
  return JSON.stringify({ id, version, created, updated, note });
}

/** A fault of one answer. */
export type HttpFault = typeof HTTP_FAULTS[number];

/** How the sandbox answers, if it is part of the world. */
export type SandboxAnswer = (url: URL, init: RequestInit) => Promise<Response> | undefined;

/** An HTTP world in this process: listings that move, and answers that are not what was asked for. */
export class ApiWorld {
  readonly streams: ReadonlyMap<string, ServedStream>;
  readonly #time: VirtualTime;
  readonly #sandbox: SandboxAnswer;
  #pages = 0;
  readonly #before: (request: string) => HttpFault | undefined;

  /** @param before Called as each request begins; says what is wrong with its answer. */
  constructor(
    shapes: readonly StreamShape[],
    options: {
      readonly time: VirtualTime;
      readonly before: (request: string) => HttpFault | undefined;
      readonly sandbox: SandboxAnswer;
    },
  ) {
    this.streams = new Map(shapes.map((shape) => [shape.name, new ServedStream(shape)]));
    this.#time = options.time;
    this.#before = options.before;
    this.#sandbox = options.sandbox;
  }

  happen(happening: Happening): void {
    if (!("stream" in happening)) return;
    const stream = this.streams.get(happening.stream);
    const { now } = this.#time;
    switch (happening.do) {
      case "add":
        for (let added = 0; added < happening.count; added++) stream?.add(now, happening.late ?? 0);
        return;
      case "break":
        return stream?.break(now);
      default:
        stream?.[happening.do](now, happening.pick);
    }
  }

  /** What takes the place of `fetch`. */
  readonly fetch = async (
    input: URL | Request | string,
    init: RequestInit = {},
  ): Promise<Response> => {
    const url = new URL(String(input));
    const signal = init.signal ?? undefined;
    const fault = this.#before(`${url.pathname}${url.search}`);
    await this.#wait(fault === "slow" ? 45_000 : 5, signal);
    // Of its faults, the sandbox has its own.
    return await this.#sandboxed(url, init) ?? this.#answer(url, fault);
  };

  async #sandboxed(url: URL, init: RequestInit): Promise<Response | undefined> {
    return url.hostname.startsWith("sandbox.") ? await this.#sandbox(url, init) : undefined;
  }

  async #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(new DOMException("aborted", "AbortError"));
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await Promise.race([this.#time.sleep(ms), aborted.promise]);
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #answer(url: URL, fault: HttpFault | undefined): Response {
    const date = { date: new Date(this.#time.now).toUTCString() };
    const json = { ...date, "content-type": "application/json" };
    switch (fault) {
      case "500":
      case "expired":
      case "404": {
        const status = fault === "expired" ? 401 : Number(fault);
        return new Response('{"message":"no"}', { status, headers: json });
      }
      case "503":
        return new Response("busy", { status: 503, headers: { ...date, "retry-after": "2" } });
      case "429":
        return new Response("too many", { status: 429, headers: { ...date, "retry-after": "7" } });
      case "refused":
        throw new TypeError("fetch failed", { cause: new Error("connection reset by peer") });
      case "dns":
        throw new TypeError("fetch failed", { cause: new Error("dns error: failed to lookup") });
      case "tls":
        throw new TypeError("fetch failed", { cause: new Error("invalid peer certificate") });
      case "html200":
        return new Response("<html>log in</html>", {
          headers: { ...date, "content-type": "text/html" },
        });
      case "error200":
        return new Response('{"errors":["overloaded"]}', { headers: json });
    }
    const stream = this.streams.get(url.pathname.slice(1));
    if (stream === undefined) return new Response("{}", { status: 404, headers: json });
    const { body, headers } = page(stream, {
      url,
      now: this.#time.now,
      fault,
      count: ++this.#pages,
    });
    const bytes = new TextEncoder().encode(body);
    if (fault === "reset" || fault === "truncated") {
      const part = bytes.slice(0, Math.floor(bytes.length / 2));
      if (fault === "truncated") return new Response(part, { headers: { ...json, ...headers } });
      const broken = new ReadableStream({
        start(controller) {
          controller.enqueue(part);
        },
        pull(controller) {
          const error = new TypeError("error reading a body from connection");
          controller.error(error);
        },
      });
      return new Response(broken, { headers: { ...json, ...headers } });
    }
    const length = { "content-length": String(bytes.length) };
    return new Response(bytes, { headers: { ...json, ...headers, ...length } });
  }
}

/** One page of a listing as it is now. */
function page(
  stream: ServedStream,
  about: {
    readonly url: URL;
    readonly now: number;
    readonly fault: HttpFault | undefined;
    readonly count: number;
  },
): { readonly body: string; readonly headers: Record<string, string> } {
  const { url, now, fault } = about;
  const { shape } = stream;
  const param = (name: string) => url.searchParams.get(name);
  const size = Number(param("size") ?? shape.size);
  const since = sinceOf(shape, param("since"));
  const { mode, window } = shape;
  const all =
    (mode === "feed"
      ? stream.changes(now)
      : stream.at(now).filter((version) =>
        window === undefined
          ? isSince(shape, version, since)
          : isWithin(window, mode === "snapshot" ? version.created : version.updated, {
            since,
            until: sinceOf(shape, param("until")),
          })
      )).slice(0, window?.most);
  const start = startOf(shape, all, {
    offset: param("offset"),
    page: param("page"),
    after: param("after"),
    size,
  });
  let records = all.slice(start, start + size);
  // A feed that says too early that it is caught up cannot be told from one that is.
  const isFeed = mode === "feed";
  if (fault === "short") records = records.slice(0, Math.ceil(records.length / 2));
  if (fault === "empty" && start > 0 && !isFeed) records = [];
  if (fault === "duplicate" && start > 0 && !isFeed) {
    records = all.slice(Math.max(0, start - size), start);
  }
  // A page that holds less than there is leads on, so that nothing is lost, under a token of its own.
  const last = records.at(-1) ?? all[start - 1];
  const own = records.length === 0 ? `~${about.count}` : "";
  const next = isFeed
    ? `t${start + records.length}`
    : last === undefined || last === all.at(-1)
    ? undefined
    : tokenOf(shape, last) + own;
  const total = all.length + (fault === "miscount" ? 3 : 0);
  const body = JSON.stringify({
    ...(shape.total ? { total } : {}),
    ...(shape.paging === "cursor" ? { next: next ?? null } : {}),
    ...(shape.paging === "next_url"
      ? { next: next === undefined ? null : nextUrl(url, next) }
      : {}),
    items: "@",
  }).replace('"@"', () => `[${records.map(({ text }) => text).join()}]`);
  return {
    body,
    headers: shape.paging === "link" && next !== undefined
      ? { link: `<${nextUrl(url, next)}>; rel="next"` }
      : {},
  };
}

function sinceOf({ time }: StreamShape, text: string | null): number {
  if (text === null) return -Infinity;
  if (time === "iso") return Date.parse(text);
  return Number(text) * (time === "epoch_s" ? 1000 : 1);
}

function isSince({ inclusive }: StreamShape, { updated }: Version, since: number): boolean {
  return inclusive ? updated >= since : updated > since;
}

function isWithin(
  { bounds }: WindowShape,
  at: number,
  { since, until }: { readonly since: number; readonly until: number },
): boolean {
  return (bounds.startsWith("[") ? at >= since : at > since) &&
    (bounds.endsWith("]") ? at <= until : at < until);
}

function startOf(
  shape: StreamShape,
  all: readonly Version[],
  at: {
    readonly offset: string | null;
    readonly page: string | null;
    readonly after: string | null;
    readonly size: number;
  },
): number {
  if (shape.paging === "offset") return Number(at.offset ?? 0);
  if (shape.paging === "page") return (Number(at.page ?? 1) - 1) * at.size;
  if (at.after === null) return 0;
  if (shape.mode === "feed") return Number(at.after.slice(1));
  // A position in the order of the listing, not a count: what moves before it shifts nothing.
  const found = all.findIndex((version) => comesAfter(shape, version, at.after ?? ""));
  return found < 0 ? all.length : found;
}

function tokenOf(shape: StreamShape, { updated, id }: Version): string {
  return shape.mode === "incremental" ? `${String(updated).padStart(15, "0")}.${id}` : id;
}

function comesAfter(shape: StreamShape, version: Version, token: string): boolean {
  const own = tokenOf(shape, version);
  return shape.newestFirst && shape.mode === "snapshot" ? own < token : own > token;
}

function nextUrl(url: URL, token: string): string {
  const next = new URL(url);
  next.searchParams.set("after", token);
  return next.href;
}
