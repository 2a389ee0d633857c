import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { extname, fromFileUrl, join } from "@std/path";
import { environmentNames } from "../../lib/config/mod.ts";
import { ConfigError } from "../../lib/errors/mod.ts";
import { loadConfig } from "../../lib/pipeline/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { granted } from "../_granted.ts";
import {
  load,
  PipelineFile,
  problemsOf,
  refusal,
  withSource,
  withStream,
} from "./_pipeline_file.ts";

const ignore = !granted("read", "write");

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore, fn });
}

test("loadConfig() fills in every default when only the required keys stand", async () => {
  assertEquals(await load(withStream()), {
    name: "demo",
    lake: "/project/lake",
    audit: "/project/audit.db",
    log_dir: "/project/logs",
    sandbox: { seed: 7, faults: [] },
    sources: [{
      name: "web",
      type: "api",
      base_url: "https://api.example",
      auth: { type: "none" },
      headers: {},
      retry: { limit: 5, max_wait: 120_000 },
      timeout: 30_000,
      short_page_ends: false,
      streams: [{
        name: "events",
        path: "/e",
        method: "GET",
        params: {},
        headers: {},
        format: "json",
        max_record_size: 32_000_000,
        pagination: { type: "none", whole: false },
        repeats: false,
        primary_key: [],
        conditional: true,
        on_page_error: "fail",
        on_status: {},
        idempotent: true,
        mode: "snapshot",
      }],
    }],
    tolerance: { records: 0, files: 0 },
    max_shrink: 0.5,
    part_format: "jsonl.gz",
  });
});

test("loadConfig() reads durations, sizes, shares and paths into plain units", async () => {
  const config = await load(`
name: demo
lake: ../lake
audit: /var/audit.db
sources:
  - { name: vendor, type: files, path: drop/./in, expect: { columns: [a, b], max_size: 1GB } }
  - { name: web, type: logs, path: weblogs, stream: access, exclude: ["*.tmp"] }
tolerance: { records: 1%, files: 5 }
`);
  const [files, logs] = config.sources;
  assertEquals([config.lake, config.audit], ["/lake", "/var/audit.db"]);
  assertEquals(files, {
    name: "vendor",
    type: "files",
    path: "/project/drop/in",
    include: ["**/*"],
    exclude: [],
    expect: { columns: ["a", "b"], max_size: 1e9 },
    min_age: 10_000,
    stream: "vendor",
    dialect: {},
    allow_empty: false,
    on_finding: {},
    on_change: "append",
    on_duplicate: "skip",
  });
  assert(logs?.type === "logs");
  assertEquals([logs.stream, logs.format, logs.exclude], ["access", "auto", ["*.tmp"]]);
  assertEquals(config.tolerance, { records: 0.01, files: 5 });
});

test("loadConfig() derives mode, to and idempotent when the stream leaves them out", async () => {
  const config = await load(withStream(
    "method: POST",
    "body: { filter: { since: 1 }, tags: [a, 2, true, null] }",
    "incremental: { field: at, start_param: since, format: epoch_ms, lag: 1h }",
    "pagination: { type: cursor, param: c, path: meta.next, total_from: { path: /count } }",
  ));
  const source = config.sources[0];
  assert(source?.type === "api");
  const stream = source.streams[0];
  assertEquals([stream?.mode, stream?.idempotent], ["incremental", false]);
  assertEquals(stream?.incremental?.param_format, "epoch_ms");
  assertEquals(stream?.incremental?.lag, 3_600_000);
  assertEquals(stream?.body, { filter: { since: 1 }, tags: ["a", 2, true, null] });
});

test("loadConfig() says where retries are", async () => {
  const text = withSource("sandbox: usgs", "retries: 3", "streams: [{ name: e, path: /e }]");
  assertEquals(problemsOf(await refusal(text)), [
    'sources[0].retries: "retries" is now "retry: { limit }"',
  ]);
});

