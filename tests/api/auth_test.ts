import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiClient, type Auth } from "../../lib/api/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { HttpError, SuspendedError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { FakeClock } from "./_fake_clock.ts";
import { type Handler, json, type Seen, serve } from "./_server.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("net");

async function sent(auth: Auth): Promise<Seen> {
  await using server = serve(() => json({}));
  await using client = new ApiClient({ baseUrl: server.url, auth });
  await client.request({ path: "/x", params: { a: "b c" } });
  const [seen] = server.seen;
  if (seen === undefined) throw new Error("nothing was sent");
  return seen;
}

Deno.test({
  name: "request() signs with bearer, basic and API key in header or query",
  ignore,
  async fn() {
    const token = new Secret("t0ken-value", "T");
    const bearer = await sent({ type: "bearer", token });
    assertEquals(bearer.headers.get("authorization"), "Bearer t0ken-value");
    const basic = await sent({ type: "basic", username: "ü", password: token });
    assertEquals(basic.headers.get("authorization"), "Basic w7w6dDBrZW4tdmFsdWU=");
    const header = await sent({ type: "api_key", in: "header", name: "X-Key", value: token });
    assertEquals(header.headers.get("x-key"), "t0ken-value");
    const query = await sent({ type: "api_key", in: "query", name: "key", value: token });
    assertEquals(query.url.search, "?a=b%20c&key=t0ken-value");
  },
});

/** A token endpoint and a resource; a token is good until `revoke` is called. */
function oauthServer(
  life: number | undefined,
): { handler: Handler; revoke(): void; issued(): number } {
  let issued = 0;
  let valid = "";
  return {
    revoke: () => void (valid = ""),
    issued: () => issued,
    handler: ({ url, headers }) => {
      if (url.pathname === "/token") {
        valid = `access-token-${++issued}`;
        return json({ access_token: valid, token_type: "bearer", expires_in: life });
      }
      const good = headers.get("authorization") === `Bearer ${valid}`;
      return good ? json({ ok: true }) : new Response("no", { status: 401 });
    },
  };
}

function oauth(url: string, more: object = {}): Auth {
  return {
    type: "oauth2_client_credentials",
    token_url: `${url}/token`,
    client_id: "my id",
    client_secret: new Secret("s:ecret+", "S"),
    ...more,
  };
}

Deno.test({
  name: "request() gets a token by Basic with form-encoded id and secret, or in the body",
  ignore,
  async fn() {
    const { handler } = oauthServer(3600);
    await using server = serve(handler);
    await using client = new ApiClient({
      baseUrl: server.url,
      auth: oauth(server.url, { scope: "a b" }),
    });
    await client.request({ path: "/" });
    const [first] = server.seen;
    assertEquals(first?.headers.get("authorization"), `Basic ${btoa("my+id:s%3Aecret%2B")}`);
    assertEquals(first?.body, "grant_type=client_credentials&scope=a+b");
    const auth = oauth(server.url, { client_auth: "body" });
    await using other = new ApiClient({ baseUrl: server.url, auth });
    await other.request({ path: "/" });
    assertEquals(server.seen[2]?.headers.get("authorization"), null);
    assertEquals(
      server.seen[2]?.body,
      "grant_type=client_credentials&client_id=my+id&client_secret=s%3Aecret%2B",
    );
  },
});

Deno.test({
  name: "request() gets tokens by a refresh token, and by the one that takes its place",
  ignore,
  async fn() {
    let given = 0;
    await using server = serve(({ url }) =>
      url.pathname === "/token"
        ? json({ access_token: `a${++given}`, expires_in: 100, refresh_token: `r${given}` })
        : json({ ok: true })
    );
    const clock = new FakeClock();
    const auth: Auth = {
      type: "oauth2_refresh_token",
      token_url: `${server.url}/token`,
      client_id: "public",
      refresh_token: new Secret("r0", "R"),
    };
    await using client = new ApiClient({ baseUrl: server.url, auth, clock });
    await client.request({ path: "/" });
    clock.advance(95_000);
    await client.request({ path: "/" });
    assertEquals(server.seen.map(({ body, headers }) => body || headers.get("authorization")), [
      "grant_type=refresh_token&refresh_token=r0&client_id=public",
      "Bearer a1",
      "grant_type=refresh_token&refresh_token=r1&client_id=public",
      "Bearer a2",
    ]);
  },
});

