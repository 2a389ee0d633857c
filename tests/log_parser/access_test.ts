import { assertEquals, assertStringIncludes } from "@std/assert";
import { normalize, oneRow, type Row } from "./_normalize.ts";

const HEAD = "203.0.113.7 - - [17/May/2015:10:05:03 +0200]";
const BASE = {
  parse_status: "ok",
  timestamp: "2015-05-17T08:05:03.000000Z",
  timestamp_raw: "17/May/2015:10:05:03 +0200",
  tz_source: "explicit",
  year_source: "explicit",
  client_address: "203.0.113.7",
};

const CASES: readonly (readonly [title: string, line: string, expected: Row])[] = [
  ["common", `${HEAD} "GET /a?b=1 HTTP/1.1" 200 12`, {
    ...BASE,
    format: "common",
    http_method: "GET",
    url_original: "/a?b=1",
    url_path: "/a",
    url_query: "b=1",
    http_version: "1.1",
    http_status: 200,
    response_bytes: 12,
  }],
  ["combined with escaped quotes", `${HEAD} "GET / HTTP/1.0" 304 - "-" "a \\"b\\" \\x41\\\\"`, {
    ...BASE,
    format: "combined",
    http_method: "GET",
    url_original: "/",
    url_path: "/",
    http_version: "1.0",
    http_status: 304,
    user_agent: 'a "b" A\\',
  }],
  ["TLS bytes as a request", `${HEAD} "\\x16\\x03\\x01" 400 226 "-" "-"`, {
    ...BASE,
    format: "combined",
    body: "\\x16\\x03\\x01",
    http_status: 400,
    response_bytes: 226,
  }],
  ["an empty request", `${HEAD} "" 400 0`, {
    ...BASE,
    format: "common",
    http_status: 400,
    response_bytes: 0,
  }],
  ["no request", `${HEAD} "-" 408 - "-" "-"`, { ...BASE, format: "combined", http_status: 408 }],
  ["HTTP/0.9", `${HEAD} "GET /x" 200 1`, {
    ...BASE,
    format: "common",
    http_method: "GET",
    url_original: "/x",
    url_path: "/x",
    http_status: 200,
    response_bytes: 1,
  }],
  ["words that are no request", `${HEAD} "hello there" 400 1`, {
    ...BASE,
    format: "common",
    body: "hello there",
    http_status: 400,
    response_bytes: 1,
  }],
  ["an absolute target with spaces", `${HEAD} "GET http://h.example/a b?c HTTP/1.1" 200 1`, {
    ...BASE,
    format: "common",
    http_method: "GET",
    url_original: "http://h.example/a b?c",
    url_path: "/a b",
    url_query: "c",
    http_version: "1.1",
    http_status: 200,
    response_bytes: 1,
  }],
  ["CONNECT", `${HEAD} "CONNECT h.example:443 HTTP/1.1" 405 1`, {
    ...BASE,
    format: "common",
    http_method: "CONNECT",
    url_original: "h.example:443",
    http_version: "1.1",
    http_status: 405,
    response_bytes: 1,
  }],
  ["a bare number, which may be anything", `${HEAD} "GET / HTTP/1.1" 200 1 "-" "ua" 1234`, {
    ...combined(),
    attributes: { field_1: "1234" },
  }],
  [
    "two numbers, of which either may be the latency",
    `${HEAD} "GET / HTTP/1.1" 200 1 "-" "ua" 0.005 0.004`,
    {
      ...combined(),
      attributes: { field_1: "0.005", field_2: "0.004" },
    },
  ],
  ["a latency in seconds", `${HEAD} "GET / HTTP/1.1" 200 1 "-" "ua" 0.250`, {
    ...combined(),
    duration_ns: 250_000_000,
  }],
  [
    "forwarded addresses and named times",
    `${HEAD} "GET / HTTP/1.1" 200 1 "-" "ua" "198.51.100.1, 10.0.0.1" rt=0.005 uct="-" urt=0.004`,
    {
      ...combined(),
      duration_ns: 5_000_000,
      attributes: { x_forwarded_for: "198.51.100.1, 10.0.0.1", urt: "0.004" },
    },
  ],
  ["a virtual host", `www.example.org:443 ${HEAD} "GET / HTTP/1.1" 200 1 "-" "ua"`, {
    ...combined(),
    service_name: "www.example.org:443",
  }],
  [
    "a user with spaces and an ident",
    `${HEAD.replace("- -", "id anna maria")} "GET / HTTP/1.1" 200 1 "-" "ua"`,
    { ...combined(), user_name: "anna maria", attributes: { ident: "id" } },
  ],
  [
    "a list of addresses first",
    `198.51.100.1, ${HEAD} "GET / HTTP/1.1" 200 1 "-" "ua"`,
    {
      ...combined(),
      client_address: "198.51.100.1",
      attributes: { x_forwarded_for: "198.51.100.1, 203.0.113.7" },
    },
  ],
  [
    "a line without ident",
    `${HEAD.replace("- - ", "- ")} "GET / HTTP/1.1" 200 1 "-" "ua"`,
    combined(),
  ],
];

