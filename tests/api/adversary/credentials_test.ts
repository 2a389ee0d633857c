import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Auth } from "../../../lib/api/mod.ts";
import { Secret } from "../../../lib/secrets/mod.ts";
import { granted } from "../../_granted.ts";
import { hunted, outcome, statusOrCode } from "./_outcome.ts";
import { adversary, answer, type Heard, rawAdversary } from "./_server.ts";

const ignore = !granted("net");
const SECRET = "s3cr3t-V4lue";
const secret = new Secret(SECRET, "ADVERSARY_SECRET");

const BEARER: Auth = { type: "bearer", token: secret };
const IN_QUERY: Auth = { type: "api_key", in: "query", name: "api_key", value: secret };
const AUTHS: Record<string, Auth> = {
  bearer: BEARER,
  basic: { type: "basic", username: "u", password: secret },
  "api_key in a header": { type: "api_key", in: "header", name: "X-Api-Key", value: secret },
  "api_key in the query": IN_QUERY,
  custom: {
    type: "custom",
    sign({ headers }) {
      headers.set("X-Signature", secret.reveal());
    },
  },
};

function redirect(status: number, location: string): Response {
  return new Response(null, { status, headers: { Location: location } });
}

/** Every place of a request where our secret may stand. */
function carries(request: Heard | undefined): boolean {
  if (request === undefined) return false;
  const text = `${request.url} ${JSON.stringify([...request.headers])} ${request.body}`;
  return text.includes(SECRET) || text.includes(btoa(`u:${SECRET}`));
}

/** Headers that hold secrets of the caller's own making. */
const OWN_HEADERS = { "X-Tenant-Key": SECRET, Cookie: `session=${SECRET}` };

for (const status of [301, 302, 303, 307, 308]) {
  for (const [name, auth] of Object.entries(AUTHS)) {
    Deno.test({
      name: `ApiClient.request() takes no credential along a ${status} when it signs by ${name}`,
      ignore,
      async fn() {
        await using foreign = adversary(() => Response.json([]));
        await using own = adversary(() => redirect(status, `${foreign.url}/steal`));
        const { client } = hunted(own.url, { auth, headers: OWN_HEADERS });
        const headers = { "X-Call-Key": SECRET };
        assertEquals(await statusOrCode(client.request({ path: "/", headers })), 200);
        assertEquals([own.heard.length, foreign.heard.length], [1, 1]);
        assertEquals([carries(own.heard[0]), carries(foreign.heard[0])], [true, false]);
        const names = [...foreign.heard[0]?.headers.keys() ?? []];
        const kept = ["authorization", "cookie", "referer", "x-tenant-key", "x-call-key"];
        assertEquals(names.filter((header) => kept.includes(header)), []);
      },
    });
  }
}

Deno.test({
  name: "ApiClient.request() takes no credential along when the foreign hop ends a chain",
  ignore,
  async fn() {
    await using foreign = adversary(() => Response.json([]));
    await using own = adversary(({ url }) => {
      const hop = Number(url.searchParams.get("hop") ?? "0");
      return hop < 3 ? redirect(302, `/?hop=${hop + 1}`) : redirect(307, `${foreign.url}/`);
    });
    const { client } = hunted(own.url, { auth: BEARER, headers: OWN_HEADERS });
    assertEquals(await statusOrCode(client.request({ path: "/" })), 200);
    assertEquals([own.heard.length, foreign.heard.length], [4, 1]);
    assertEquals(carries(foreign.heard[0]), false);
  },
});

Deno.test({
  name: "ApiClient.request() sends no credential when a foreign hop leads back home",
  ignore,
  async fn() {
    await using own = adversary(({ url }) =>
      url.pathname === "/" ? redirect(302, `${foreign.url}/`) : Response.json([])
    );
    await using foreign = adversary(() => redirect(302, `${own.url}/chosen-by-the-foreigner`));
    const { client } = hunted(own.url, { auth: BEARER, headers: OWN_HEADERS });
    await statusOrCode(client.request({ path: "/" }));
    assertEquals(foreign.heard.map(carries), [false]);
    assertEquals(own.heard.slice(1).some(carries), false);
  },
});

