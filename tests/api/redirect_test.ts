import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ApiClient, type Auth } from "../../lib/api/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { HttpError } from "../../lib/errors/mod.ts";
import { Redactor } from "../../lib/api/transport/redactor.ts";
import { granted } from "../_granted.ts";
import { json, serve } from "./_server.ts";

const ignore = !granted("net");
const value = new Secret("very-secret-key", "K");

function to(location: string, status = 302): Response {
  return new Response(null, { status, headers: { location } });
}

Deno.test({
  name: "request() keeps its credentials on redirects within the origin",
  ignore,
  async fn() {
    await using server = serve(({ url }) => url.pathname === "/a" ? to("b?x=1") : json({}));
    const auth: Auth = { type: "api_key", in: "query", name: "key", value };
    await using client = new ApiClient({ baseUrl: server.url, auth });
    const response = await client.request({ path: "/a" });
    assertEquals(server.seen[1]?.url.search, "?x=1&key=very-secret-key");
    assertEquals(response.url.href, `${server.url}/b?x=1`);
  },
});

Deno.test({
  name: "request() sends no credential of any kind to another origin",
  ignore,
  async fn() {
    await using foreign = serve(() => json({}));
    const auths: Auth[] = [
      { type: "bearer", token: value },
      { type: "basic", username: "u", password: value },
      { type: "api_key", in: "header", name: "x-api-key", value },
      { type: "api_key", in: "query", name: "key", value },
      { type: "custom", sign: ({ headers }) => headers.set("x-sign", "very-secret-key") },
    ];
    for (const auth of auths) {
      await using server = serve(({ url }) =>
        to(`${foreign.url}/y?key=${url.searchParams.get("key")}&z=1`)
      );
      const headers = { "x-private": "mine", cookie: "a=b" };
      await using client = new ApiClient({ baseUrl: server.url, auth, headers });
      await client.request({ path: "/" });
      const got = foreign.seen.at(-1);
      const names = [...got?.headers.keys() ?? []].sort();
      assertEquals(names, [
        "accept",
        "accept-encoding",
        "accept-language",
        "host",
        "user-agent",
      ], auth.type);
      assertEquals(got?.url.searchParams.get("z"), "1");
      assertEquals(got?.url.href.includes("very-secret-key"), false);
    }
  },
});

Deno.test({
  name: "request() does not take its credentials up again when a chain comes back",
  ignore,
  async fn() {
    let home = "";
    await using foreign = serve(() => to(`${home}/back`));
    await using server = serve(({ url }) => url.pathname === "/back" ? json({}) : to(foreign.url));
    home = server.url;
    await using client = new ApiClient({
      baseUrl: server.url,
      auth: { type: "bearer", token: value },
    });
    await client.request({ path: "/" });
    assertEquals(server.seen.map(({ headers }) => headers.has("authorization")), [true, false]);
  },
});

Deno.test({
  name: "request() refuses a redirect that would carry a credential or a body away",
  ignore,
  async fn() {
    await using foreign = serve(() => json({}));
    const auth: Auth = { type: "bearer", token: value };
    await using leaky = serve(() => to(`${foreign.url}/?copied=very-secret-key`));
    await using client = new ApiClient({ baseUrl: leaky.url, auth });
    const error = await assertRejects(() => client.request({ path: "/" }), HttpError);
    assertEquals(error.code, "http-redirect");
    await using post = serve(() => to(foreign.url, 307));
    await using poster = new ApiClient({ baseUrl: post.url, auth });
    const body = { path: "/", method: "POST", body: { a: 1 } };
    await assertRejects(() => poster.request(body), HttpError, "must not get the body");
    assertEquals(foreign.seen.length, 0);
  },
});

Deno.test({
  name: "request() refuses endless chains, missing targets and other schemes",
  ignore,
  async fn() {
    const cases: [() => Response, string][] = [
      [() => to("/again?who=ann"), "more than 5 hops"],
      [() => new Response(null, { status: 302 }), "no usable Location"],
      [() => to("ftp://a.example/"), "ftp:"],
    ];
    for (const [answer, message] of cases) {
      await using server = serve(answer);
      await using client = new ApiClient({ baseUrl: server.url });
      const error = await assertRejects(
        () => client.request({ path: "/", params: { who: "me" } }),
        HttpError,
      );
      assertEquals(error.code, "http-redirect");
      assertStringIncludes(error.message, message);
      // A query may name somebody, and the log has all of this.
      const said = JSON.stringify([error.message, error.context, error.stack]);
      assertEquals(/who=/.test(said), false, said);
    }
  },
});

Deno.test({
  name: "request() repeats a POST after 307, turns it into a GET after 303, and refuses 302",
  ignore,
  async fn() {
    for (const [status, method, body] of [[307, "POST", "x"], [303, "GET", ""]] as const) {
      await using server = serve(({ url }) => url.pathname === "/a" ? to("/b", status) : json({}));
      await using client = new ApiClient({ baseUrl: server.url });
      await client.request({ path: "/a", method: "POST", body: "x" });
      assertEquals([server.seen[1]?.method, server.seen[1]?.body], [method, body]);
    }
    await using server = serve(() => to("/b"));
    await using client = new ApiClient({ baseUrl: server.url });
    const post = { path: "/a", method: "POST", body: "x" };
    await assertRejects(() => client.request(post), HttpError, "drop the body");
  },
});

Deno.test({
  name: "request() takes a token out of errors that only a redirect or a next link brought",
  ignore,
  async fn() {
    const tokens = [`brought-${crypto.randomUUID()}`, `linked-${crypto.randomUUID()}`];
    await using server = serve(({ url }) => {
      const [first, second] = tokens;
      if (url.pathname === "/a") return to(`/b?access_token=${first}&page=1`);
      if (url.pathname === "/b") return json({ items: [1], next: `/c?token=${second}` });
      return json({ message: `bad tokens ${tokens.join(" ")}` }, { status: 400 });
    });
    await using client = new ApiClient({ baseUrl: server.url });
    const pages = client.pages({
      path: "/a",
      records: "items",
      pagination: { type: "next_url", path: "next" },
      onPageError: "skip",
    }, { prefetch: false });
    await pages.next();
    const { value: end } = await pages.next();
    const text = JSON.stringify(end);
    assertStringIncludes(text, "bad tokens *** ***");
    assertEquals(tokens.filter((token) => text.includes(token)), []);
    // Not as a credential of ours: it may go where the server leads.
    assertEquals(new Redactor().holdsSecret(`https://x.example/?token=${tokens[0]}`), false);
  },
});
