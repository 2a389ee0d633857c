import { assertEquals, assertMatch } from "@std/assert";
import type { Sandbox } from "../../lib/sandbox/mod.ts";
import { FakeClock, FLIGHTS, get, NO_SERVER, start } from "./_sandbox.ts";

const ignore = NO_SERVER;

Deno.test({
  name: "token endpoint gives a token that ends after its lifetime",
  ignore,
  async fn() {
    const clock = new FakeClock();
    await using sandbox = await start({ clock, tokenLifetime: 5000 });
    const { status, headers, text } = await ask(sandbox, {
      client_id: "me",
      client_secret: "sandbox-token",
      scope: "read",
    });
    assertEquals(status, 200);
    assertEquals(headers.get("cache-control"), "no-store");
    const { access_token, ...rest } = JSON.parse(text);
    assertEquals(rest, { token_type: "bearer", expires_in: 5, scope: "read" });
    assertEquals(await use(sandbox, access_token), 200);
    clock.time += 5000;
    assertEquals(await use(sandbox, access_token), 401);
    assertEquals(sandbox.requests.token, 1);
  },
});

Deno.test({
  name: "token endpoint takes form-encoded Basic credentials, at the root and under a mount",
  ignore,
  async fn() {
    await using sandbox = await start({ token: "a:b%c d" });
    const encoded = btoa(`me:${encodeURIComponent("a:b%c d").replaceAll("%20", "+")}`);
    for (const path of ["/oauth/token", "/github/oauth/token"]) {
      const { status, text } = await ask(sandbox, {}, { path, basic: encoded });
      assertEquals(status, 200);
      assertMatch(JSON.parse(text).access_token, /^sbt_\d+_[0-9a-z]+$/);
    }
  },
});

Deno.test({
  name: "token endpoint refuses a wrong secret, another grant and GET",
  ignore,
  async fn() {
    await using sandbox = await start();
    const wrong = await ask(sandbox, { client_id: "me", client_secret: "no" });
    assertEquals(wrong.status, 401);
    assertEquals(JSON.parse(wrong.text), { error: "invalid_client" });
    assertEquals(wrong.headers.get("www-authenticate"), 'Basic realm="sandbox"');
    const grant = { client_secret: "sandbox-token", grant_type: "password" };
    const other = await ask(sandbox, grant);
    assertEquals(other.status, 400);
    assertEquals(JSON.parse(other.text), { error: "unsupported_grant_type" });
    assertEquals((await get(sandbox, "/oauth/token")).status, 405);
  },
});

Deno.test({
  name: "fault expired really ends the life of a token that was given out",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["flights:expired@req2"] });
    const { text } = await ask(sandbox, { client_secret: "sandbox-token" });
    const { access_token } = JSON.parse(text);
    assertEquals(await use(sandbox, access_token), 200);
    assertEquals(await use(sandbox, access_token), 401);
    assertEquals(await use(sandbox, access_token), 401);
    const fresh = JSON.parse((await ask(sandbox, { client_secret: "sandbox-token" })).text);
    assertEquals(await use(sandbox, fresh.access_token), 200);
  },
});

Deno.test({
  name: "an expired token gets 401 from every listing, a wrong one 403 where a key is asked for",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["strikes:expired@req1"] });
    const { text } = await ask(sandbox, { client_secret: "sandbox-token" });
    const { access_token } = JSON.parse(text);
    const strikes = (token: string) =>
      get(sandbox, "/openalex/strikes", { headers: { Authorization: `Bearer ${token}` } });
    assertEquals((await strikes(access_token)).status, 401);
    assertEquals((await strikes(access_token)).status, 401);
    assertEquals((await strikes("never-given-out")).status, 403);
  },
});

function ask(
  sandbox: Sandbox,
  form: Record<string, string>,
  { path = "/oauth/token", basic }: { path?: string; basic?: string } = {},
) {
  return get(sandbox, path, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", ...form }),
    headers: basic === undefined ? {} : { Authorization: `Basic ${basic}` },
  });
}

async function use(sandbox: Sandbox, token: string): Promise<number> {
  return (await get(sandbox, FLIGHTS, { headers: { Authorization: `Bearer ${token}` } })).status;
}