test("loadConfig() says where short_page_ends went", async () => {
  const error = await refusal(withStream(
    "pagination: { type: page, page_param: p, short_page_ends: true }",
  ));
  assertEquals(problemsOf(error), [
    "sources[0].streams[0].pagination.short_page_ends: unknown key, expected it at the stream or the source, next to " +
    "pagination",
  ]);
});

test("loadConfig() reads where a cursor stands and goes, and whether a short page is the last", async () => {
  const pagination = { type: "cursor", param: "x-after", header: "x-next", in: "header" } as const;
  const config = await load(withStream(
    "pagination: { type: cursor, param: x-after, header: x-next, in: header }\n        short_page_ends: true",
  ));
  const source = config.sources[0];
  assert(source?.type === "api");
  assertEquals(source.streams[0]?.pagination, { ...pagination, change_feed: false });
  assertEquals(source.streams[0]?.short_page_ends, true);
  for (const [places, state] of [["", "neither"], ["path: a, header: b", "both"]]) {
    const error = await refusal(withStream(`pagination: { type: cursor, param: c, ${places} }`));
    assertEquals(problemsOf(error), [
      `sources[0].streams[0].pagination: found ${state} of path and header, expected exactly one`,
    ]);
  }
});

test("loadConfig() reads windows of time and of ids", async () => {
  for (
    const [written, expected] of [
      ["start: 2018-01-31, step: 7d", ["2018-01-31", undefined, 604_800_000, undefined]],
      ['format: number, start: 1, end: 99, step: 10, bounds: "[]"', [1, 99, 10, "[]"]],
    ] as const
  ) {
    const config = await load(
      withStream(`window: { start_param: a, end_param: b, max_results: 5, ${written} }`),
    );
    const source = config.sources[0];
    assert(source?.type === "api");
    const { start, end, step, bounds } = source.streams[0]?.window ?? {};
    assertEquals([start, end, step, bounds], [...expected]);
  }
});

test("loadConfig() keeps a text that looks like a date as written", async () => {
  const config = await load(withStream("params: { since: 2018-01-31, zip: '012', ok: true }"));
  const source = config.sources[0];
  assert(source?.type === "api");
  assertEquals(source.streams[0]?.params, { since: "2018-01-31", zip: "012", ok: true });
});

const AUTHS: Record<string, string> = {
  bearer: 'token: "${T}"',
  api_key: 'in: header, name: X-Key, value: "${T}"',
  basic: 'username: "u-${USER_NAME}", password: "${T}"',
  oauth2_client_credentials:
    'token_url: "https://id.example/token", client_id: id, client_secret: "${T}", scope: a b',
  oauth2_refresh_token:
    'token_url: "https://id.example/token", client_id: id, refresh_token: "${T}", scope: a b',
};
for (const [type, keys] of Object.entries(AUTHS)) {
  test(`loadConfig() takes the credential of ${type} from the environment`, async () => {
    const config = await load(
      withSource(
        `sandbox: usgs`,
        `auth: { type: ${type}, ${keys} }`,
        "streams: [{ name: e, path: /e }]",
      ),
      { T: `value-for-${type}`, USER_NAME: "ann" },
    );
    const source = config.sources[0];
    assert(source?.type === "api");
    const secrets = Object.values(source.auth).filter((value) => value instanceof Secret);
    assertEquals(secrets.map((secret) => [secret.name, secret.reveal()]), [[
      "T",
      `value-for-${type}`,
    ]]);
    assert(!JSON.stringify(config).includes("value-for"));
    if (source.auth.type === "basic") assertEquals(source.auth.username, "u-ann");
  });
}

