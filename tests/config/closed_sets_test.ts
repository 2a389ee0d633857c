import { assert, assertEquals } from "@std/assert";
import { LOG_FORMATS } from "../../lib/log_parser/mod.ts";
import { granted } from "../_granted.ts";
import { load, problemsOf, refusal, withSource, withStream } from "./_pipeline_file.ts";

const ignore = !granted("read", "write");

function files(...lines: string[]): string {
  return ["name: demo", "sources:", "  - name: drop", "    path: drop"]
    .concat(lines.map((line) => `    ${line}`)).join("\n");
}

/** Old text, then the lines that it must end in. */
const OLD_NAMES: readonly (readonly [string, string, readonly string[]])[] = [
  ["logs", withStream() + "\nlogs: x", ['logs: "logs" is now "log_dir"']],
  [
    "of incremental",
    withStream("incremental: { field: a, param: b, from: iso, to: epoch_s }"),
    [
      'sources[0].streams[0].incremental.param: "param" is now "start_param"',
      'sources[0].streams[0].incremental.from: "from" is now "format"',
      'sources[0].streams[0].incremental.to: "to" is now "param_format"',
    ],
  ],
  [
    "of window",
    withStream(
      "window: { param_from: a, param_to: b, form: number, from: 1, to: 9, size: 2, max_results: 5 }",
    ),
    [
      'sources[0].streams[0].window.param_from: "param_from" is now "start_param"',
      'sources[0].streams[0].window.param_to: "param_to" is now "end_param"',
      'sources[0].streams[0].window.form: "form" is now "format"',
      'sources[0].streams[0].window.from: "from" is now "start"',
      'sources[0].streams[0].window.to: "to" is now "end"',
      'sources[0].streams[0].window.size: "size" is now "step"',
    ],
  ],
  [
    "of a window's bounds",
    withStream(
      "window: { start_param: a, end_param: b, start: 2018-01-31, step: 7d, end: inclusive, max_results: 5 }",
    ),
    [
      'sources[0].streams[0].window.end: found "inclusive", expected the end of the last window; ' +
      '"exclusive" is now bounds: "[)", "inclusive" is "[]"',
    ],
  ],
  [
    "of offsets",
    withStream("pagination: { type: offset, offset_param: o, limit_param: l, limit: 5 }"),
    [
      'sources[0].streams[0].pagination.limit_param: "limit_param" is now "size_param"',
      'sources[0].streams[0].pagination.limit: "limit" is now "size"',
    ],
  ],
  [
    "of a parameter that another type has",
    withStream("pagination: { type: page, param: p, page_param: q }"),
    [
      'sources[0].streams[0].pagination.param: unknown key, expected "page_param" with this type',
    ],
  ],
  [
    "of a page's parameter with a cursor",
    withStream("pagination: { type: cursor, page_param: p, param: q, path: next }"),
    [
      'sources[0].streams[0].pagination.page_param: unknown key, expected "param" with this type',
    ],
  ],
  [
    "of an encoding",
    files("type: files", "expect: { encoding: utf-8 }"),
    ['sources[0].expect.encoding: unknown key, expected "encoding" in "dialect" of the source'],
  ],
  [
    "of a database's retries",
    ["name: demo", "sources:", "  - name: shop", "    type: database", "    database: sqlite:s.db"]
      .concat("    retries: 3", "    streams: [{ name: a }]").join("\n"),
    ['sources[0].retries: "retries" is now "retry: { limit }"'],
  ],
];
for (const [what, text, lines] of OLD_NAMES) {
  Deno.test({
    name: `loadConfig() says the new name when a key has the old one ${what}`,
    ignore,
    async fn() {
      assertEquals(problemsOf(await refusal(text)), [...lines]);
    },
  });
}

const WINDOW =
  "window: { start_param: from, end_param: to, start: 2018-01-31, step: 7d, max_results: 5 }";

