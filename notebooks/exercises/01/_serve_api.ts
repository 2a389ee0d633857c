/** An API for one expectation, on a free port. */
export interface ExerciseApi extends AsyncDisposable {
  readonly url: string;
  /** The URL of every request, in order. */
  readonly requests: readonly URL[];
}

/** Serves answers on 127.0.0.1; `n` counts requests from 1. */
export function serveApi(answer: (url: URL, n: number) => Response): ExerciseApi {
  const requests: URL[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const url = new URL(request.url);
    requests.push(url);
    return answer(url, requests.length);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/items`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