Deno.test({
  name: "ApiClient.request() takes no body abroad when a POST is answered by 307",
  ignore,
  async fn() {
    await using foreign = adversary(() => Response.json([]));
    await using own = adversary(() => redirect(307, `${foreign.url}/`));
    const { client } = hunted(own.url, { auth: BEARER });
    const body = { password: SECRET };
    await statusOrCode(client.request({ path: "/", method: "POST", body }));
    assertEquals([own.heard.length, foreign.heard.some(carries)], [1, false]);
  },
});

const FOREIGN_FORMS: ((foreign: string, own: string) => string)[] = [
  (foreign) => `//${foreign}/x`,
  (foreign) => `/\\${foreign}/x`,
  (foreign) => `\\\\${foreign}\\x`,
  (foreign) => `http:${foreign}/x`.replace("http:", "http:\\\\"),
  (foreign) => `HTTP://${foreign}/x`,
  (foreign, own) => `http://${own}@${foreign}/x`,
  (foreign, own) => `http://${own}%2F@${foreign}/x`,
  (_, own) => `http://localhost:${own.split(":")[1]}/x`,
  (_, own) => `http://127.0.0.2:${own.split(":")[1]}/x`,
  (_, own) => `http://127.0.0.1.:${own.split(":")[1]}x/`,
  (_, own) => `https://${own}/x`,
  (_, own) => `ws://${own}/x`,
  () => "file:///etc/hostname",
  () => 'data:application/json,[{"id":666}]',
  () => "blob:http://127.0.0.1/1",
  () => "javascript:0",
];

for (const form of FOREIGN_FORMS) {
  const shape = form("FOREIGN", "OWN:1");
  Deno.test({
    name: `ApiClient.request() takes no credential along when Location has the form ${shape}`,
    ignore,
    async fn() {
      await using foreign = adversary(() => Response.json([{ id: 666 }]));
      await using own = adversary((_, n) =>
        n === 1
          ? redirect(302, form(new URL(foreign.url).host, new URL(own.url).host))
          : Response.json([])
      );
      const abroad: Request[] = [];
      // The flags of the tests deny other hosts, and with all permissions one of them is ours by another name.
      const fetch = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
        const sent = new Request(input, init);
        const hosts = [own.url, foreign.url].map((url) => new URL(url).origin);
        if (hosts.includes(new URL(sent.url).origin)) return globalThis.fetch(sent);
        abroad.push(sent);
        return Promise.reject(new Deno.errors.NotCapable("other hosts are denied"));
      };
      const { client } = hunted(own.url, { auth: BEARER, headers: OWN_HEADERS, fetch });
      const came = await statusOrCode(client.request({ path: "/" }));
      assertEquals(own.heard.length, 1);
      if (shape.includes("FOREIGN")) {
        assertEquals([came, foreign.heard.length], [200, 1]);
      } else {
        assertEquals(`${came}`.startsWith("http-"), true, `${came}`);
      }
      for (const { url, headers } of abroad) {
        assertEquals(`${url} ${JSON.stringify([...headers])}`.includes(SECRET), false);
      }
      assertEquals(foreign.heard.some((r) => carries(r) || r.headers.has("authorization")), false);
    },
  });

  Deno.test({
    name: `ApiClient.pages() refuses a next URL when it has the form ${shape}`,
    ignore,
    async fn() {
      await using foreign = adversary(() => Response.json({ items: [{ id: 666 }] }));
      await using own = adversary((_, n) =>
        Response.json({
          items: [{ id: n }],
          next: form(new URL(foreign.url).host, new URL(own.url).host),
        })
      );
      const { client } = hunted(own.url, { auth: BEARER });
      const pagination = { type: "next_url", path: "next" } as const;
      const { ids, end, code } = await outcome(client, { path: "/", records: "items", pagination });
      assertEquals(ids, [1]);
      assertEquals([own.heard.length, foreign.heard.length], [1, 0]);
      assertEquals(end?.proven ?? false, false);
      assertEquals(["next-cross-origin", "next-invalid"].includes(`${code}`), true, code ?? "none");
    },
  });
}

Deno.test({
  name: "ApiClient.pages() refuses the next link when it leads to another port",
  ignore,
  async fn() {
    await using foreign = adversary(() => Response.json([{ id: 666 }]));
    await using own = adversary(() =>
      Response.json([{ id: 1 }], { headers: { Link: `<${foreign.url}/2>; rel="next"` } })
    );
    const { client } = hunted(own.url, { auth: IN_QUERY });
    const { ids, end, code } = await outcome(client, {
      path: "/",
      pagination: { type: "link" },
    });
    assertEquals([ids, end?.proven ?? false, code], [[1], false, "next-cross-origin"]);
    assertEquals(foreign.heard.length, 0);
  },
});