test("loadConfig() puts variables into addresses, headers, parameters, bodies and paths", async () => {
  const config = await load(
    withSource(
      'base_url: "https://${HOST}/v1/"',
      'headers: { X-Api-Key: "k=${KEY}" }',
      "streams:",
      '  - { name: e, path: /e, method: POST, params: { token: "${KEY}" }, body: { a: [{ secret: "${KEY}" }] } }',
    ) + '\nlake: "${HOME}/lake"',
    { HOST: "api.example", KEY: "key-in-a-header", HOME: "/home/ann" },
  );
  const source = config.sources[0];
  assert(source?.type === "api");
  assertEquals(config.lake, "/home/ann/lake");
  assertEquals(source.base_url, "https://api.example/v1");
  assertEquals(source.headers, { "X-Api-Key": "k=key-in-a-header" });
  assertEquals(source.streams[0]?.params, { token: "key-in-a-header" });
  assertEquals(source.streams[0]?.body, { a: [{ secret: "key-in-a-header" }] });
  assert(Secret.registered().has("key-in-a-header"));
});

test("loadConfig() never reads a variable's value for further variables", async () => {
  const config = await load(
    withSource('base_url: "https://a.example/${A}"', "streams: [{ name: e, path: /e }]"),
    {
      A: "${B}",
      B: "no",
    },
  );
  const source = config.sources[0];
  assert(source?.type === "api");
  assertEquals(source.base_url, "https://a.example/${B}");
});

test("loadConfig() lets the environment stand above the file and the command line above both", async () => {
  const text = withStream() + "\nlake: from-file\naudit: from-file.db\nlog_dir: from-file-logs";
  const env = { HEADWATERS_LAKE: "env", HEADWATERS_AUDIT: "env.db", HEADWATERS_LOG_DIR: "" };
  const config = await load(text, env, { overrides: { lake: "flag", log_dir: undefined } });
  assertEquals(
    [config.lake, config.audit, config.log_dir],
    ["/project/flag", "/project/env.db", "/project/from-file-logs"],
  );
});

test("loadConfig() says that a wrong value is not from the file when it was set above it", async () => {
  const env = { HEADWATERS_LAKE: "~/lake" };
  const error = await assertRejects(() => load(withStream() + "\nlake: x", env), ConfigError);
  assert(error.message.endsWith('"${HOME}" is (set outside the file)'), error.message);
});

test("loadConfig() tells each problem on a line of its own, in the order of the file", async () => {
  const error = await refusal(`
name: Demo
adit: x
lake: ~/lake
sources:
  - name: web
    type: api
    base_url: https://api.example
    retry: { limit: -1, max_wait: 2 }
    streams:
      - name: events
        path: /e
      - name: events
        paht: /e
        pagination: { type: pages }
tolerance: { records: 120%, files: 5 }
`);
  assertEquals(error.code, "config-invalid");
  assert(/^Cannot use configuration ".*pipeline.yaml": 10 problems\n/.test(error.message));
  assertEquals(
    problemsOf(error),
    [
      'name: found "Demo", expected a name of a-z, 0-9 and _ that starts with a letter, at most 64 long',
      'adit: unknown key, did you mean "audit"?',
      'lake: found "~/lake", expected a path; "~" is not expanded, "${HOME}" is',
      "sources[0].retry.limit: found -1, expected a whole number, 0 or more",
      'sources[0].retry.max_wait: found 2, expected a duration above zero such as "250ms", "30s", "2m" or "1h"',
      'sources[0].streams[1].name: found "events", the name of stream 1 as well; expected another',
      'sources[0].streams[1].paht: unknown key, did you mean "path"?',
      'sources[0].streams[1].pagination.type: found "pages", expected one of page, offset, cursor, link, next_url, none',
      'sources[0].streams[1].path: missing, expected a path that starts with "/"',
      'tolerance.records: found "120%", expected a share such as "1%" or 0.01, at most "100%"',
    ].slice(0, 10),
  );
});

test("loadConfig() tells ten problems and the number of the others when there are more", async () => {
  const error = await refusal(withStream(...Array.from({ length: 12 }, (_, i) => `zzzz${i}: 1`)));
  assertEquals(problemsOf(error).length, 11);
  assertEquals(problemsOf(error).at(-1), "and 2 more");
  assert(error.message.includes(": 12 problems\n"));
});

