/** A request as the test server got it. */
export interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

/** A real HTTP server on a free port. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** Every request, in order. */
  readonly seen: Seen[];
}

/** Answers a request; `n` counts requests from 1. */
export type Handler = (request: Seen, n: number) => Response | Promise<Response>;

/** Starts a server. */
export function serve(handler: Handler): TestServer {
  const seen: Seen[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { method, headers } = request;
    const record = { method, headers, url: new URL(request.url), body: await request.text() };
    seen.push(record);
    return await handler(record, seen.length);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    seen,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Starts a server that writes raw bytes and hangs up, for answers that no decent server gives. */
export function serveRaw(
  answers: (n: number) => string,
): AsyncDisposable & { readonly url: string } {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  let n = 0;
  const serving = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(65536));
      await connection.write(new TextEncoder().encode(answers(++n)));
      connection.close();
    }
  })();
  const { port } = listener.addr as Deno.NetAddr;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving.catch(() => {}); // the loop ends by the closing of its listener
    },
  };
}

/** Builds a JSON answer. */
export function json(body: unknown, init: ResponseInit = {}): Response {
  return Response.json(body, init);
}