Deno.test({
  name: "ApiClient.request() refuses a downgrade from https to http on the same host",
  async fn() {
    const sent: string[] = [];
    const fetch = (input: RequestInfo | URL): Promise<Response> => {
      sent.push(input instanceof Request ? input.url : `${input}`);
      return Promise.resolve(redirect(301, "http://api.example/"));
    };
    const { client } = hunted("https://api.example", { auth: BEARER, fetch });
    assertEquals(await statusOrCode(client.request({ path: "/" })), "http-redirect");
    assertEquals(sent, ["https://api.example/"]);
  },
});

for (const abroad of [false, true]) {
  Deno.test({
    name: `ApiClient.request() sends no user name of a redirect when it leads ${
      abroad ? "abroad" : "home"
    }`,
    ignore,
    async fn() {
      await using foreign = adversary(() => Response.json([]));
      await using own = adversary(({ url }) => {
        const { host } = new URL(abroad ? foreign.url : own.url);
        return url.pathname === "/" ? redirect(302, `http://evil:pw@${host}/x`) : Response.json([]);
      });
      const { client } = hunted(own.url, { auth: BEARER });
      assertEquals(await statusOrCode(client.request({ path: "/" })), 200);
      const heard = [...own.heard, ...foreign.heard].map(({ headers }) =>
        headers.get("authorization")
      );
      assertEquals(heard, [`Bearer ${SECRET}`, abroad ? null : `Bearer ${SECRET}`]);
    },
  });
}

for (const target of ["x", "/x", "http://HOST/x", "http://evil:pw@HOST/x"]) {
  Deno.test({
    name: `ApiClient.request() keeps the user name of its base URL when Location is ${target}`,
    ignore,
    async fn() {
      await using own = adversary(({ url }) =>
        url.pathname === "/"
          ? redirect(302, target.replace("HOST", new URL(own.url).host))
          : Response.json([])
      );
      const { client } = hunted(own.url.replace("://", "://me:mine@"));
      assertEquals(await statusOrCode(client.request({ path: "/" })), 200);
      const mine = `Basic ${btoa("me:mine")}`;
      assertEquals(own.heard.map(({ headers }) => headers.get("authorization")), [mine, mine]);
    },
  });
}

Deno.test({
  name: "ApiClient.request() signs every hop once when a redirect stays at home",
  ignore,
  async fn() {
    await using own = adversary(({ url }) =>
      url.pathname === "/" ? redirect(302, "there?api_key=old&x=1#part") : Response.json([])
    );
    const { client } = hunted(own.url, { auth: IN_QUERY });
    assertEquals(await statusOrCode(client.request({ path: "/", params: { q: "a b" } })), 200);
    const [, hop] = own.heard;
    assertEquals([hop?.url.pathname, hop?.url.searchParams.getAll("api_key")], ["/there", [
      SECRET,
    ]]);
    assertEquals(hop?.url.searchParams.get("x"), "1");
  },
});

const METHODS: [number, string, string][] = [
  [303, "GET", ""],
  [307, "POST", '{"a":1}'],
  [308, "POST", '{"a":1}'],
];

for (const [status, method, body] of METHODS) {
  Deno.test({
    name: `ApiClient.request() sends ${method} when a POST is answered by ${status}`,
    ignore,
    async fn() {
      await using own = adversary(({ url }) =>
        url.pathname === "/" ? redirect(status, "/there") : Response.json([])
      );
      const { client } = hunted(own.url);
      const posted = client.request({ path: "/", method: "POST", body: { a: 1 } });
      assertEquals(await statusOrCode(posted), 200);
      const [, hop] = own.heard;
      assertEquals([hop?.method, hop?.body], [method, body]);
      assertEquals(hop?.headers.has("content-type"), body !== "");
    },
  });
}

for (const status of [301, 302]) {
  Deno.test({
    name: `ApiClient.request() refuses to turn a POST into a GET when it is answered by ${status}`,
    ignore,
    async fn() {
      await using own = adversary(({ url }) =>
        url.pathname === "/" ? redirect(status, "/there") : Response.json([])
      );
      const { client } = hunted(own.url);
      const posted = client.request({ path: "/", method: "POST", body: { a: 1 } });
      assertEquals([await statusOrCode(posted), own.heard.length], ["http-redirect", 1]);
    },
  });
}