test("loadConfig() names the line of each problem, or of what it is missing from", async () => {
  const error = await refusal(`# a comment
name: demo
adit: x
sources:
  - name: a
    type: api
    base_url: ftp://host
    streams:
      - name: one
        path: /one
      - { name: two, path: two,
          records: a..b, primary_key: [
            "id" ] }
      - name: three
        body: |
          text
        paht: /x
`);
  assertEquals(
    error.message.split("\n").slice(1).map((line) =>
      /^ {2}(\S+): .* \((.*)\)$/.exec(line)?.slice(1)
    ),
    [
      ["adit", "line 3"],
      ["sources[0].base_url", "line 7"],
      ["sources[0].streams[1].path", "line 11"],
      ["sources[0].streams[1].records", "line 12"],
      ["sources[0].streams[2].body", "line 15"],
      ["sources[0].streams[2].paht", "line 17"],
      ["sources[0].streams[2].path", "line 14"],
    ],
  );
});

test("loadConfig() names the lines of a file in brackets, however long it is", async () => {
  const source = (at: number) => ({
    name: `A${at}`,
    type: "api",
    base_url: "http://a.example",
    streams: Array.from({ length: 20 }, (_, n) => ({ name: `s${n}`, path: "/x" })),
  });
  const tree = { name: "t", sources: Array.from({ length: 20 }, (_, at) => source(at)) };
  const text = JSON.stringify(tree, undefined, 1);
  const { message } = await refusal(text);
  const wanted = text.split("\n").flatMap((line, at) =>
    line.includes('"A') ? [`(line ${at + 1})`] : []
  );
  assertEquals(message.match(/\(line \d+\)/g), wanted.slice(0, 10));
});

/** A pipeline with one folder of files. */
function withFiles(line: string): string {
  return `name: demo\nsources:\n  - name: drop\n    type: files\n    path: in\n    ${line}`;
}

