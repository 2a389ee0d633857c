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

for (const type of ["oauth2_refresh_token", "oauth2_client_credentials", "session"]) {
  everyWorldTest(
    `no record keeps what the answer to ${type} gives next to the token`,
    async (world) => {
      const given = { refresh_token: `next-${type}-77`, id_token: `who.${type}.5512` };
      world.answer = ({ pathname, searchParams }) => {
        if (pathname === "/token") {
          const others = type === "session" ? { user: given } : given;
          return Response.json({ access_token: `first-${type}-4`, expires_in: 3600, ...others });
        }
        const page = Number(searchParams.get("page"));
        const told = page === 2 ? given.refresh_token : page === 3 ? given.id_token : null;
        return Response.json(page < 4 ? [{ id: page, told }] : []);
      };
      const keys = type === "session"
        ? "fields: { user: '${OTHER_TOKEN}' }, token: access_token, login_url"
        : type === "oauth2_refresh_token"
        ? "client_id: c, refresh_token: '${OTHER_TOKEN}', token_url"
        : "client_id: c, client_secret: '${OTHER_TOKEN}', token_url";
      const edit = (yaml: string) => {
        const url = /base_url: (\S+)/.exec(yaml)?.[1];
        return yaml.replace(
          "    streams:",
          `    auth: { type: ${type}, ${keys}: "${url}/token" }\n    streams:`,
        )
          .replace("type: none }", "type: page, page_param: page }");
      };
      const { totals, rejects } = await world.run({ edit, env });
      assertEquals([totals.written, totals.rejected, rejects[0]?.code], [
        1,
        2,
        "record-credential",
      ]);
      for (const text of Object.values(given)) assertEquals(placesOf(world.folder, text), []);
    },
  );
}

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