for (const location of [undefined, "", "http://", "http://[", "http://127.0.0.1:99999/"]) {
  Deno.test({
    name: `ApiClient.request() refuses a redirect when Location is ${location ?? "absent"}`,
    ignore,
    async fn() {
      const headers = location === undefined ? [] : [`Location: ${location}`];
      let heard = 0;
      await using server = rawAdversary(async (wire) => {
        while (await wire.request() !== undefined && ++heard < 20) {
          await wire.write(answer("", { status: "302 Found", headers }));
        }
      });
      await using client = hunted(server.url, { auth: BEARER }).client;
      assertEquals(await statusOrCode(client.request({ path: "/" })), "http-redirect");
    },
  });
}

Deno.test({
  name: "ApiClient.request() gives up when redirects go round",
  ignore,
  async fn() {
    await using own = adversary(({ url }) => redirect(302, url.pathname === "/a" ? "/b" : "/a"));
    const { client } = hunted(own.url, { auth: BEARER });
    assertEquals(await statusOrCode(client.request({ path: "/a" })), "http-redirect");
    assertEquals(own.heard.length, 6);
  },
});

for (const path of ["//FOREIGN/x", "/\\FOREIGN/x", "http://FOREIGN/x", "http://a@FOREIGN/x"]) {
  Deno.test({
    name: `ApiClient.request() sends nothing abroad when the path is ${path}`,
    ignore,
    async fn() {
      await using foreign = adversary(() => Response.json([]));
      await using own = adversary(() => Response.json([]));
      const { client } = hunted(own.url, { auth: BEARER });
      const { host } = new URL(foreign.url);
      await statusOrCode(
        Promise.resolve().then(() => client.request({ path: path.replace("FOREIGN", host) })),
      );
      assertEquals(foreign.heard.length, 0);
    },
  });
}

const FAILURES: Record<string, (request: Heard) => Response> = {
  "a 500 that echoes the request": ({ url, headers }) =>
    new Response(`${url} ${JSON.stringify([...headers])}`, { status: 500 }),
  "a 403 that echoes it in JSON": ({ url, headers }) =>
    Response.json({ url: `${url}`, headers: [...headers] }, { status: 403 }),
  "an HTML page": ({ url }) =>
    new Response(`<p>${url}`, { headers: { "Content-Type": "text/html" } }),
  "broken JSON": ({ url }) =>
    new Response(`[${url}`, { headers: { "Content-Type": "application/json" } }),
  "a foreign redirect": ({ url }) => redirect(302, `http://127.0.0.1:1/${url.search}`),
  "a redirect to nowhere": () => new Response(null, { status: 302 }),
};

for (const [name, script] of Object.entries(FAILURES)) {
  for (const [kind, auth] of Object.entries(AUTHS)) {
    Deno.test({
      name: `ApiClient.pages() keeps the secret out of the error when ${kind} meets ${name}`,
      ignore,
      async fn() {
        await using own = adversary(script);
        const { client } = hunted(own.url, { auth });
        const { error, code } = await outcome(client, { path: "/" });
        assertStringIncludes(code ?? "none", "http-");
        const text = Deno.inspect(error, { depth: 20, strAbbreviateSize: 1e6 }) +
          JSON.stringify(error) + String((error as Error).stack);
        assertEquals(text.includes(SECRET), false, text);
        assertEquals(text.includes(btoa(`u:${SECRET}`)), false, text);
      },
    });
  }
}

/** What a server that echoes our Authorization header may say before it. */
const BEFORE_ECHO = [0, 250, 255, 260, 265, 270, 275, 280, 285, 290, 295];

for (const length of BEFORE_ECHO) {
  for (const kind of ["basic", "bearer"] as const) {
    Deno.test({
      name:
        `ApiClient.pages() keeps the secret's first letters out of the error when ${kind} is echoed after ${length} characters`,
      ignore,
      async fn() {
        await using own = adversary(({ headers }) =>
          new Response("x".repeat(length) + headers.get("authorization"), { status: 500 })
        );
        const auth = AUTHS[kind] ?? BEARER;
        const { error } = await outcome(hunted(own.url, { auth }).client, { path: "/" });
        const text = Deno.inspect(error, { depth: 20, strAbbreviateSize: 1e6 });
        const whole = kind === "basic" ? btoa(`u:${SECRET}`) : SECRET;
        assertEquals(text.includes(whole.slice(0, 4)), false, text);
      },
    });
  }
}