/** Text, then the one line that it must end in. */
const REFUSALS: readonly (readonly [string, string, string])[] = [
  ["it is empty", "", "found nothing, expected a mapping"],
  ["it is a list", "- a", "found a list, expected a mapping"],
  [
    "there are no sources",
    "name: a\nsources: []",
    "sources: found a list, expected at least one source",
  ],
  [
    "a type is unknown",
    "name: a\nsources: [{ name: b, type: sql }]",
    'sources[0].type: found "sql", expected one of api, database, files, logs, module',
  ],
  [
    "a source is a text",
    "name: a\nsources: [x]",
    'sources[0]: found "x", expected a mapping with the key type',
  ],
  [
    "a source repeats",
    "name: a\nsources:\n- &s { name: b, type: logs, path: p }\n- *s",
    'sources[1].name: found "b", the name of source 1 as well; expected another',
  ],
  [
    "a time zone is unknown",
    "name: a\nsources: [{ name: b, type: logs, path: p, timezone: Berlin }]",
    'sources[0].timezone: found "Berlin", expected the name of a time zone such as "Europe/Berlin", or an offset such as "+02:00"',
  ],
  [
    "a pattern is not closed",
    "name: a\nsources:\n- { name: b, type: logs, path: p, include: ['*.log', '['] }",
    'sources[0].include[1]: found "[", expected a "]" for each "[", and something between them ("[[]" is the character)',
  ],
  [
    "a pattern leads out of the folder",
    "name: a\nsources:\n- { name: b, type: files, path: p, exclude: [../x/*] }",
    'sources[0].exclude[0]: found "../x/*", expected a pattern of paths below the folder: no ".." in it, no "/" at its start',
  ],
  [
    "there is no address",
    withSource("streams: [{ name: e, path: /e }]"),
    "sources[0]: found neither of base_url and sandbox, expected exactly one",
  ],
  [
    "there are two addresses",
    withStream().replace("    streams", "    sandbox: usgs\n    streams"),
    "sources[0]: found both of base_url and sandbox, expected exactly one",
  ],
  [
    "a path leaves the host",
    withStream("pagination: { type: none, total_from: { path: //other } }"),
    'sources[0].streams[0].pagination.total_from.path: found "//other", expected a path on the same host, such as /count',
  ],
  [
    "a mode lacks its watermark",
    withStream("mode: incremental"),
    'sources[0].streams[0].mode: found "incremental", expected the key incremental next to it',
  ],
  [
    "a mode forbids its watermark",
    withStream("mode: append", "incremental: { field: a, start_param: b }"),
    'sources[0].streams[0].mode: found "append" next to the key incremental, expected incremental or no mode',
  ],
  [
    "equal records are wanted of an incremental read without a key",
    withStream("repeats: true", "incremental: { field: a, start_param: b }"),
    "sources[0].streams[0].repeats: found true, expected a primary_key next to it: an incremental read sees its " +
    "last records again, and without a key these look like equal records",
  ],
  [
    "a window has no length",
    withStream(
      "window: { start_param: a, end_param: b, start: 2018-01-31, step: 7, max_results: 5 }",
    ),
    'sources[0].streams[0].window.step: found 7, expected a duration above zero such as "7d" or "1h", or a whole number with the form number',
  ],
  [
    "a window has no start",
    withStream(
      "window: { start_param: a, end_param: b, start: soon, step: 7d, max_results: 5 }",
    ),
    'sources[0].streams[0].window.start: found "soon", expected a date such as 2018-01-31, or a whole number with the form number',
  ],
  [
    "a window of ids has no end",
    withStream(
      "window: { start_param: a, end_param: b, format: number, start: 1, step: 100, max_results: 5 }",
    ),
    "sources[0].streams[0].window.end: missing, expected a date such as 2018-01-31, or a whole number with the form number",
  ],
  [
    "a GET has a body",
    withStream("body: { a: 1 }"),
    "sources[0].streams[0].body: found a body with the method GET, expected the method POST",
  ],
  [
    "a number is octal",
    withStream("params: { zip: 012 }"),
    "sources[0].streams[0].params.zip: found 012, which YAML takes as 10; expected quotes around it, or a number written plainly",
  ],
  [
    "a version loses its zero",
    withStream("params: { v: 1.10 }"),
    "sources[0].streams[0].params.v: found 1.10, which YAML takes as 1.1; expected quotes around it, or a number written plainly",
  ],
  [
    "a dot path is broken",
    withStream("records: a..b"),
    'sources[0].streams[0].records: found "a..b", expected a path of keys joined by dots, such as "meta.count" ("\\." is a dot in a key)',
  ],
  [
    "an index of a dot path is in brackets",
    withStream("records: data[0].items"),
    'sources[0].streams[0].records: found "data[0].items", expected "data.0.items" ("\\[" is a bracket in a key)',
  ],
  [
    "a header name is broken",
    withStream('headers: { "a b": c }'),
    'sources[0].streams[0].headers["a b"]: found a string (not shown), expected a header name',
  ],
  [
    "a header is the connection's own",
    withStream("headers: { Host: other.example }"),
    "sources[0].streams[0].headers.Host: found a string (not shown), expected a header that is not the connection's own, as connection, content-length, host, keep-alive, te, trailer, transfer-encoding, upgrade are",
  ],
  [
    "a done marker has an unknown placeholder",
    withFiles('announced_by: "{nam}.ok"'),
    'sources[0].announced_by: found "{nam}.ok", expected no placeholders but {name} and {stem}',
  ],
  [
    "a delimiter is the quote",
    withFiles("dialect: { delimiter: '\"' }"),
    "sources[0].dialect: found a mapping, expected delimiter, quote, escape and comment that differ",
  ],
  [
    "no size is allowed",
    withFiles("expect: { min_size: 2MB, max_size: 1MB }"),
    'sources[0].expect.min_size: found "2MB", expected a size up to max_size',
  ],
  [
    "a header value has two lines",
    withStream('headers: { a: "b\\nc" }'),
    "sources[0].streams[0].headers.a: found a string (not shown), expected a header value on one line, of the letters that a header can carry (Latin-1)",
  ],
  [
    "a rate is zero",
    withStream().replace("    streams", "    rate_limit: { requests: 0 }\n    streams"),
    "sources[0].rate_limit.requests: found 0, expected a whole number, 1 or more",
  ],
  [
    "a timeout is zero",
    withStream().replace("    streams", "    timeout: 0s\n    streams"),
    'sources[0].timeout: found "0s", expected a duration above zero such as "250ms", "30s", "2m" or "1h"',
  ],
  [
    "a fault is no text",
    withStream() + "\nsandbox: { faults: [3] }",
    'sandbox.faults[0]: found 3, expected a fault such as "flights:429@page3"',
  ],
  [
    "a key holds nothing",
    withStream() + "\nlog_dir:",
    'log_dir: found nothing, expected a path; "~" is not expanded, "${HOME}" is',
  ],
  [
    "a name for a folder has a dash",
    withStream() + "\nsandbox: { sed: 1 }",
    'sandbox.sed: unknown key, did you mean "seed"?',
  ],
  [
    "the key of a source's type is misspelt",
    "name: demo\nsources: [{ name: s, typ: files }]",
    'sources[0].type: missing, expected one of api, database, files, logs, module; is "typ" meant to be "type"?',
  ],
  [
    "a key is like none",
    withStream("zzzzzz: 1").replace("zzzzzz", '"z z"'),
    'sources[0].streams[0]["z z"]: unknown key, expected one of name, path, method, params, body, idempotent, headers, auth, records, single, format, content_type, charset, max_record_size, pagination, short_page_ends, repeats, primary_key, conditional, for_each, window, incremental, mode, on_page_error, on_status, error, tolerance, max_shrink, checks, contract, privacy',
  ],
];
for (const [state, text, line] of REFUSALS) {
  test(`loadConfig() says what it expected when ${state}`, async () => {
    const error = await refusal(text);
    assertEquals(problemsOf(error), [line]);
    assertEquals(error.code, "config-invalid");
  });
}

