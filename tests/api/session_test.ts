import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ApiClient, type SessionLogin } from "../../lib/api/mod.ts";
import { HttpError } from "../../lib/errors/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { granted } from "../_granted.ts";
import { FakeClock } from "./_fake_clock.ts";
import { type Handler, json, serve } from "./_server.ts";

const ignore = !granted("net");

/** Signs in at `/login`; a session is good until `end` is called. */
function sessions(answer: (session: string) => Response) {
  let [count, valid] = [0, ""];
  const handler: Handler = ({ url, headers, body }) => {
    if (url.pathname === "/login") {
      if (!String(body).includes("s3cret%pw") && !String(body).includes("s3cret%25pw")) {
        return new Response("no", { status: 403 });
      }
      valid = `session-${++count}-of-many`;
      return answer(valid);
    }
    const said = ["authorization", "x-session", "cookie"].map((name) => headers.get(name) ?? "");
    const good = valid !== "" && said.join().includes(valid);
    return good ? json({ said }) : new Response("no", { status: 401 });
  };
  return { handler, end: () => void (valid = ""), count: () => count };
}

function login(url: string, more: Partial<SessionLogin>): SessionLogin {
  const fields = { user: "ann", password: new Secret("s3cret%pw", "PW") };
  return { type: "session", login_url: `${url}/login`, fields, ...more };
}

function cookies(session: string): Response {
  const headers = new Headers({ "content-type": "text/html" });
  for (const one of [`sid=${session}; Path=/; HttpOnly`, "lang=en", "old=; Max-Age=0"]) {
    headers.append("set-cookie", one);
  }
  return new Response("<html>", { headers });
}

/** How a server answers a login, and what a request carries then. */
const KINDS: readonly (readonly [
  (session: string) => Response,
  Partial<SessionLogin>,
  readonly string[],
])[] = [
  [(token) => json({ data: { token } }), { token: "data.token" }, ["Bearer SESSION", "", ""]],
  [(token) => json({ token }), { token: "token", header: "X-Session" }, ["", "SESSION", ""]],
  [cookies, { encoding: "form" }, ["", "", "sid=SESSION; lang=en"]],
];

Deno.test({
  name: "request() signs in once, and carries the token or the cookies until they are refused",
  ignore,
  async fn() {
    for (const [answer, more, wanted] of KINDS) {
      const { handler, end, count } = sessions(answer);
      await using server = serve(handler);
      const auth = login(server.url, more);
      await using client = new ApiClient({ baseUrl: server.url, auth, clock: new FakeClock() });
      const saying = async () => (await client.request({ path: "/" })).json();
      const first = await Promise.all([saying(), saying(), saying()]);
      const expected = (session: string) => ({
        said: wanted.map((text) => text.replace("SESSION", session)),
      });
      assertEquals(first, Array(3).fill(expected("session-1-of-many")));
      end();
      assertEquals(await saying(), expected("session-2-of-many"));
      assertEquals(count(), 2);
      const posted = server.seen.find(({ url }) => url.pathname === "/login");
      assertEquals([posted?.method, posted?.body], [
        "POST",
        more.encoding === "form"
          ? "user=ann&password=s3cret%25pw"
          : '{"user":"ann","password":"s3cret%pw"}',
      ]);
      // What is carried is kept out of the logs, in each form.
      assert(Secret.registered().has("session-2-of-many"));
    }
  },
});

/** Cookies set by a page that leads to the next one, as after a form. */
function redirect(status: number, ...set: readonly string[]): Response {
  const headers = new Headers({ location: "/home" });
  for (const one of set) headers.append("set-cookie", one);
  return new Response(null, { status, headers });
}

Deno.test({
  name: "request() takes the cookies of a login that leads to another page, and does not go there",
  ignore,
  async fn() {
    for (const status of [301, 302, 303]) {
      const { handler, count } = sessions((session) => redirect(status, `sid=${session}; Path=/`));
      await using server = serve(handler);
      const auth = login(server.url, { encoding: "form" });
      await using client = new ApiClient({ baseUrl: server.url, auth, clock: new FakeClock() });
      const response = await client.request({ path: "/" });
      assertEquals(response.json(), { said: ["", "", "sid=session-1-of-many"] });
      assertEquals(count(), 1);
      assertEquals(server.seen.map(({ url }) => url.pathname), ["/login", "/"]);
    }
  },
});