/** Two values that cannot both be meant, then the one line that they must end in. */
const PAIRS: readonly (readonly [string, string, string])[] = [
  [
    "page and size go by one parameter",
    withStream("pagination: { type: page, page_param: p, size_param: p, size: 5 }"),
    'sources[0].streams[0].pagination.size_param: found "p", the name of page_param as well, expected another',
  ],
  [
    "a window begins and ends by one parameter",
    withStream(WINDOW.replace("from,", "to,")),
    'sources[0].streams[0].window.end_param: found "to", the name of start_param as well, expected another',
  ],
  [
    "a window ends where an incremental read begins",
    withStream(WINDOW, "incremental: { field: a, start_param: to }"),
    'sources[0].streams[0].incremental.start_param: found "to", the name of end_param as well, expected another',
  ],
  [
    "a page goes where the key of the API does",
    withSource(
      "base_url: https://api.example",
      "auth: { type: api_key, in: header, name: X-Page, value: '${KEY}' }",
      "streams: [{ name: e, path: /e, pagination: { type: page, page_param: x-page, in: header } }]",
    ),
    'sources[0].streams[0].pagination.page_param: found "x-page", the name of auth as well, expected another',
  ],
  [
    "no value can be in a check's bounds",
    withStream("checks: [{ column: a, min: 5, max: 4 }]"),
    "sources[0].streams[0].checks[0].min: found 5, expected no more than max",
  ],
  [
    "a column is hashed and masked",
    withStream(
      "primary_key: [id]",
      "privacy: { mask: [a], hash: { columns: [a], salt: '${KEY}' } }",
    ),
    'sources[0].streams[0].privacy.hash: found "a" in another list as well, expected it in one',
  ],
  [
    "small files are larger than large ones",
    files("type: logs", "parts: { target_size: 1MB, merge_below: 2MB }"),
    'sources[0].parts.merge_below: found "2MB", expected a size up to target_size',
  ],
  [
    "nothing names the columns",
    files("type: files", "dialect: { header: none }"),
    'sources[0].dialect.header: found "none", expected a line number, or expect.columns next to none: ' +
    "nothing else names the columns",
  ],
  [
    "a table of SQLite has a lag of time",
    "name: demo\nsources: [{ name: d, type: database, database: 'sqlite:a.db', streams: [{ name: s, incremental: { column: at, lag: 1h } }] }]",
    'sources[0].streams[0].incremental.lag: found "1h", expected a number of keys, or none of a text: SQLite has no times to take it from',
  ],
  [
    "a database is read by one column twice",
    "name: demo\nsources: [{ name: d, type: database, database: 'sqlite:a.db', streams: [{ name: s, key: [a, a] }] }]",
    "sources[0].streams[0].key: expected each column once",
  ],
  [
    "the audit database is where no permission leads",
    `${withStream()}\naudit: /var/../proc/a.db`,
    'audit: found "/var/../proc/a.db", expected a place outside /dev, /proc and /sys',
  ],
];

for (const [what, text, line] of PAIRS) {
  Deno.test({
    name: `loadConfig() refuses a file when ${what}`,
    ignore,
    async fn() {
      assertEquals(problemsOf(await refusal(text, { KEY: "0123456789" })), [line]);
    },
  });
}