test("loadConfig() names variable and key when a variable is missing or empty", async () => {
  const text = withSource(
    'base_url: "https://${HOST}"',
    'auth: { type: bearer, token: "${TOKEN}" }',
    'streams: [{ name: e, path: /e, method: POST, body: { a: { b: "${DEEP}" } } }]',
  );
  const error = await refusal(text, { TOKEN: "" });
  assertEquals(error.code, "config-env-missing");
  assertEquals(problemsOf(error), [
    'sources[0].base_url: environment variable "HOST" is not set',
    'sources[0].auth.token: environment variable "TOKEN" is empty',
    'sources[0].streams[0].body.a.b: environment variable "DEEP" is not set',
  ]);
});

test("loadConfig() refuses a credential that no header can carry, and shows none of it", async () => {
  const keys = {
    a: 'type: bearer, token: "${TOKEN}"',
    b: 'type: api_key, in: header, name: K, value: "${TOKEN}"',
  };
  for (const auth of Object.values(keys)) {
    const text = withSource(
      "sandbox: usgs",
      `auth: { ${auth} }`,
      "streams: [{ name: e, path: /e }]",
    );
    await load(text, { TOKEN: "at-its-end\n" });
    const [line, ...others] = problemsOf(await refusal(text, { TOKEN: "two\nlines" }));
    assertEquals(others, []);
    assertMatch(line ?? "", /auth\.(token|value): .* variable "TOKEN" to hold one line/);
    assert(!line?.includes("lines"), line);
  }
});

