import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { HttpError } from "../../lib/errors/mod.ts";
import { nextStep, type StreamEnd } from "../../lib/api/mod.ts";
import { adviceAgainst } from "../../lib/pipeline/sources/api/advice.ts";
import { items, streamOf, type World, worldTest } from "./_world.ts";

/** What a run says about an answer. */
async function messageOf(
  world: World,
  answer: (url: URL) => Response,
  edit: (yaml: string) => string = (yaml) => yaml,
): Promise<string> {
  world.answer = answer;
  const summary = await world.run({ edit });
  assert(summary.exit_code !== 0);
  const { error_message, contradictions } = streamOf(summary, "shop.items");
  assertStringIncludes(summary.reasons.join(), error_message ?? contradictions[0]?.message ?? "-");
  return error_message ?? contradictions[0]?.message ?? "";
}

/** YAML with a bearer token of the configuration's own sandbox. */
function signed(yaml: string): string {
  return yaml.replace(
    "    retry:",
    '    auth: { type: bearer, token: "${SHOP_TOKEN}" }\n    retry:',
  );
}

const STATUSES: readonly (readonly [number, unknown, readonly string[]])[] = [
  [401, { message: "token expired" }, ['"token expired"', "set credentials by auth"]],
  [403, { error: { message: "plan too small" } }, ['"plan too small"', "set credentials by auth"]],
  [404, { detail: "No such list" }, ['"No such list"', "base_url and path", "on_status"]],
  [422, { detail: [{ msg: "limit <= 50" }] }, ['"limit <= 50"', "check params, headers"]],
  [400, { errors: [{ detail: "bad since" }] }, ['"bad since"', "incremental"]],
  [400, { error: { type: "query", reason: "bad since" } }, ['"bad since"', "incremental"]],
  [400, [{ message: "bad since", errorCode: "SINCE" }], ['"bad since"', "incremental"]],
  [407, {}, ["reach the API without it"]],
  [206, [], ["leave Range out"]],
];

for (const [status, body, parts] of STATUSES) {
  worldTest(`runPipeline() says what to do about a ${status}`, async (world) => {
    const message = await messageOf(world, () => Response.json(body, { status }));
    for (const part of parts) assertStringIncludes(message, part);
    assertStringIncludes(message, `status ${status}`);
  });
}

for (const status of [401, 403]) {
  worldTest(`runPipeline() names the variable of the token on a ${status}`, async (world) => {
    world.answer = () => new Response("no", { status });
    const summary = await world.run({
      edit: signed,
      env: (name) => name === "SHOP_TOKEN" ? "some-long-token" : undefined,
    });
    assertStringIncludes(summary.reasons.join(), "the variable SHOP_TOKEN (auth.token)");
  });
}

worldTest("runPipeline() quotes a server on one line, cut and without controls", async (world) => {
  const text = `no\u001b[31m\n way \u0007${"x".repeat(400)}`;
  const message = await messageOf(world, () => new Response(text, { status: 400 }));
  assertStringIncludes(message, '"no [31m way x');
  assert(!/\p{Cc}/u.test(message), message);
  assert(message.length < 400, message);
  assertStringIncludes(message, "...");
});

worldTest("runPipeline() takes an HTML page for a login page", async (world) => {
  const answer = (url: URL) =>
    url.pathname === "/login"
      ? new Response("<title>Sign in</title>", { headers: { "content-type": "text/html" } })
      : new Response(null, { status: 302, headers: { location: "/login?next=items" } });
  const message = await messageOf(world, answer);
  for (const part of ["/login", "text/html", "login or an error page", "content_type"]) {
    assertStringIncludes(message, part);
  }
});

worldTest("runPipeline() names allow_hosts for a next link to elsewhere", async (world) => {
  const answer = () => Response.json({ data: items(1), next: "https://cdn.example/2" });
  const message = await messageOf(world, answer, (yaml) =>
    yaml.replace(
      "pagination: { type: none }",
      "records: data\n        pagination: { type: next_url, path: next }",
    ));
  assertStringIncludes(message, "name it in allow_hosts");
});

worldTest(
  "runPipeline() names the arrays that there are where the records are not",
  async (world) => {
    const answer = () => Response.json({ result: { rows: items(1) }, n: 1 });
    const message = await messageOf(
      world,
      answer,
      (yaml) => yaml.replace("pagination:", "records: data\n        pagination:"),
    );
    assertStringIncludes(message, '"data" is missing');
    assertStringIncludes(message, 'there is an array at "result.rows"; check records');
  },
);

worldTest("runPipeline() names charset where a body is not UTF-8", async (world) => {
  const body = Uint8Array.from('{"é":[]}', (character) => character.charCodeAt(0));
  const answer = () => new Response(body, { headers: { "content-type": "application/json" } });
  assertStringIncludes(await messageOf(world, answer), "say which by charset");
});

const TERMS = {
  credentials: undefined,
  auth: "auth",
  address: "base_url",
  parameters: "params",
  records: "records",
  total: "pagination.total",
  bodyError: "error",
  end: undefined,
  hosts: "allow_hosts",
  contentType: undefined,
  charset: undefined,
  timeout: undefined,
};

for (
  const [detail, part] of [
    ["invalid peer certificate: UnknownIssuer", "DENO_CERT"],
    ["invalid peer certificate: Expired", "has expired"],
    ["invalid peer certificate: NotValidForName", "another name"],
    ["received corrupt message of type InvalidContentType", "check http and https"],
  ] as const
) {
  Deno.test(`nextStep() says what to do when TLS fails by ${detail}`, () => {
    const error = new HttpError("http-tls", "Cannot fetch", { context: { detail } });
    assertStringIncludes(nextStep(error, TERMS) ?? "", part);
  });
}

Deno.test("nextStep() says nothing when trying again is all", () => {
  const error = new HttpError("http-status", "Cannot fetch", { status: 503 });
  assertEquals(nextStep(error, TERMS), undefined);
});

Deno.test("adviceAgainst() says which key to check when a page comes again", () => {
  const against = { code: "page-repeated", message: "the page came again" } as const;
  for (
    const [pagination, key] of [
      [{ type: "page", page_param: "pg" }, "pagination.page_param"],
      [{ type: "offset", offset_param: "of" }, "pagination.offset_param"],
      [{ type: "cursor", param: "cursr", path: "next" }, "pagination.param"],
    ] as const
  ) {
    const end = { contradictions: [against] } as unknown as StreamEnd;
    const api = {
      stream: { pagination },
      source: { auth: { type: "none" } },
    } as unknown as Parameters<typeof adviceAgainst>[1];
    const [found] = adviceAgainst(end, api);
    assertStringIncludes(found?.message ?? "", `${against.message}; check ${key}: `);
  }
});

worldTest(
  "runPipeline() says what to do where a listing is gone after its first page",
  async (world) => {
    const paged = (more: string) => (yaml: string) =>
      yaml.replace("{ type: none }", `{ type: cursor, param: c, path: next${more} }`)
        .replace("primary_key", "records: data\n        primary_key");
    const gone = await messageOf(
      world,
      (url) =>
        url.searchParams.has("c")
          ? new Response("gone", { status: 410 })
          : Response.json({ data: items(2), next: "a" }),
      paged(""),
    );
    assertStringIncludes(
      gone,
      "the pages before it were answered; if the listing ends there, declare it with on_status",
    );
  },
);

worldTest("runPipeline() says how to declare what is no error", async (world) => {
  const message = await messageOf(world, () => Response.json({ ok: false, items: [] }));
  assertStringIncludes(
    message,
    "if that is not an error, declare what is one with error: { path: ... }",
  );
});
