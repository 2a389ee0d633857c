import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { fillSecrets, redactRegistered, startLogging } from "../../lib/logging/mod.ts";
import { loadConfig, type RunSummary } from "../../lib/pipeline/mod.ts";
import { credentialsOf } from "../../lib/pipeline/sources/api/credentials.ts";
import type { ApiSource } from "../../lib/pipeline/sources/api/schema.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { granted } from "../_granted.ts";
import { everyTest, sample } from "../_sample.ts";
import { items } from "./_world.ts";

const ignore = !granted("read", "write", "net");
const TOKEN = "mark3d/T0ken+with&signs=";
const TENANT = "mark3d-tenant-7f3a91";
/** Part of the address, as that of a webhook. */
const HOOK = "mark3d-hook-55aa01";
/** Of a variable whose name says what it is; and of one whose name does not. */
const [KEY, SITE] = ["mark3d-key-c71d20", "mark3d-site-b20e91"];

/** Every form in which a server may say the token. */
const FORMS: readonly string[] = [
  TOKEN,
  encodeURIComponent(TOKEN),
  encodeURIComponent(encodeURIComponent(TOKEN)),
  btoa(TOKEN),
  btoa(`user:${TOKEN}`),
  btoa(btoa(`u:${TOKEN}`)),
  new TextEncoder().encode(TOKEN).toHex(),
  new TextEncoder().encode(TOKEN).toHex().toUpperCase(),
  TOKEN.replaceAll("&", "&amp;"),
  JSON.stringify(JSON.stringify({ TOKEN })),
  // In another letter case, as a server that folds names writes it.
  TOKEN.toUpperCase(),
  encodeURIComponent(TOKEN).toLowerCase(),
  btoa(`user:${TOKEN.toUpperCase()}`),
  btoa(`user:${TOKEN}`).toUpperCase(),
  new TextEncoder().encode(TOKEN.toLowerCase()).toHex(),
];

interface Bench {
  run(answer: (request: Request, url: URL) => Response, keys?: string): Promise<RunSummary>;
  /** Everything on disk, below the folder of the pipeline. */
  files(): Map<string, Uint8Array>;
  readonly terminal: string[];
}

function test(name: string, fn: (bench: Bench) => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    async fn() {
      const folder = await Deno.makeTempDir();
      const terminal: string[] = [];
      try {
        await fn({
          terminal,
          run: (answer, keys) => runOnce(folder, { answer, keys, terminal }),
          files: () => new Map(filesIn(folder)),
        });
        for (const [path, bytes] of filesIn(folder)) refuseSecrets(path, bytes);
        refuseSecrets("the terminal", new TextEncoder().encode(terminal.join("\n")));
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

async function runOnce(
  folder: string,
  about: {
    readonly answer: (request: Request, url: URL) => Response;
    readonly keys: string | undefined;
    readonly terminal: string[];
  },
): Promise<RunSummary> {
  const { answer, keys, terminal } = about;
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => answer(request, new URL(request.url)),
  );
  const yaml = join(folder, "pipeline.yaml");
  await Deno.writeTextFile(
    yaml,
    `name: marked
lake: lake
audit: audit.db
log_dir: logs
sources:
  - name: shop
    type: api
    base_url: http://127.0.0.1:${server.addr.port}/bot\${HOOK}
    auth: { type: bearer, token: "\${SHOP_TOKEN}" }
    retry: { limit: ${keys === undefined ? 1 : 0}, max_wait: 1s }
    streams:
      - name: all
        path: /all
        params: { tenant: "\${TENANT}" }
        records: items
${keys ?? "        pagination: { type: next_url, path: next }"}
`,
  );
  const secrets: Record<string, string> = {
    SHOP_TOKEN: TOKEN,
    TENANT,
    HOOK,
    SITE,
    X_API_KEY: KEY,
  };
  const config = await loadConfig(yaml, { root: folder, env: (name) => secrets[name] });
  Deno.mkdirSync(join(folder, "logs"), { recursive: true });
  await using _logging = startLogging({
    runId: "marked",
    file: join(folder, "logs/run.jsonl"),
    level: "debug",
    metricsMs: 1e6,
    terminal: "pretty",
    color: false,
    write: (line) => terminal.push(line),
  });
  const summary = await runPipeline(config, { checkpointMs: 0 });
  terminal.push(JSON.stringify(summary));
  return summary;
}

function* filesIn(folder: string): Generator<[string, Uint8Array]> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* filesIn(path);
    else yield [path, Deno.readFileSync(path)];
  }
}