for (
  const [state, text] of [
    [
      "stands in auth",
      withSource(
        "sandbox: usgs",
        "auth: { type: bearer, token: hunter2 }",
        "streams: [{ name: e, path: /e }]",
      ),
    ],
    [
      "has a variable beside it",
      withSource(
        "sandbox: usgs",
        'auth: { type: bearer, token: "hunter2${A}" }',
        "streams: [{ name: e, path: /e }]",
      ),
    ],
    [
      "is a number",
      withSource(
        "sandbox: usgs",
        "auth: { type: bearer, token: 0777222 }",
        "streams: [{ name: e, path: /e }]",
      ),
    ],
    [
      "takes the place of auth",
      withSource("sandbox: usgs", "auth: hunter2", "streams: [{ name: e, path: /e }]"),
    ],
    [
      "stands in an address",
      withSource("base_url: https://ann:hunter2@api.example", "streams: [{ name: e, path: /e }]"),
    ],
    [
      "stands in an address's query",
      withSource("base_url: https://api.example?k=hunter2", "streams: [{ name: e, path: /e }]"),
    ],
    ["stands in a header", withStream("headers: { Authorization: Bearer hunter2 }")],
    ["stands in a parameter", withStream("params: { api_key: hunter2 }")],
    ["stands in a body", withStream("method: POST", "body: { password: hunter2 }")],
  ] as const
) {
  test(`loadConfig() refuses a credential without printing it when it ${state}`, async () => {
    const error = await refusal(text, { A: "x" });
    const printed = `${error.message} ${JSON.stringify(error.context)} ${Deno.inspect(error)}`;
    assert(!/hunter2|777222|261778/.test(printed), printed);
    assertEquals(problemsOf(error).length, 1);
  });
}

for (
  const [state, text] of [
    ["is one text", "hunter2\n"],
    ["is an environment file", "API_TOKEN=hunter2\n"],
    ["is an environment file with a colon", "A=1\nexport DB=x: hunter2\n"],
    ["has a line of an environment file", "name: API_TOKEN=hunter2\n"],
  ] as const
) {
  test(`loadConfig() does not print what is in a file that ${state}`, async () => {
    const error = await refusal(text);
    const printed = `${error.message} ${JSON.stringify(error.context)}`;
    assert(!printed.includes("hunter2"), printed);
  });
}

test("loadConfig() says which character no YAML may hold", async () => {
  const { message } = await refusal('name: "a\x01"\nlake: x');
  assertStringIncludes(message, "the character U+0001 is not allowed; remove it");
});

test("loadConfig() shows line, column and text when the file is not YAML", async () => {
  const error = await refusal("name: demo\nsources: [a, b\nlake: x");
  assertEquals(error.code, "config-syntax");
  assert(
    /^Cannot parse configuration ".*" at line 2, column 10: .+; close it$/.test(error.message),
    error.message,
  );
  const { line, column, text } = error.context;
  assertEquals([line, column, text], [2, 10, "sources: [a, b"]);
});

test("loadConfig() hides the credential in the line it shows when the file is not YAML", async () => {
  const error = await refusal("token: [hunter2, x: y: z");
  assert(!error.message.includes("hunter2"), error.message);
  assertEquals(error.context["text"], "token: ***, x: y: z");
});

test("loadConfig() shows where a bracket or quote was opened that is not closed", async () => {
  for (
    const [text, place, state] of [
      ["name: x\r\nsources: [a\r\n", [2, 10, "sources: [a"], "a { or ["],
      ["n: it's [x\nlist:\n  - { a: 'b]'\n  - c", [3, 5, "  - { a: 'b]'"], "a { or ["],
      ['a: |\n  [ "\nb: {c # }\n', [3, 4, "b: {c # }"], "a { or ["],
      ['ä: x\nname: "ä\\"\nlake: y', [2, 7, 'name: "ä\\"'], "a quote"],
      ["a: ['it''s', 'b]\n", [1, 14, "a: ['it''s', 'b]"], "a quote"],
    ] as const
  ) {
    const { message, context } = await refusal(text);
    assertEquals([context["line"], context["column"], context["text"]], [...place]);
    assertStringIncludes(message, `: ${state} is not closed; close it`);
  }
  const { message } = await refusal("a: { b: c d: e }\n");
  assertStringIncludes(message, "column 12: a comma is missing between two entries");
});