/** Text, then the one line that it must end in. */
const UNKNOWN_WORDS: readonly (readonly [string, string, string])[] = [
  [
    "a log format is unknown",
    files("type: logs", "format: combind"),
    `sources[0].format: found "combind", expected one of ${
      Object.keys(LOG_FORMATS).join(", ")
    }; did you mean "combined"?`,
  ],
  [
    "a body format is unknown",
    withStream("format: xml"),
    'sources[0].streams[0].format: found "xml", expected one of json, jsonl, csv',
  ],
  [
    "a stand-in is unknown",
    withSource("sandbox: githup", "streams: [{ name: e, path: /e }]"),
    'sources[0].sandbox: found "githup", expected one of usgs, github, openalex; did you mean "github"?',
  ],
  [
    "a fault has an unknown route",
    withStream() + "\nsandbox: { faults: ['quake:429'] }",
    'sandbox.faults[0]: found "quake:429", expected a fault such as "flights:429@page3": unknown route "quake", ' +
    "expected one of quakes, flights, strikes, token; known kinds: ",
  ],
  [
    "a watermark's form is unknown",
    withStream("incremental: { field: a, start_param: b, format: epoch }"),
    'sources[0].streams[0].incremental.format: found "epoch", expected one of iso, date, http_date, epoch_s, epoch_ms, epoch_us, epoch_ns, number, string, or a pattern of year, month and day such as dd.MM.yyyy HH:mm; ' +
    'did you mean "epoch_s"?',
  ],
  [
    "a watermark starts in another form",
    withStream("incremental: { field: a, start_param: b, start: 5 }"),
    "sources[0].streams[0].incremental.start: found 5, expected a value of the form `format` says, such as 2018-01-31 for iso",
  ],
  [
    "a time zone is unknown",
    withStream("incremental: { field: a, start_param: b, timezone: Mars/Base }"),
    'sources[0].streams[0].incremental.timezone: found "Mars/Base", expected the name of a time zone, such as "Europe/Berlin"',
  ],
  [
    "a number has a time zone",
    withStream("incremental: { field: a, start_param: b, format: number, timezone: UTC }"),
    'sources[0].streams[0].incremental.timezone: found "UTC", expected none, but with the forms iso and date and with patterns',
  ],
  [
    "a number ends now",
    withStream("incremental: { field: a, start_param: b, format: number, end_param: c }"),
    'sources[0].streams[0].incremental.end_param: found "c", expected none with the forms number and string',
  ],
  [
    "bounds are unknown",
    withStream(
      "window: { start_param: a, end_param: b, start: 2018-01-31, step: 7d, bounds: closed, max_results: 5 }",
    ),
    'sources[0].streams[0].window.bounds: found "closed", expected one of [), [], (], ()',
  ],
  [
    "a header of a cursor is no header name",
    withStream('pagination: { type: cursor, param: c, header: "next page" }'),
    'sources[0].streams[0].pagination.header: found "next page", expected a header name',
  ],
  [
    "a parameter in a header is no header name",
    withStream('pagination: { type: page, page_param: "the page", in: header }'),
    'sources[0].streams[0].pagination.page_param: found "the page", expected a header name',
  ],
  [
    "a parameter in a body is no path",
    withStream("method: POST", "body: {}", "pagination: { type: page, page_param: a..b }"),
    'sources[0].streams[0].pagination.page_param: found "a..b", expected a path of keys joined by dots, ' +
    'such as "meta.count" ("\\." is a dot in a key)',
  ],
  [
    "a host is a pattern",
    withStream().replace("api.example", '"*.example"').replace('https://"', '"https://'),
    'sources[0].base_url: found a string (not shown), expected a host such as "api.example.com" in it',
  ],
  [
    "a host is a list",
    withStream().replace("api.example", "a.example,b.example"),
    'sources[0].base_url: found a string (not shown), expected a host such as "api.example.com" in it',
  ],
  [
    "a host has an empty label",
    withStream().replace("api.example", "api..example"),
    'sources[0].base_url: found a string (not shown), expected a host such as "api.example.com" in it',
  ],
  [
    "a name is longer than any file system has",
    `${withStream()}\nlake: ${"l".repeat(256)}`,
    `lake: found "${"l".repeat(56)}...", expected names of at most 255 bytes`,
  ],
  ...([
    [
      "deletes are looked for in a snapshot",
      "{ name: a, deletes: detect }",
      "expected incremental next to it; a snapshot has no deleted rows",
    ],
    [
      "the stream of keys has another's name",
      "{ name: a, incremental: { column: id }, deletes: detect }, { name: a_keys }",
      'found another stream "a_keys", expected none',
    ],
  ].map(([name = "", streams, problem]) =>
    [
      name,
      `name: demo\nsources: [{ name: s, type: database, database: "sqlite:a.db", streams: [${streams}] }]`,
      `sources[0].streams[0].deletes: ${problem}`,
    ] as const
  )),
  ...[
    ["mysql://a@h/d", '"sqlite:FILE" or "postgres://USER@HOST:PORT/DATABASE"'],
    [
      "postgres://h/d",
      '"sqlite:FILE" or "postgres://USER@HOST:PORT/DATABASE" (found no user)',
    ],
    ["postgres://a@h/d?ssl=1", 'none but sslmode (found the parameter "ssl")'],
  ].map(([address = "", wanted = ""]) =>
    [
      `the address ${address}`,
      `name: demo\nsources: [{ name: s, type: database, database: "${address}", streams: [{ name: a }] }]`,
      `sources[0].database: found a string (not shown), expected ${wanted}`,
    ] as const
  ),
  [
    "a header that is no line",
    files("type: files\n    dialect: { header: foo }"),
    'sources[0].dialect.header: found "foo", expected a line number from 1, or none',
  ],
  [
    "the audit database is in the lake's own folders",
    files("type: files") + "\nlake: l\naudit: l/raw/v/v",
    'audit: found a place in "raw" of the lake, expected folders apart',
  ],
  ...["_lake.lock", "_lake.json", "_views/duckdb.sql"].map((name) =>
    [
      `the audit database is the lake's own ${name}`,
      `${files("type: files")}\nlake: l\naudit: l/${name}`,
      `audit: found a place in "${name.split("/")[0]}" of the lake, expected folders apart`,
    ] as const
  ),
  [
    "the lake is in a source's folder",
    files("type: files") + "\nlake: drop/lake",
    'sources[0].path: found a folder that holds the lake "/project/drop/lake", expected folders apart',
  ],
  [
    "a source's folder is in the lake",
    files("type: logs") + "\nlake: .",
    'sources[0].path: found a folder inside the lake "/project", expected folders apart',
  ],
  [
    "a source's folder is the lake",
    files("type: files") + "\nlake: drop",
    'sources[0].path: found a folder that holds the lake "/project/drop", expected folders apart',
  ],
  [
    "the audit database is in a source's folder",
    files("type: files") + "\naudit: drop/audit.db",
    'sources[0].path: found a folder that holds the audit database "/project/drop/audit.db", expected folders apart',
  ],
  [
    "the logs are in a source's folder",
    files("type: files") + "\nlog_dir: drop/logs",
    'sources[0].path: found a folder that holds the logs "/project/drop/logs", expected folders apart',
  ],
  [
    "the audit database is the lake",
    files("type: files") + "\nlake: out\naudit: out",
    "audit: found the place of the lake, expected folders apart",
  ],
  [
    "the logs go where the audit database is",
    files("type: files") + "\naudit: out\nlog_dir: out",
    "log_dir: found the place of the audit database, expected folders apart",
  ],
  [
    "a number has a lag in time",
    withStream("incremental: { field: a, start_param: b, format: number, lag: 1d }"),
    'sources[0].streams[0].incremental.lag: found "1d", expected none with the forms number and string',
  ],
  [
    "a window ends before it starts",
    withStream(
      "window: { start_param: a, end_param: b, start: 2018-01-31, end: 2018-01-31, step: 7d, max_results: 5 }",
    ),
    'sources[0].streams[0].window.end: found "2018-01-31", expected a date or number after start',
  ],
  [
    "a key names a path twice",
    withStream("primary_key: [id, id]"),
    "sources[0].streams[0].primary_key: found a list, expected each path once",
  ],
];
for (const [state, text, line] of UNKNOWN_WORDS) {
  Deno.test({
    name: `loadConfig() says what it expected when ${state}`,
    ignore,
    async fn() {
      const [problem = "", ...others] = problemsOf(await refusal(text));
      assertEquals(others, []);
      assertEquals(line.endsWith(": ") ? problem.slice(0, line.length) : problem, line);
    },
  });
}

