import { assert, assertEquals } from "@std/assert";
import { granted } from "../../_granted.ts";
import { hunted, outcome, statusOrCode } from "./_outcome.ts";
import { adversary, answer, rawAdversary, type Wire } from "./_server.ts";

const ignore = !granted("net");
const PAGES = { type: "page", page_param: "page", max_pages: 5 } as const;
const STREAM = { path: "/", records: "items", pagination: PAGES };
const SHORT = { timeout: 120, retry: { limit: 1 } };

/** Waits in real time: the adversary's own slowness. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function drip(wire: Wire, head: string, piece: string): Promise<void> {
  let listens = await wire.write(head);
  while (listens) {
    await pause(10);
    listens = await wire.write(piece);
  }
}

const SLOW: Record<string, (wire: Wire) => Promise<void>> = {
  // Waits for the client to hang up.
  "never answers": async (wire) => void await wire.request(),
  "drips its status line": (wire) => drip(wire, "HTTP/1.1 200 ", "O"),
  "drips its headers": (wire) => drip(wire, "HTTP/1.1 200 OK\r\n", "X: y\r\n"),
  "drips its body": (wire) =>
    drip(wire, answer("[").replace("Content-Length: 1", "Content-Length: 999999"), " "),
  "drips chunks": (wire) =>
    drip(wire, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"),
  "sends interim answers for ever": (wire) => drip(wire, "", "HTTP/1.1 102 Processing\r\n\r\n"),
};

for (const [name, play] of Object.entries(SLOW)) {
  Deno.test({
    name: `ApiClient.pages() times out after each attempt when the server ${name}`,
    ignore,
    async fn() {
      let requests = 0;
      await using server = rawAdversary(async (wire) => {
        if (await wire.request() === undefined) return;
        requests++;
        await play(wire);
      });
      const { client, clock } = hunted(server.url, SHORT);
      await using _client = client;
      const begun = clock.now();
      const read = await outcome(client, STREAM);
      assertEquals([read.ids, read.code], [[], "http-timeout"]);
      assert(clock.now() > begun, "it waited and tried again");
      // On a busy machine an attempt may be over before the server has seen it.
      assert(requests <= 2, `${requests} requests`);
    },
  });
}

Deno.test({
  name: "ApiClient.request() stops at the limit when a body never ends",
  ignore,
  async fn() {
    await using server = rawAdversary(async (wire) => {
      if (await wire.request() === undefined) return;
      const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[";
      const piece = `${" ".repeat(65_535)}\n`;
      for (let listens = await wire.write(head); listens;) listens = await wire.write(piece);
    });
    await using client = hunted(server.url, { maxBodyBytes: 2_000_000 }).client;
    assertEquals(await statusOrCode(client.request({ path: "/" })), "http-too-large");
  },
});

Deno.test({
  name: "ApiClient.pages() reads every record once when each idle connection is cut",
  ignore,
  async fn() {
    const served: string[] = [];
    await using server = rawAdversary(async (wire) => {
      const page = /page=(\d+)/.exec(await wire.request() ?? "")?.[1];
      if (page === undefined) return;
      served.push(page);
      await wire.write(answer(`{"items":[{"id":${page}}]}`)); // keep-alive, by its silence
    });
    await using client = hunted(server.url, { retry: { limit: 5 } }).client;
    const read = await outcome(client, STREAM);
    assertEquals(read.ids, [1, 2, 3, 4, 5]);
    assertEquals(served, ["1", "2", "3", "4", "5"]);
  },
});

Deno.test({
  name: "ApiClient.pages() reads every record once when each second request is hung up on",
  ignore,
  async fn() {
    await using server = rawAdversary(async (wire) => {
      const page = /page=(\d+)/.exec(await wire.request() ?? "")?.[1];
      if (page === undefined) return;
      await wire.write(answer(`{"items":[{"id":${page}}]}`));
      await wire.request(); // and hangs up without a word
    });
    await using client = hunted(server.url, { retry: { limit: 5 } }).client;
    const read = await outcome(client, STREAM);
    assertEquals(read.ids, [1, 2, 3, 4, 5]);
  },
});

Deno.test({
  name: "ApiClient.request() sends a POST once when the server hangs up without an answer",
  ignore,
  async fn() {
    let requests = 0;
    await using server = rawAdversary(async (wire) => {
      if (await wire.request() !== undefined) requests++;
    });
    await using client = hunted(server.url).client;
    const posted = client.request({ path: "/", method: "POST", body: { a: 1 } });
    assertEquals([await statusOrCode(posted), requests], ["http-reset", 1]);
  },
});

Deno.test({
  name: "ApiClient.request() sends a POST once when it times out",
  ignore,
  async fn() {
    let requests = 0;
    await using server = rawAdversary(async (wire) => {
      while (await wire.request() !== undefined) requests++;
    });
    await using client = hunted(server.url, SHORT).client;
    const posted = client.request({ path: "/", method: "POST", body: { a: 1 } });
    assertEquals([await statusOrCode(posted), requests], ["http-timeout", 1]);
  },
});

Deno.test({
  name: "ApiClient.request() fails once for each attempt when nobody listens",
  ignore,
  async fn() {
    const server = adversary(() => Response.json([]));
    await server[Symbol.asyncDispose]();
    const { client, clock } = hunted(server.url);
    const start = clock.now();
    assertEquals(await statusOrCode(client.request({ path: "/" })), "http-unreachable");
    assertEquals(clock.now() - start, 1500);
  },
});

Deno.test({
  name: "ApiClient.pages() stops and hangs up when its signal aborts in the middle of a body",
  ignore,
  async fn() {
    const abort = new AbortController();
    let hungUp = false;
    await using server = rawAdversary(async (wire) => {
      if (await wire.request() === undefined) return;
      await wire.write(answer("[").replace("Content-Length: 1", "Content-Length: 999"));
      abort.abort(new Error("enough"));
      hungUp = await wire.request() === undefined;
    });
    {
      await using client = hunted(server.url).client;
      const read = await outcome(client, STREAM, { signal: abort.signal });
      assertEquals([read.ids, read.end], [[], undefined]);
      assertEquals(read.error !== undefined, true);
    }
    await server[Symbol.asyncDispose]();
    assertEquals(hungUp, true);
  },
});

Deno.test({
  name: "ApiClient.request() sends nothing more when its signal aborts while it waits",
  ignore,
  async fn() {
    const abort = new AbortController();
    const { client: nobody, clock } = hunted("http://127.0.0.1");
    await nobody[Symbol.asyncDispose]();
    const sleep = (_: number, signal?: AbortSignal): Promise<void> => {
      abort.abort(new Error("enough"));
      return Promise.reject(signal?.reason ?? abort.signal.reason);
    };
    await using server = adversary(() => new Response(null, { status: 503 }));
    const own = { now: () => clock.now(), monotonic: () => clock.monotonic(), sleep };
    await using client = hunted(server.url, { clock: own }).client;
    const came = await statusOrCode(client.request({ path: "/", signal: abort.signal }));
    assertEquals([typeof came, server.heard.length], ["string", 1]);
  },
});
