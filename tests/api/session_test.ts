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