function combined(): Row {
  return {
    ...BASE,
    format: "combined",
    http_method: "GET",
    url_original: "/",
    url_path: "/",
    http_version: "1.1",
    http_status: 200,
    response_bytes: 1,
    user_agent: "ua",
  };
}

for (const [title, line, expected] of CASES) {
  Deno.test(`normalizeLog() reads an access line with ${title}`, async () => {
    assertEquals(await oneRow(line), expected);
  });
}

Deno.test("normalizeLog() keeps escapes when their bytes are not UTF-8", async () => {
  const row = await oneRow(`${HEAD} "GET / HTTP/1.1" 200 1 "-" "\\xff\\"é"`);
  assertEquals(row.user_agent, '\\xff\\"é');
});

Deno.test("normalizeLog() marks an access line partial when its time does not exist", async () => {
  const row = await oneRow(`${HEAD.replace("17/May", "31/Feb")} "GET / HTTP/1.1" 200 1`);
  assertEquals(row.parse_status, "partial");
  assertStringIncludes(String(row.parse_error), "does not exist");
  assertEquals(row.timestamp, undefined);
});

const BROKEN = [
  ['"GET / HTTP/1.1', 46, "request is not closed"],
  ["GET / HTTP/1.1 200 1", 46, "expected the quoted request"],
  ['"GET / HTTP/1.1" abc 1', 63, "status"],
  ['"GET / HTTP/1.1" 200 1x', 67, "size"],
  ['"GET / HTTP/1.1" 200 1 "-', 69, "referrer is not closed"],
  ['"GET / HTTP/1.1" 200 1 "-" ', 72, "expected the quoted user agent"],
  ['"GET / HTTP/1.1" 200 1 "-" "Mozilla', 73, "user agent is not closed"],
] as const;

Deno.test("normalizeLog() refuses a broken access line with column and reason", async () => {
  const good = `${HEAD} "GET / HTTP/1.1" 200 1\n`;
  const found: unknown[] = [];
  const text = good + BROKEN.map(([rest]) => `${HEAD} ${rest}\n`).join("");
  const { rejects } = await normalize(text);
  for (const { code, message, place } of rejects) found.push([code, message, place.column]);
  assertEquals(found.length, BROKEN.length);
  for (const [i, [rest, , reason]] of BROKEN.entries()) {
    const reject = rejects[i];
    assertEquals(reject?.code, "line-malformed");
    assertStringIncludes(reject?.message ?? "", reason);
    assertEquals(new TextDecoder().decode(reject?.raw), `${HEAD} ${rest}`);
  }
  assertEquals(rejects.map((r) => r.place.column), BROKEN.map(([, column]) => column));
});