test("loadConfig() refuses a key that stands twice", async () => {
  for (
    const [text, place] of [
      ["name: a\nname: b", 'line 2, column 1: key "name"'],
      ["lake:\n  a: 1\n\nlake:\n  b: 2\n", 'line 4: key "lake"'],
    ] as const
  ) {
    const { message } = await refusal(text);
    assertStringIncludes(message, `at ${place} is there twice, expected once; remove one`);
  }
});

test("loadConfig() refuses a tab that indents, where the parser would see no indentation", async () => {
  for (
    const [text, line] of [["lake:\n  path: x\n\tkeep: 3", 3], ["a: |\n  \tx\n\tb: 1", 3]] as const
  ) {
    const { code, message } = await refusal(text);
    assertEquals(code, "config-syntax");
    assertStringIncludes(
      message,
      `at line ${line}, column 1: a tab indents the line, expected spaces`,
    );
  }
  const { message } = await refusal("name: |\n  a\n  \tb\n\t# a remark\nlake:\tx\n");
  assert(!message.includes("tab"), message);
});

test("loadConfig() throws config-syntax when the file is not UTF-8", async () => {
  await using file = await PipelineFile.of("");
  await Deno.writeFile(file.path, new Uint8Array([0x61, 0xe9, 0x0a]));
  const error = await assertRejects(
    () => loadConfig(file.path, { env: () => undefined }),
    ConfigError,
  );
  assertEquals(error.code, "config-syntax");
});

test("loadConfig() throws config-not-found when there is no such file or it is a folder", async () => {
  await using file = await PipelineFile.of("");
  for (
    const [path, state] of [[`${file.folder}/none`, "no such file"], [
      file.folder,
      "a folder",
    ]] as const
  ) {
    const error = await assertRejects(() => loadConfig(path), ConfigError, state);
    assertInstanceOf(error, ConfigError);
    assertEquals(error.code, "config-not-found");
  }
});

test("loadConfig() accepts every pipeline file of the project", async () => {
  for (const folder of ["data", "data/live"]) {
    for (const path of await yamlFilesIn(folder)) {
      const names = await environmentNames(path, { env: () => undefined });
      const config = await loadConfig(path, {
        env: (name) => names.includes(name) ? `faked-${name}` : undefined,
      });
      assert(config.sources.length > 0, path);
    }
  }
});

async function yamlFilesIn(folder: string): Promise<string[]> {
  const path = fromFileUrl(new URL(`../../${folder}/`, import.meta.url));
  try {
    const entries = await Array.fromAsync(Deno.readDir(path));
    return entries.filter((entry) => entry.isFile && extname(entry.name) === ".yaml")
      .map((entry) => join(path, entry.name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return []; // data/live comes with the sandbox.
    throw error;
  }
}

test("loadConfig() gives the line of the first problem with the column of its key, and no line with a credential", async () => {
  const typo = await refusal("name: demo\nsources:\n  - { name: a, type: files, pth: in }");
  const { line, column, text } = typo.context;
  assertEquals([line, column, text], [3, 29, "  - { name: a, type: files, pth: in }"]);
  const secret = "  - { name: a, type: api, base_url: x, auth: { tokn: hunter2 }, pth: y }";
  const guarded = await refusal(`name: demo\nsources:\n${secret}`);
  assertEquals([guarded.context["line"], guarded.context["text"]], [3, undefined]);
});

test("loadConfig() lets streams share a key by an anchor, and names the line of either", async () => {
  const yaml = (type: string) =>
    withSource(
      "base_url: https://api.example",
      "streams:",
      `  - { name: a, path: /a, pagination: &pages { type: ${type}, page_param: p } }`,
      "  - { name: b, path: /b, pagination: *pages }",
    );
  const [source] = (await load(yaml("page"))).sources;
  const pages = source?.type === "api" ? source.streams.map(({ pagination }) => pagination) : [];
  assertEquals([pages[0]?.type, pages[1]], ["page", pages[0]]);
  const { message } = await refusal(yaml("pages"));
  assertEquals(message.match(/\(line \d+\)/g), ["(line 7)", "(line 8)"]);
});
