/** A request as the adversary got it. */
export interface Heard {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
  /** The time of the injected clock at which it came; 0 without one. */
  readonly at: number;
}

/** A server that means no good. */
export interface Adversary extends AsyncDisposable {
  readonly url: string;
  /** Every request, in order. */
  readonly heard: Heard[];
}

/** Says what to answer; `n` counts requests from 1. */
export type Script = (request: Heard, n: number) => Response | Promise<Response>;

/** Plays one connection byte by byte; `n` counts connections from 1. */
export type RawScript = (wire: Wire, n: number) => Promise<void>;

/** Starts a server that speaks HTTP, whatever it says in it. */
export function adversary(script: Script, options: { now?: () => number } = {}): Adversary {
  const heard: Heard[] = [];
  const settings = { port: 0, hostname: "127.0.0.1", onListen() {} };
  const server = Deno.serve(settings, async (request) => {
    const { method, headers } = request;
    const at = options.now?.() ?? 0;
    const record = { method, headers, url: new URL(request.url), body: await request.text(), at };
    heard.push(record);
    return await script(record, heard.length);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    heard,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** One connection, read request by request and written byte by byte. */
export class Wire {
  readonly #connection: Deno.Conn;
  readonly #decoder = new TextDecoder("latin1");
  #rest = "";

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Reads one request's head and body; `undefined` once the client has hung up. */
  async request(): Promise<string | undefined> {
    for (;;) {
      const whole = this.#whole();
      if (whole !== undefined) return whole;
      const chunk = new Uint8Array(65_536);
      const count = await this.#connection.read(chunk).catch(() => null);
      if (count === null) return undefined;
      this.#rest += this.#decoder.decode(chunk.subarray(0, count));
    }
  }

  /** Writes text or bytes; says whether the client still listens. */
  async write(data: string | Uint8Array): Promise<boolean> {
    let bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    try {
      while (bytes.length > 0) bytes = bytes.subarray(await this.#connection.write(bytes));
      return true;
    } catch {
      return false; // the client hung up, which is its right
    }
  }

  #whole(): string | undefined {
    const head = this.#rest.indexOf("\r\n\r\n");
    if (head < 0) return undefined;
    const length = /^content-length: *(\d+)/im.exec(this.#rest.slice(0, head))?.[1] ?? "0";
    const end = head + 4 + Number(length);
    if (this.#rest.length < end) return undefined;
    const whole = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end);
    return whole;
  }
}

/** Starts a server that answers with bytes of the script's own; a connection closes when its script ends. */
export function rawAdversary(script: RawScript): AsyncDisposable & { url: string } {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const open = new Set<Deno.Conn>();
  const plays = new Set<Promise<void>>();
  let count = 0;
  let closed = false;
  const play = async (connection: Deno.Conn, n: number) => {
    open.add(connection);
    try {
      await script(new Wire(connection), n);
    } finally {
      close(open, connection);
    }
  };
  const listening = (async () => {
    for await (const connection of listener) plays.add(play(connection, ++count));
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      listener.close();
      await listening.catch(() => {}); // the loop ends by the closing of its listener
      for (const connection of open) close(open, connection);
      await Promise.all(plays);
    },
  };
}

function close(open: Set<Deno.Conn>, connection: Deno.Conn): void {
  if (open.delete(connection)) connection.close();
}

/** A complete HTTP/1.1 answer as text. */
export function answer(
  body: string,
  options: { status?: string; headers?: readonly string[]; type?: string } = {},
): string {
  const length = new TextEncoder().encode(body).length;
  const { status = "200 OK", headers = [], type = "application/json" } = options;
  const lines = [`HTTP/1.1 ${status}`, `Content-Type: ${type}`, `Content-Length: ${length}`];
  return [...lines, ...headers, "", body].join("\r\n");
}