/** Looks for each form as it is, and lets the pattern of the log look for all others. */
function refuseSecrets(where: string, bytes: Uint8Array): void {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const plain = [...FORMS, TENANT, HOOK].find((form) => text.includes(form));
  assert(plain === undefined, `${where} holds ${plain}`);
  const clean = redactRegistered(text);
  for (let at = 0; at < text.length; at++) {
    if (text[at] === clean[at]) continue;
    throw new Error(`${where} holds a secret: ${text.slice(Math.max(0, at - 30), at + 60)}`);
  }
}

/** The placeholders on disk, which prove that there was something to hide. */
function placeholders(files: Map<string, Uint8Array>): number {
  let count = 0;
  for (const bytes of files.values()) {
    count += new TextDecoder().decode(bytes).match(/\$\{(secret|sealed):/g)?.length ?? 0;
  }
  return count;
}

/** A listing whose next links and cursors carry what they should not, and which breaks in its middle. */
function listing(form: string, options: { readonly broken: boolean }) {
  return (request: Request, url: URL): Response => {
    if (request.headers.get("authorization") !== `Bearer ${TOKEN}`) {
      return new Response("no", { status: 401 });
    }
    const page = Number(url.searchParams.get("page") ?? "0");
    if (page > 0 && url.searchParams.get("sig") !== form) return new Response("", { status: 400 });
    if (page === 2 && options.broken) {
      return new Response(`late, ${form}`, {
        status: 429,
        headers: { "Retry-After": "3600", "X-Echo": TOKEN },
      });
    }
    const query = new URLSearchParams({ page: String(page + 1), sig: form, tenant: TENANT });
    const next = page === 3 ? null : `${url.origin}/all?${query}`;
    return Response.json({ items: items(2, page * 2), next });
  };
}

for (const form of sample(FORMS)) {
  test(`runPipeline() resumes from a link with ${form} and stores none of it`, async (bench) => {
    const first = await bench.run(listing(form, { broken: true }));
    assertEquals(first.exit_code, 75);
    assert(placeholders(bench.files()) > 0);
  });
}

test("runPipeline() stores no credential that a server puts into its next links", async (bench) => {
  const issued = "1ssued-by-the-server";
  const summary = await bench.run((_, url) => {
    const page = Number(url.searchParams.get("page") ?? "0");
    if (page > 0 && url.searchParams.get("X-Amz-Signature") !== issued) {
      return new Response("", { status: 400 });
    }
    const query = new URLSearchParams({ page: String(page + 1), "X-Amz-Signature": issued });
    return Response.json({ items: items(2, page * 2), next: page === 2 ? null : `/all?${query}` });
  });
  assertEquals([summary.exit_code, summary.totals.written], [0, 6]);
  for (const [path, bytes] of bench.files()) {
    assert(!new TextDecoder("latin1").decode(bytes).includes(issued), path);
  }
});

everyTest({
  name: "runPipeline() fills the placeholders of a position in when it goes on",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      for (const form of sample(FORMS)) {
        const lake = join(folder, FORMS.indexOf(form).toString());
        Deno.mkdirSync(lake);
        let broken = true;
        const asked: string[] = [];
        // One server for both attempts: the address is part of the configuration.
        await using server = Deno.serve(
          { port: 0, hostname: "127.0.0.1", onListen() {} },
          (request) => {
            const url = new URL(request.url);
            asked.push(url.searchParams.get("page") ?? "0");
            const answer = listing(form, { broken })(request, url);
            return answer.status === 429 ? new Response("no", { status: 500 }) : answer;
          },
        );
        const yaml = join(lake, "pipeline.yaml");
        await Deno.writeTextFile(
          yaml,
          `name: marked
lake: lake
audit: audit.db
log_dir: logs
sources:
  - name: shop
    type: api
    base_url: http://127.0.0.1:${server.addr.port}
    auth: { type: bearer, token: "\${SHOP_TOKEN}" }
    retry: { limit: 0 }
    streams:
      - name: all
        path: /all
        records: items
        pagination: { type: next_url, path: next }
`,
        );
        const env = (name: string) => name === "SHOP_TOKEN" ? TOKEN : undefined;
        const run = async () =>
          await runPipeline(await loadConfig(yaml, { root: lake, env }), { checkpointMs: 0 });
        assertEquals((await run()).exit_code, 1);
        broken = false;
        const second = await run();
        assertEquals([second.exit_code, second.totals.written], [0, 8]);
        // A link that counts pages, as its plain form does, is read again once it was resumed.
        assertEquals(asked.slice(0, 5), ["0", "1", "2", "2", "3"], form);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** Everything that may go wrong, with an echo of the token in every form. */
const FAILURES: Record<string, (echo: string) => Response> = {
  ...Object.fromEntries(
    [400, 401, 403, 404, 407, 422, 500, 503].map((status) => [
      `status ${status}`,
      (echo: string) => Response.json({ error: { message: `bad ${echo}` } }, { status }),
    ]),
  ),
  "an error in a 200": (echo) => Response.json({ items: [], errors: [{ message: echo }] }),
  "HTML": (echo) => new Response(`<p>${echo}</p>`, { headers: { "content-type": "text/html" } }),
  "another content type": (echo) =>
    new Response("x", { headers: { "content-type": `text/x-${encodeURIComponent(echo)}` } }),
  "no JSON": (echo) => new Response(`{"items": [ ${echo}`, JSON_TYPE),
  "no records": (echo) => Response.json({ [echo]: [] }),
  "a redirect to elsewhere": (echo) =>
    new Response(null, {
      status: 302,
      headers: { location: `https://elsewhere.example/?t=${encodeURIComponent(echo)}` },
    }),
  "a redirect without end": (echo) =>
    new Response(null, {
      status: 302,
      headers: { location: `/all?t=${encodeURIComponent(echo)}` },
    }),
  "a wait": (echo) =>
    new Response(echo, {
      status: 429,
      headers: { "retry-after": "7200", "x-echo": encodeURIComponent(echo) },
    }),
  "a next link to elsewhere": (echo) =>
    Response.json({ items: items(1), next: `https://${echo.length}.example/?t=${echo}` }),
  "a next link to itself": (echo) =>
    Response.json({ items: items(1), next: `/all?t=${encodeURIComponent(echo)}` }),
  "an ETag": (echo) =>
    Response.json({ items: items(1) }, { headers: { etag: `"${encodeURIComponent(echo)}"` } }),
  "a record that is no object": (echo) => Response.json({ items: [echo, ...items(1)] }),
  "a record that is cut in the middle of a character": (echo) =>
    new Response(
      Uint8Array.from([...new TextEncoder().encode(`{"items":["${echo}`), 0xff, 0x22, 0x5d, 0x7d]),
      JSON_TYPE,
    ),
};

const JSON_TYPE = { headers: { "content-type": "application/json" } };

const FAILED = Object.entries(FAILURES)
  .flatMap(([name, answer]) => ["fail", "skip"].map((policy) => ({ name, answer, policy })));

for (const { name, answer, policy } of sample(FAILED)) {
  test(`runPipeline() writes no secret on ${name} when a page may ${policy}`, async ({ run }) => {
    await run(
      () => answer(FORMS.join(" ")),
      `        pagination: { ${name === "an ETag" ? "type: none" : "type: next_url, path: next"} }
        on_page_error: ${policy}
        primary_key: [id]`,
    );
  });
}

test("runPipeline() rejects records that hold the token, in any form", async ({ run, files }) => {
  const seen = [
    TOKEN,
    btoa(`user:${TOKEN}`),
    encodeURIComponent(TOKEN),
    new TextEncoder().encode(TOKEN).toHex().toUpperCase(),
    TOKEN,
    TOKEN,
    TOKEN.replaceAll("&", "&amp;").replaceAll("/", "&#47;"),
    encodeURIComponent(encodeURIComponent(TOKEN)),
    Array.from(TOKEN, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join(""),
    String([...new TextEncoder().encode(TOKEN)]),
    Array.from(TOKEN).join(" "),
  ];
  const filler = "x".repeat(100_000);
  const all = [...seen.map((seen, id) => ({ id, seen })), { id: 99, filler }];
  const body = JSON.stringify({ items: all })
    .replace('4,"seen":"mark3d/', '4,"seen":"mark3d\\/')
    .replace('5,"seen":"mark3d/', '5,"seen":"\\u006Dark3d\\u002f');
  const summary = await run(() => new Response(body, JSON_TYPE));
  assertEquals([summary.totals.written, summary.totals.rejected], [1, seen.length]);
  const [, lines] = [...files()].find(([path]) => path.includes("quarantine")) ?? [];
  const [line = ""] = new TextDecoder().decode(lines).split("\n");
  const { code, raw } = JSON.parse(line) as Record<string, string>;
  assertEquals(code, "record-credential");
  assertEquals(JSON.parse(fillSecrets(raw ?? "")), { id: 0, seen: TOKEN });
});

test("runPipeline() finds the token wherever it is in a long record", async ({ run }) => {
  // The bytes are looked at by the mebibyte.
  const head = '{"items":[{"id":1,"text":"';
  const filler = "x".repeat(2 ** 20 - head.length - 5);
  const summary = await run(() => new Response(`${head}${filler}${TOKEN}"}]}`, JSON_TYPE));
  assertEquals([summary.totals.written, summary.totals.rejected], [0, 1]);
});

test("runPipeline() rejects a record that holds what a header sends as a key", async ({ run }) => {
  const keys = `        headers: { X-Shop-Key: "\${TENANT}" }\n        primary_key: [id]`;
  const summary = await run(() => Response.json({ items: [{ id: 1, at: TENANT }] }), keys);
  assertEquals([summary.totals.written, summary.totals.rejected], [0, 1]);
});

test("runPipeline() rejects a record that holds what its variable says is a key", async ({ run }) => {
  const keys =
    '        headers: { X-T: "${X_API_KEY}", X-Site: "${SITE}" }\n        primary_key: [id]';
  const records = [{ id: 1, at: KEY }, { id: 2, at: SITE }];
  const summary = await run(() => Response.json({ items: records }), keys);
  assertEquals([summary.totals.written, summary.totals.rejected], [1, 1]);
});

const USES: Readonly<Record<string, string>> = {
  base_url: '    base_url: "https://api.example.com/${SHOP_KEY}"\n',
  header: '    headers: { X-T: "id ${SHOP_KEY}" }\n',
  username: '    auth: { type: basic, username: "${SHOP_KEY}", password: "${OTHER}" }\n',
  parameter: '        params: { who: ["a", "${SHOP_KEY}"] }\n',
  body: '        method: POST\n        body: { who: [{ me: "${SHOP_KEY}" }] }\n',
};

for (const [where, yaml] of Object.entries(USES)) {
  Deno.test({
    name: `credentialsOf() has what is in the ${where} from a variable named as a key`,
    ignore,
    async fn() {
      const folder = await Deno.makeTempDir();
      const path = join(folder, "p.yaml");
      const ofSource = /^ {4}\w/.test(yaml) ? yaml : "";
      const base = where === "base_url" ? "" : "    base_url: https://api.example.com\n";
      const source = `  - name: shop\n    type: api\n${base}${ofSource}`;
      const streams = `    streams:\n      - name: all\n        path: /all\n${
        ofSource ? "" : yaml
      }`;
      await Deno.writeTextFile(path, `name: p\nlake: lake\nsources:\n${source}${streams}`);
      // Each its own: what is registered stays so.
      const value = `mark3d-${where}-key`;
      const env = (name: string) => ({ SHOP_KEY: value, OTHER: "s3cr3t-password" })[name];
      const { sources } = await loadConfig(path, { root: folder, env });
      const [shop] = sources as unknown as ApiSource[];
      const [stream] = shop?.streams ?? [];
      assert(shop !== undefined && stream !== undefined);
      const record = new TextEncoder().encode(`{"id":1,"me":"${value}"}`);
      assertEquals(credentialsOf(shop, stream).in(record), "SHOP_KEY");
      await Deno.remove(folder, { recursive: true });
    },
  });
}
