import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ApiClientOptions, Auth } from "../../../lib/api/mod.ts";
import { Secret } from "../../../lib/secrets/mod.ts";
import { granted } from "../../_granted.ts";
import { hunted, outcome, rows, statusOrCode, upTo, VirtualClock } from "./_outcome.ts";
import { type Adversary, adversary, type Heard } from "./_server.ts";
import { everyTest } from "../../_sample.ts";

const ignore = !granted("net");
const CLIENT_SECRET = "cl!ent s3cr3t+/&=ü:%";

function oauth(tokenUrl: string, more: Partial<Auth> = {}): Auth {
  const client_secret = new Secret(CLIENT_SECRET, "CLIENT_SECRET");
  const type = "oauth2_client_credentials";
  return { type, token_url: tokenUrl, client_id: "me:you", client_secret, ...more } as Auth;
}

interface Issuer extends AsyncDisposable {
  readonly tokens: Adversary;
  readonly api: Adversary;
  readonly clock: VirtualClock;
  /** The bearer token of each request to the API, in order. */
  bearers(): string[];
  client(options?: Partial<ApiClientOptions>): ReturnType<typeof hunted>["client"];
}

/** A token endpoint and an API on two origins; by default tokens T1, T2, ... that live for an hour. */
function issuer(
  script: {
    token?: (n: number, request: Heard) => Response | Promise<Response>;
    api?: (request: Heard, n: number) => Response | Promise<Response>;
  } = {},
): Issuer {
  const clock = new VirtualClock();
  const tokens = adversary(
    (request, n) => script.token?.(n, request) ?? grant(n, { expires_in: 3600 }),
    clock,
  );
  const api = adversary((request, n) => script.api?.(request, n) ?? Response.json([]), clock);
  return {
    tokens,
    api,
    clock,
    bearers: () => api.heard.map(({ headers }) => headers.get("authorization")?.slice(7) ?? ""),
    client: (options = {}) =>
      hunted(api.url, { clock, auth: oauth(`${tokens.url}/token`), ...options }).client,
    async [Symbol.asyncDispose]() {
      await tokens[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

function grant(n: number, more: Record<string, unknown>): Response {
  return Response.json({ access_token: `T${n}`, token_type: "Bearer", ...more });
}

Deno.test({
  name: "ApiClient.request() asks for a token as RFC 6749 says",
  ignore,
  async fn() {
    await using server = issuer();
    await server.client({ auth: oauth(`${server.tokens.url}/token`, { scope: "a b" }) })
      .request({ path: "/" });
    const [asked] = server.tokens.heard;
    assertEquals([asked?.method, asked?.headers.get("content-type")?.split(";")[0]], [
      "POST",
      "application/x-www-form-urlencoded",
    ]);
    const form = Object.fromEntries(new URLSearchParams(asked?.body));
    assertEquals(form, { grant_type: "client_credentials", scope: "a b" });
    // Section 2.3.1: id and secret are form-urlencoded before they are joined by a colon.
    const basic = atob(asked?.headers.get("authorization")?.slice("Basic ".length) ?? "");
    const [id, secret, ...rest] = basic.split(":");
    const decode = (text = "") => new URLSearchParams(`x=${text}`).get("x");
    assertEquals([decode(id), decode(secret), rest], ["me:you", CLIENT_SECRET, []]);
    assertEquals(server.bearers(), ["T1"]);
  },
});

Deno.test({
  name: "ApiClient.request() sends id and secret in the form only when told so",
  ignore,
  async fn() {
    await using server = issuer();
    await server.client({ auth: oauth(`${server.tokens.url}/token`, { client_auth: "body" }) })
      .request({ path: "/" });
    const [asked] = server.tokens.heard;
    const form = Object.fromEntries(new URLSearchParams(asked?.body));
    assertEquals([form.client_id, form.client_secret], ["me:you", CLIENT_SECRET]);
    assertEquals(asked?.headers.get("authorization"), null);
  },
});

Deno.test({
  name: "ApiClient.request() asks for one token when ten calls start together",
  ignore,
  async fn() {
    await using server = issuer();
    const client = server.client({ rateLimit: { concurrency: 10 } });
    await Promise.all(upTo(10).map((n) => client.request({ path: `/${n}` })));
    assertEquals([server.tokens.heard.length, server.api.heard.length], [1, 10]);
  },
});

Deno.test({
  name: "ApiClient.request() refreshes once when ten tokens are refused together",
  ignore,
  async fn() {
    await using server = issuer({
      api: ({ headers }) =>
        headers.get("authorization") === "Bearer T1"
          ? new Response(null, { status: 401 })
          : Response.json([]),
    });
    const client = server.client({ rateLimit: { concurrency: 10 } });
    const came = await Promise.all(upTo(10).map((n) => client.request({ path: `/${n}` })));
    assertEquals(came.map(({ status }) => status), upTo(10).map(() => 200));
    assertEquals([server.tokens.heard.length, server.api.heard.length], [2, 20]);
  },
});

Deno.test({
  name: "ApiClient.request() does not refresh again when an old token is refused late",
  ignore,
  async fn() {
    const late = Promise.withResolvers<void>();
    await using server = issuer({
      api: async ({ headers, url }) => {
        if (headers.get("authorization") !== "Bearer T1") return Response.json([]);
        if (url.pathname === "/late") await late.promise;
        return new Response(null, { status: 401 });
      },
    });
    const client = server.client({ rateLimit: { concurrency: 2 } });
    const slow = client.request({ path: "/late" });
    await client.request({ path: "/early" });
    late.resolve();
    await slow;
    assertEquals(server.tokens.heard.length, 2);
    assertEquals(server.bearers(), ["T1", "T1", "T2", "T2"]);
  },
});

Deno.test({
  name: "ApiClient.request() gives up after one refresh when every token is refused",
  ignore,
  async fn() {
    await using server = issuer({ api: () => new Response(null, { status: 401 }) });
    assertEquals(await statusOrCode(server.client().request({ path: "/" })), "http-auth");
    assertEquals([server.tokens.heard.length, server.bearers()], [2, ["T1", "T2"]]);
  },
});

Deno.test({
  name: "ApiClient.request() does not refresh when the answer is a 403",
  ignore,
  async fn() {
    await using server = issuer({ api: () => new Response(null, { status: 403 }) });
    assertEquals(await statusOrCode(server.client().request({ path: "/" })), "http-auth");
    assertEquals([server.tokens.heard.length, server.api.heard.length], [1, 1]);
  },
});

Deno.test({
  name: "ApiClient.request() replays a POST when its token was refused, since it was not executed",
  ignore,
  async fn() {
    await using server = issuer({
      api: (_, n) => n === 1 ? new Response(null, { status: 401 }) : Response.json([]),
    });
    const request = { path: "/", method: "POST", body: { a: 1 } };
    assertEquals(await statusOrCode(server.client().request(request)), 200);
    assertEquals(server.api.heard.map(({ body }) => body), ['{"a":1}', '{"a":1}']);
    assertEquals(server.bearers(), ["T1", "T2"]);
  },
});

everyTest({
  name: "ApiClient.pages() meets no 401 when tokens live for a minute and pages take half of one",
  ignore,
  async fn() {
    const expiry = new Map<string, number>();
    let refused = 0;
    await using server = issuer({
      token: (n) => {
        expiry.set(`Bearer T${n}`, server.clock.now() + 60_000);
        return grant(n, { expires_in: 60 });
      },
      api: ({ headers, url }) => {
        const until = expiry.get(headers.get("authorization") ?? "") ?? 0;
        if (until <= server.clock.now()) refused++;
        server.clock.advance(29_000);
        const page = Number(url.searchParams.get("page"));
        return Response.json(page > 9 ? [] : rows(page, page));
      },
    });
    const pagination = { type: "page", page_param: "page" } as const;
    const read = await outcome(server.client(), { path: "/", pagination }, { prefetch: false });
    assertEquals([read.ids, refused], [upTo(9), 0]);
  },
});

for (const expires of [undefined, null, "3600", 1e300, 1.5]) {
  Deno.test({
    name: `ApiClient.request() uses the token when expires_in is ${JSON.stringify(expires)}`,
    ignore,
    async fn() {
      await using server = issuer({ token: (n) => grant(n, { expires_in: expires }) });
      const client = server.client();
      for (const path of ["/1", "/2", "/3"]) {
        assertEquals(await statusOrCode(client.request({ path })), 200);
      }
      assertEquals([server.api.heard.length, server.tokens.heard.length <= 3], [3, true]);
      if (expires === undefined || expires === null || expires === "3600" || expires === 1e300) {
        assertEquals(server.tokens.heard.length, 1);
      }
    },
  });
}

for (const expires of [0, "0"]) {
  Deno.test({
    name: `ApiClient.request() uses a token once when its expires_in is ${JSON.stringify(expires)}`,
    ignore,
    async fn() {
      await using server = issuer({ token: (n) => grant(n, { expires_in: expires }) });
      const client = server.client();
      for (const path of ["/1", "/2"]) await client.request({ path });
      assertEquals([server.tokens.heard.length, server.bearers()], [2, ["T1", "T2"]]);
    },
  });
}

Deno.test({
  name: "ApiClient.request() asks for one token when ten calls start together and it ends at once",
  ignore,
  async fn() {
    await using server = issuer({ token: (n) => grant(n, { expires_in: 0 }) });
    const client = server.client({ rateLimit: { concurrency: 10 } });
    await Promise.all(upTo(10).map((n) => client.request({ path: `/${n}` })));
    assertEquals([server.tokens.heard.length, server.api.heard.length], [1, 10]);
  },
});

for (const expires of ["soon", -1, {}, "", " ", [], false, "-1"]) {
  Deno.test({
    name: `ApiClient.request() refuses the token when expires_in is ${JSON.stringify(expires)}`,
    ignore,
    async fn() {
      await using server = issuer({ token: (n) => grant(n, { expires_in: expires }) });
      assertEquals(await statusOrCode(server.client().request({ path: "/" })), "http-auth");
      assertEquals([server.tokens.heard.length, server.api.heard.length], [1, 0]);
    },
  });
}

Deno.test({
  name: "ApiClient.request() asks again when expires_in is a string and has passed",
  ignore,
  async fn() {
    await using server = issuer({ token: (n) => grant(n, { expires_in: "600" }) });
    const client = server.client();
    await client.request({ path: "/1" });
    server.clock.advance(601_000);
    await client.request({ path: "/2" });
    assertEquals(server.bearers(), ["T1", "T2"]);
  },
});

Deno.test({
  name: "ApiClient.request() asks for a token again when the endpoint fails at first",
  ignore,
  async fn() {
    await using server = issuer({
      token: (n) => n < 3 ? new Response("down", { status: 500 }) : grant(n, {}),
    });
    assertEquals(await statusOrCode(server.client().request({ path: "/" })), 200);
    assertEquals([server.tokens.heard.length, server.bearers()], [3, ["T3"]]);
  },
});

Deno.test({
  name: "ApiClient.request() comes to the token endpoint no earlier than told",
  ignore,
  async fn() {
    const headers = { "Retry-After": "20" };
    await using server = issuer({
      token: (n) => n === 1 ? new Response(null, { status: 429, headers }) : grant(n, {}),
    });
    assertEquals(await statusOrCode(server.client().request({ path: "/" })), 200);
    const [first, second] = server.tokens.heard;
    assertEquals((second?.at ?? 0) - (first?.at ?? 0) >= 20_000, true);
    assertEquals(server.tokens.heard.length, 2);
  },
});

function said(body: string, type = "application/json"): Response {
  return new Response(body, { headers: { "Content-Type": type } });
}

const DENIED: Record<string, [() => Response, code?: string]> = {
  "a 400 invalid_client": [() => Response.json({ error: "invalid_client" }, { status: 400 })],
  "a 401": [() => Response.json({ error: "invalid_client" }, { status: 401 })],
  "a 200 with an error": [() => Response.json({ error: "invalid_scope" })],
  "a 200 without a token": [() => Response.json({ token_type: "bearer" })],
  "an empty token": [() => Response.json({ access_token: "", token_type: "bearer" })],
  "a token that is a number": [() => Response.json({ access_token: 17, token_type: "bearer" })],
  "a token of type mac": [() => Response.json({ access_token: "T", token_type: "mac" })],
  "a token with a line break": [() => Response.json({ access_token: "a\r\nX-Evil: 1" })],
  "a token with a null character": [() => Response.json({ access_token: "X-Evil\0" })],
  "a token beyond ASCII": [() => Response.json({ access_token: "X-Evil t\u00f6k\u{1f600}" })],
  "an HTML page": [() => said("<html>X-Evil", "text/html"), "http-content-type"],
  "broken JSON": [() => said('{"access_token":"X-Evil'), "http-body-invalid"],
  "a token that is no JSON": [() => said('{"access_token":X-Evil'), "http-body-invalid"],
};

for (const [name, [token, code = "http-auth"]] of Object.entries(DENIED)) {
  Deno.test({
    name: `ApiClient.request() sends nothing to the API when the token endpoint answers ${name}`,
    ignore,
    async fn() {
      await using server = issuer({ token });
      const client = server.client();
      let error: unknown;
      await client.request({ path: "/" }).catch((caught) => error = caught);
      assertEquals([server.api.heard.length, server.tokens.heard.length <= 3], [0, true]);
      const text = Deno.inspect(error, { depth: 20 }) + String((error as Error).stack);
      assertEquals([text.includes(CLIENT_SECRET), text.includes("X-Evil")], [false, false], text);
      assertEquals((error as { code?: string }).code, code);
    },
  });
}

for (const type of ["bearer", "BEARER", undefined]) {
  Deno.test({
    name: `ApiClient.request() takes the token for a bearer when token_type is ${type}`,
    ignore,
    async fn() {
      await using server = issuer({ token: (n) => grant(n, { token_type: type }) });
      assertEquals(await statusOrCode(server.client().request({ path: "/" })), 200);
      assertEquals(server.api.heard[0]?.headers.get("authorization"), "Bearer T1");
    },
  });
}

for (const status of [400, 500]) {
  Deno.test({
    name: `ApiClient.request() keeps the client secret out of the error when a ${status} echoes it`,
    ignore,
    async fn() {
      await using server = issuer({
        token: (_, { headers, body }) =>
          new Response(`${headers.get("authorization")} ${body}`, { status }),
      });
      for (const how of ["basic", "body"] as const) {
        const auth = oauth(`${server.tokens.url}/token`, { client_auth: how });
        let error: unknown;
        await server.client({ auth }).request({ path: "/" }).catch((caught) => error = caught);
        const text = Deno.inspect(error, { depth: 20, strAbbreviateSize: 1e6 });
        const [asked] = server.tokens.heard.slice(-1);
        const sent = asked?.headers.get("authorization")?.slice(6) ??
          new URLSearchParams({ s: CLIENT_SECRET }).toString().slice(2);
        assertStringIncludes(text, `status ${status}`);
        assertEquals(text.includes(sent.slice(-12)), false, text);
      }
    },
  });
}

for (const status of [301, 302, 303, 307, 308]) {
  for (const how of ["basic", "body"] as const) {
    Deno.test({
      name:
        `ApiClient.request() sends no client secret abroad when a ${status} asks for it by ${how}`,
      ignore,
      async fn() {
        await using foreign = adversary(() => grant(666, {}));
        await using server = issuer({
          token: () =>
            new Response(null, { status, headers: { Location: `${foreign.url}/token` } }),
        });
        const auth = oauth(`${server.tokens.url}/token`, { client_auth: how });
        const came = await statusOrCode(server.client({ auth }).request({ path: "/" }));
        assertEquals([`${came}`.startsWith("http-"), server.api.heard.length], [true, 0]);
        for (const { body, headers } of foreign.heard) {
          assertEquals([body.includes("client_secret"), headers.get("authorization")], [
            false,
            null,
          ]);
        }
      },
    });
  }
}

Deno.test({
  name: "ApiClient.request() takes the token nowhere when the API redirects to another origin",
  ignore,
  async fn() {
    await using foreign = adversary(() => Response.json([]));
    await using server = issuer({
      api: () => new Response(null, { status: 302, headers: { Location: foreign.url } }),
    });
    await statusOrCode(server.client().request({ path: "/" }));
    assertEquals(server.bearers(), ["T1"]);
    assertEquals(foreign.heard.map(({ headers }) => headers.get("authorization")), [null]);
  },
});

Deno.test({
  name: "ApiClient.request() does not refresh when a foreign origin says 401 behind a redirect",
  ignore,
  async fn() {
    await using foreign = adversary(() => new Response(null, { status: 401 }));
    await using server = issuer({
      api: () => new Response(null, { status: 302, headers: { Location: foreign.url } }),
    });
    assertEquals(await statusOrCode(server.client().request({ path: "/" })), "http-auth");
    assertEquals(foreign.heard.some(({ headers }) => headers.has("authorization")), false);
  },
});