Deno.test({
  name:
    "request() asks for one token for many requests at once, even with one place in the limiter",
  ignore,
  async fn() {
    const { handler, issued } = oauthServer(3600);
    await using server = serve(handler);
    await using client = new ApiClient({
      baseUrl: server.url,
      auth: oauth(server.url),
      rateLimit: { concurrency: 1 },
    });
    await Promise.all(Array.from({ length: 8 }, () => client.request({ path: "/" })));
    await using wide = new ApiClient({ baseUrl: server.url, auth: oauth(server.url) });
    await Promise.all(Array.from({ length: 4 }, () => wide.request({ path: "/" })));
    assertEquals(issued(), 2);
  },
});

Deno.test({
  name: "request() replaces a token before it ends: a tenth of its life early",
  ignore,
  async fn() {
    const { handler, issued } = oauthServer(100);
    await using server = serve(handler);
    const clock = new FakeClock();
    await using client = new ApiClient({ baseUrl: server.url, auth: oauth(server.url), clock });
    await client.request({ path: "/" });
    clock.advance(89_999);
    await client.request({ path: "/" });
    assertEquals(issued(), 1);
    clock.advance(1);
    await client.request({ path: "/" });
    assertEquals(issued(), 2);
  },
});

Deno.test({
  name: "request() refreshes once after a 401: complaint 'tokens expire in the middle'",
  ignore,
  async fn() {
    const { handler, revoke, issued } = oauthServer(undefined);
    await using server = serve(handler);
    const clock = new FakeClock();
    await using client = new ApiClient({ baseUrl: server.url, auth: oauth(server.url), clock });
    await client.request({ path: "/" });
    revoke();
    const response = await client.request({ path: "/" });
    assertEquals([response.status, issued(), clock.sleeps], [200, 2, []]);
  },
});

Deno.test({
  name: "request() fails with http-auth when the refreshed token is refused too",
  ignore,
  async fn() {
    await using server = serve(({ url }) =>
      url.pathname === "/token"
        ? json({ access_token: "worthless" })
        : new Response("", { status: 401 })
    );
    await using client = new ApiClient({ baseUrl: server.url, auth: oauth(server.url) });
    const error = await assertRejects(() => client.request({ path: "/" }), HttpError);
    assertEquals([error.code, server.seen.length], ["http-auth", 4]);
  },
});

Deno.test({
  name: "request() fails with http-auth when the token endpoint refuses or answers nonsense",
  ignore,
  async fn() {
    const answers = [
      () => json({ error: "invalid_client" }, { status: 401 }),
      () => json({}),
      () => json({ access_token: "a", token_type: "mac" }),
      () => json({ access_token: "a", expires_in: "soon" }),
      () => Response.redirect("http://127.0.0.1:1/elsewhere", 307),
    ];
    for (const answer of answers) {
      await using server = serve(answer);
      await using client = new ApiClient({ baseUrl: server.url, auth: oauth(server.url) });
      const error = await assertRejects(() => client.request({ path: "/" }), HttpError);
      assertEquals([error.transient, server.seen.length], [false, 1], error.message);
    }
  },
});

Deno.test({
  name: "request() suspends where the token endpoint asks for a long wait and no retry is left",
  ignore,
  async fn() {
    await using server = serve(() =>
      new Response("", { status: 429, headers: { "retry-after": "600" } })
    );
    const auth = oauth(server.url);
    await using client = new ApiClient({ baseUrl: server.url, auth, retry: { limit: 0 } });
    await assertRejects(() => client.request({ path: "/" }), SuspendedError, "Retry-After: 600");
    assertEquals(server.seen.length, 1);
  },
});

Deno.test({
  name: "request() signs every attempt with a custom hook and lets it refresh after a 401",
  ignore,
  async fn() {
    await using server = serve((_request, n) =>
      new Response("", { status: [500, 401, 200][n - 1] ?? 500 })
    );
    let key = 1;
    await using client = new ApiClient({
      baseUrl: server.url,
      clock: new FakeClock(),
      auth: {
        type: "custom",
        sign: ({ headers, method }) => headers.set("x-sign", `${method}${key}`),
        refresh: () => void key++,
      },
    });
    await client.request({ path: "/" });
    assertEquals(server.seen.map(({ headers }) => headers.get("x-sign")), ["GET1", "GET1", "GET2"]);
  },
});

everyTest({
  name: "request() keeps only the latest of many short-lived tokens out of the logs",
  ignore,
  async fn() {
    const { handler, issued } = oauthServer(0);
    await using server = serve(handler);
    await using client = new ApiClient({ baseUrl: server.url, auth: oauth(server.url) });
    const before = Secret.registered().size;
    for (let i = 0; i < 40; i++) await client.request({ path: "/" });
    assertEquals(issued(), 40);
    assert(Secret.registered().has("access-token-40"));
    assertEquals(Secret.registered().has("access-token-20"), false);
    assert(Secret.registered().size - before <= 11);
  },
});