Deno.test({
  name: "request() signs in once more when it is led to the login, and gives up at the second time",
  ignore,
  async fn() {
    const { handler, end, count } = sessions(cookies);
    await using server = serve(async (request, n) => {
      const response = await handler(request, n);
      if (response.status !== 401) return response;
      await response.body?.cancel();
      // A new cookie of nobody's, as servers give one to whoever comes without.
      const headers = { location: "/login?next=%2F", "set-cookie": "sid=nobody" };
      return new Response(null, { status: 302, headers });
    });
    const auth = login(server.url, {});
    const retry = { limit: 0 };
    await using client = new ApiClient({ baseUrl: server.url, auth, retry });
    await (await client.request({ path: "/" })).json();
    end();
    // A question that is posted is led there as well.
    const asked = { method: "POST", path: "/", body: "{}", idempotent: true } as const;
    assertEquals((await client.request(asked)).status, 200);
    assertEquals(count(), 2);
    let logins = 0;
    await using closed = serve(({ url }) => {
      if (url.pathname !== "/login") return Response.redirect(new URL("/login", url), 302);
      logins++;
      return redirect(302, "sid=session-9-of-many");
    });
    const lost = login(closed.url, {});
    await using other = new ApiClient({ baseUrl: closed.url, auth: lost, retry });
    const error = await assertRejects(() => other.request({ path: "/" }), HttpError);
    assertEquals([error.code, error.status, logins], ["http-auth", 401, 2]);
    assertStringIncludes(error.message, "it leads to the login");
  },
});

Deno.test({
  name: "request() carries the cookies that the last good answer left",
  ignore,
  async fn() {
    let turn = 0;
    await using server = serve(({ url, headers }) => {
      if (url.pathname === "/login") return redirect(302, "sid=s-0; HttpOnly", "csrf=c", "lang=en");
      const sent = headers.get("cookie") ?? "";
      if (url.pathname === "/gone") {
        return new Response("", { status: 404, headers: { "set-cookie": "sid=nobody" } });
      }
      turn++;
      const answer = new Headers({ "content-type": "application/json" });
      answer.append("set-cookie", `sid=s-${turn}; Max-Age=60`);
      if (turn === 1) answer.append("set-cookie", "csrf=; Path=/");
      if (turn === 1) answer.append("set-cookie", "more=m");
      if (turn === 2) answer.append("set-cookie", "lang=en; Expires=Thu, 01-Jan-1970 00:00:01 GMT");
      if (turn === 3) {
        for (const name of ["sid", "more"]) answer.append("set-cookie", `${name}=`);
      }
      return new Response(JSON.stringify(sent), { headers: answer });
    });
    const auth = login(server.url, {});
    await using client = new ApiClient({ baseUrl: server.url, auth, clock: new FakeClock() });
    const said: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      said.push((await client.request({ path: "/" })).json());
      await assertRejects(() => client.request({ path: "/gone" }), HttpError);
    }
    assertEquals(said, [
      "sid=s-0; csrf=c; lang=en",
      "sid=s-1; lang=en; more=m",
      "sid=s-2; more=m",
      "",
    ]);
  },
});

Deno.test({
  name: "request() says what is wrong with a login, and shows nothing of it",
  ignore,
  async fn() {
    const wrong: readonly (readonly [Response, Partial<SessionLogin>, string, string])[] = [
      [json({ tok: "session-9" }), { token: "token" }, "http-auth", 'no text at "token"'],
      [json({ token: "session-9\n" }), { token: "token" }, "http-auth", "no header can carry"],
      [json({ token: "session-9" }), {}, "http-auth", "sets no cookie"],
      [new Response("session-9"), { token: "token" }, "http-body-invalid", "access token"],
      [new Response("no", { status: 403 }), { token: "token" }, "http-auth", "status 403"],
    ];
    for (const [response, more, code, text] of wrong) {
      await using server = serve(() => response.clone());
      const auth = login(server.url, more);
      const retry = { limit: 0 };
      await using client = new ApiClient({ baseUrl: server.url, auth, retry });
      const error = await assertRejects(() => client.request({ path: "/" }), HttpError);
      assertEquals(error.code, code);
      assertStringIncludes(error.message, text);
      assert(!error.message.includes("session-9") && !error.message.includes("s3cret"));
      await response.body?.cancel();
    }
  },
});
