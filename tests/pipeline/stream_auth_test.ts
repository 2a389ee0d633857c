import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError } from "../../lib/errors/mod.ts";
import { sourceTypeOf } from "../../lib/pipeline/sources/mod.ts";
import { placesOf } from "./_places_of.ts";
import { everyWorldTest, type World, worldTest } from "./_world.ts";

const ENV: Readonly<Record<string, string>> = {
  SHOP_TOKEN: "shop-token-4711",
  ADMIN_KEY: "admin-key-4712",
  OTHER_TOKEN: "other-token-4713",
};
function env(name: string): string | undefined {
  return ENV[name];
}

/** Three streams: as the source says, with a key of its own, and with none. */
function edit(yaml: string): string {
  const stream = (name: string, ...keys: readonly string[]) =>
    [`      - name: ${name}`, `path: /${name}`, "primary_key: [id]", ...keys].join("\n        ");
  const streams = [
    stream("items"),
    stream("audits", "auth: { type: api_key, in: header, name: X-Key, value: '${ADMIN_KEY}' }"),
    stream("news", "auth: { type: none }"),
  ].join("\n");
  const from = yaml.indexOf("      - name: items");
  const to = yaml.indexOf("  - name: vendor");
  return `${yaml.slice(0, from)}${streams}\n${yaml.slice(to)}`
    .replace("    streams:", "    auth: { type: bearer, token: '${SHOP_TOKEN}' }\n    streams:");
}

/** Answers each stream if it comes with its own credentials and no others; keeps which path had which. */
function serve(world: World, seen: Record<string, unknown>): void {
  world.answer = ({ pathname }, { headers }) => {
    seen[pathname] = [headers.get("authorization"), headers.get("x-key")];
    return Response.json([{ id: 1, told: headers.get("x-key") }]);
  };
}

worldTest(
  "a stream is asked for with credentials of its own, or with those of its source",
  async (world) => {
    const seen: Record<string, unknown> = {};
    serve(world, seen);
    const { streams } = await world.run({ edit, env });
    assertEquals(seen, {
      "/items": ["Bearer shop-token-4711", null],
      "/audits": [null, "admin-key-4712"],
      "/news": [null, null],
    });
    // A record that holds them is rejected.
    assertEquals(streams.map(({ written, rejected }) => [written, rejected]).slice(0, 3), [
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
    for (const value of Object.values(ENV)) assertEquals(placesOf(world.folder, value), []);
  },
);

worldTest(
  "what is refused names the credentials of the stream, and needs are those of all",
  async (world) => {
    world.answer = ({ pathname }) =>
      pathname === "/audits" ? new Response(null, { status: 401 }) : Response.json([]);
    const { reasons } = await world.run({ edit, env });
    assertStringIncludes(reasons.join(), "the variable ADMIN_KEY (auth.value)");
    const token = "type: oauth2_refresh_token, client_id: c, refresh_token: '${OTHER_TOKEN}'";
    const oauth = (yaml: string) =>
      edit(yaml).replace("{ type: none }", `{ ${token}, token_url: https://login.example/token }`);
    const [source] = (await world.config({ edit: oauth, env })).sources;
    assert(source !== undefined);
    const { net = [] } = sourceTypeOf(source).needs(source, { sandboxUrl: "" });
    assertEquals([net.length, net[1]], [2, "login.example:443"]);
    const literal = (yaml: string) => edit(yaml).replace("'${ADMIN_KEY}'", "admin-key-4712");
    const error = await assertRejects(() => world.config({ edit: literal, env }), ConfigError);
    assertStringIncludes(error.message, "sources[0].streams[1].auth.value");
    assert(!error.message.includes("admin-key-4712"));
  },
);

/** A pipeline whose source signs in. */
function signingIn(keys: string) {
  return (yaml: string) => {
    const url = /base_url: (\S+)/.exec(yaml)?.[1];
    const auth = `auth: { type: session, login_url: "${url}/login", ${keys} }`;
    return yaml.replace("    streams:", `    ${auth}\n    streams:`)
      .replace("type: none }", "type: page, page_param: page }");
  };
}

everyWorldTest(
  "a source signs in, again once its session has ended, and keeps none of it",
  async (world) => {
    let [logins, valid] = [0, ""];
    const asked: string[] = [];
    world.answer = ({ pathname, searchParams }, { headers, method }) => {
      if (pathname === "/login") {
        valid = `session-${++logins}-of-some`;
        return Response.json({ ok: method === "POST" }, {
          headers: { "set-cookie": `sid=${valid}; HttpOnly` },
        });
      }
      const page = Number(searchParams.get("page"));
      if (headers.get("cookie") !== `sid=${valid}`) return new Response(null, { status: 401 });
      asked.push(`${page} ${valid}`);
      if (page === 1 && logins === 1) valid = "";
      const told = page === 2 ? headers.get("cookie") : null;
      return Response.json(page < 3 ? [{ id: page, told }] : []);
    };
    const edit = signingIn("fields: { user: ann, password: '${ADMIN_KEY}' }");
    const { totals, rejects } = await world.run({ edit, env });
    assertEquals([logins, totals.written, rejects[0]?.code], [2, 1, "record-credential"]);
    const begun = asked.slice(0, 3).map((one) => one.slice(0, 11));
    assertEquals(begun, ["1 session-1", "2 session-2", "3 session-2"]);
    for (const text of [ENV["ADMIN_KEY"] ?? "", "-of-some"]) {
      assertEquals(placesOf(world.folder, text), []);
    }
    world.answer = () => new Response(null, { status: 403 });
    const { reasons } = await world.run({ edit, env });
    assertStringIncludes(reasons.join(), "the variable ADMIN_KEY (auth.fields.password)");
  },
);

worldTest("a login names its host, and takes no credential as it is", async (world) => {
  const elsewhere = (yaml: string) =>
    signingIn("token: t, fields: { key: '${ADMIN_KEY}' }")(yaml)
      .replace(/login_url: "[^"]+"/, 'login_url: "https://login.example/in"');
  const [source] = (await world.config({ edit: elsewhere, env })).sources;
  assert(source !== undefined);
  const { net = [] } = sourceTypeOf(source).needs(source, { sandboxUrl: "" });
  assertEquals(net[1], "login.example:443");
  const wrong = [
    ["fields: { password: admin-key-4712 }", 'expected "${NAME}"'],
    ["fields: { user: 'a ${ADMIN_KEY}' }", 'expected a text, or "${NAME}" alone'],
    ["header: X-Session, fields: { user: ann }", "expected the key token next to it"],
  ] as const;
  for (const [keys, wanted] of wrong) {
    const error = await assertRejects(() => world.config({ edit: signingIn(keys), env }));
    assert(error instanceof ConfigError);
    assertStringIncludes(error.message, wanted);
    assert(!error.message.includes("admin-key-4712"));
  }
});