Deno.test({
  name:
    "ApiClient.pages() keeps a long secret out of the error when a 500 echoes it again and again",
  ignore,
  async fn() {
    const token = new Secret("long-secret-".repeat(100), "LONG_SECRET");
    await using own = adversary(({ headers }) =>
      new Response(headers.get("authorization")?.repeat(50), { status: 500 })
    );
    const { client } = hunted(own.url, { auth: { type: "bearer", token } });
    const { error } = await outcome(client, { path: "/" });
    assertStringIncludes(Deno.inspect(error), "status 500");
    const text = Deno.inspect(error, { depth: 20, strAbbreviateSize: 1e6 });
    assertEquals(text.includes("long-"), false, text);
  },
});

const REPORTS: Record<string, string> = {
  "no JSON": `[Bearer ${SECRET}`,
  "no JSON, the secret at the end of what a parser quotes": `[Be    ${SECRET}`,
  "an error report": JSON.stringify({ error: `bad token ${SECRET}` }),
};

for (const [name, body] of Object.entries(REPORTS)) {
  Deno.test({
    name: `ApiClient.pages() keeps the secret out of the error when the body is ${name}`,
    ignore,
    async fn() {
      await using own = adversary(() =>
        new Response(body, { headers: { "Content-Type": "application/json" } })
      );
      const { error, code } = await outcome(hunted(own.url, { auth: BEARER }).client, {
        path: "/",
        bodyError: (value) => (value as { error?: string }).error,
      });
      assertStringIncludes(code ?? "none", "http-body-");
      const text = Deno.inspect(error, { depth: 20 });
      assertEquals(text.includes(SECRET.slice(0, 4)), false, text);
    },
  });
}

Deno.test({
  name: "ApiClient.request() keeps the secret out of the error when nobody listens",
  ignore,
  async fn() {
    const own = adversary(() => Response.json([]));
    await own[Symbol.asyncDispose]();
    const { client } = hunted(own.url, { auth: IN_QUERY });
    const { error, code } = await outcome(client, { path: "/" });
    assertEquals(code, "http-unreachable");
    const text = Deno.inspect(error, { depth: 20 }) + String((error as Error).stack);
    assertEquals(text.includes(SECRET), false, text);
  },
});

Deno.test({
  name: "ApiClient.pages() keeps the secret out of pages and state when next URLs repeat it",
  ignore,
  async fn() {
    await using own = adversary(({ url }) => {
      const page = Number(url.searchParams.get("page") ?? "1");
      const next = new URL(url);
      next.searchParams.set("page", `${page + 1}`);
      return Response.json({ items: [{ id: page }], next: page < 3 ? next.href : null });
    });
    const { client } = hunted(own.url, { auth: IN_QUERY });
    const pagination = { type: "next_url", path: "next" } as const;
    const read = await outcome(client, { path: "/", records: "items", pagination });
    assertEquals([read.ids, read.end?.proven, read.code], [[1, 2, 3], true, undefined]);
    for (const { url, token, next } of read.pages) {
      assertEquals(`${url} ${token} ${JSON.stringify(next)}`.includes(SECRET), false);
    }
    for (const { url } of own.heard) {
      assertEquals(url.searchParams.getAll("api_key"), [SECRET]);
    }
  },
});

Deno.test({
  name: "ApiClient.request() quotes no credential that the server's sentence breaks into lines",
  ignore,
  async fn() {
    // As MIME writes it, whose lines are longer.
    const lines = btoa(`ab${SECRET}`).replaceAll(/.{8}/g, "$&\n");
    const refusal = { error: { message: `no such key:\n${lines}\nask for one` } };
    await using own = adversary(() => Response.json(refusal, { status: 400 }));
    const { client } = hunted(own.url, { auth: BEARER });
    const { message } = (await outcome(client, { path: "/" })).error as Error;
    assertStringIncludes(message, 'the server says "no such key: ');
    assertStringIncludes(message, '*** ask for one"');
  },
});