Deno.test({
  name: "loadConfig() takes a folder next to the lake whose name begins like it",
  ignore,
  async fn() {
    const config = await load(
      files("type: files").replace("path: drop", "path: lake2") + "\nlake: lake",
    );
    assertEquals(config.lake, "/project/lake");
  },
});

Deno.test({
  name: "loadConfig() reads one grammar of paths in every key that takes one",
  ignore,
  async fn() {
    const config = await load(withStream(
      "records: 'data\\.items.-1'",
      "primary_key: ['@odata\\.id', Meta Data.id]",
      "pagination: { type: next_url, path: '@odata\\.nextLink' }",
      "incremental: { field: 'a\\.b', start_param: since }",
    ));
    const source = config.sources[0];
    assert(source?.type === "api");
    assertEquals(source.streams[0]?.primary_key, ["@odata\\.id", "Meta Data.id"]);
  },
});

Deno.test({
  name: "loadConfig() reads tolerances and shrinking where they may be set",
  ignore,
  async fn() {
    const text = withSource(
      "base_url: https://api.example",
      "tolerance: { records: 2%, files: 3 }",
      "max_shrink: 10%",
      "streams:",
      "  - { name: e, path: /e, tolerance: { records: 5% }, max_shrink: 0.2 }",
    ) + "\nmax_shrink: 30%";
    const config = await load(text);
    const source = config.sources[0];
    assert(source?.type === "api");
    const [stream] = source.streams;
    assertEquals([config.max_shrink, source.max_shrink, stream?.max_shrink], [0.3, 0.1, 0.2]);
    assertEquals(source.tolerance, { records: 0.02, files: 3 });
    assertEquals(stream?.tolerance, { records: 0.05 });
    const [drop] =
      (await load(files("type: files", "min_age: 0s", "tolerance: { files: 1 }"))).sources;
    assert(drop?.type === "files");
    assertEquals([drop.min_age, drop.tolerance], [0, { files: 1 }]);
  },
});

Deno.test({
  name: "loadConfig() rejects a file whose aliases expand to billions of values",
  ignore,
  async fn() {
    const levels = Array.from("bcdefghij", (name, i) => {
      const before = "abcdefghij"[i];
      return `${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]`;
    });
    const started = performance.now();
    const error = await refusal(["a: &a [x]", ...levels].join("\n"));
    assertEquals(error.code, "config-syntax");
    assert(
      error.message.includes("more than 100000 values, aliases counted; is it"),
      error.message,
    );
    assert(performance.now() - started < 5_000);
    const deep = await refusal(`a: ${"[".repeat(20_000)}`);
    assertEquals(deep.code, "config-syntax");
    assert(deep.message.endsWith("nested too deeply; is it the right file?"), deep.message);
    const open = await refusal("name: p\nsources: [{ name: a,\n  type: files }\n\n");
    assert(
      open.message.endsWith("at line 2, column 10: a { or [ is not closed; close it"),
      open.message,
    );
  },
});
