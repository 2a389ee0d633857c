import { assertEquals } from "@std/assert";
import { normalize, oneRow } from "./_normalize.ts";

const REST = '[28/Feb/2026:12:00:00 +0900] "GET /a HTTP/1.1" 200 777 "-" "Opera/12.0"';

/** What a line has before its time, and: client, virtual host, user, identity, list of the proxies. */
const HEADS: readonly (readonly [head: string, ...want: (string | undefined)[]])[] = [
  ["127.0.0.1 192.168.0.1 -", "127.0.0.1", undefined, undefined, "192.168.0.1"],
  ["127.0.0.1 192.168.0.1 bob", "127.0.0.1", undefined, "bob", "192.168.0.1"],
  ["2001:db8::1 2001:db8::2 -", "2001:db8::1", undefined, undefined, "2001:db8::2"],
  ["shop.example.org 10.0.0.1 bob", "10.0.0.1", "shop.example.org", "bob"],
  ["1.2.3.4, 5.6.7.8 - -", "1.2.3.4", undefined, undefined, undefined, "1.2.3.4, 5.6.7.8"],
  [
    "1.2.3.4, 5.6.7.8 9.9.9.9 - b",
    "1.2.3.4",
    undefined,
    "b",
    undefined,
    "1.2.3.4, 5.6.7.8, 9.9.9.9",
  ],
  [
    "2001:db8::8, 5.6.7.8 9.9.9.9 - -",
    "2001:db8::8",
    undefined,
    undefined,
    undefined,
    "2001:db8::8, 5.6.7.8, 9.9.9.9",
  ],
  [
    "a.example 1.2.3.4, 5.6.7.8 - -",
    "1.2.3.4",
    "a.example",
    undefined,
    undefined,
    "1.2.3.4, 5.6.7.8",
  ],
  [
    'a.example:80 "1.2.3.4, 5.6.7.8" 9.9.9.9 - -',
    "1.2.3.4",
    "a.example:80",
    undefined,
    undefined,
    "1.2.3.4, 5.6.7.8, 9.9.9.9",
  ],
  [
    "192.0.2.1 1.2.3.4, 5.6.7.8 9.9.9.9 - -",
    "1.2.3.4",
    "192.0.2.1",
    undefined,
    undefined,
    "1.2.3.4, 5.6.7.8, 9.9.9.9",
  ],
  [
    "a.example localhost, localhost - -",
    "localhost",
    "a.example",
    undefined,
    undefined,
    "localhost, localhost",
  ],
  ["a.example:80 unix: - -", "unix:", "a.example:80"],
  ["[2001:db8::1]:80 - -", "[2001:db8::1]:80"],
];

Deno.test("normalizeLog() reads hosts, lists of proxies and users before the time of an access line", async () => {
  for (const [head, ...want] of HEADS) {
    const row = await oneRow(`${head} ${REST}`);
    const { ident, x_forwarded_for } = (row.attributes ?? {}) as Record<string, string>;
    const { client_address, service_name, user_name } = row;
    const found = [client_address, service_name, user_name, ident, x_forwarded_for];
    assertEquals([head, ...found], [head, ...found.map((_, i) => want[i])]);
    assertEquals([head, row.format, row.http_status], [head, "combined", 200]);
  }
});

Deno.test("normalizeLog() rejects two addresses of which either may be the client's", async () => {
  const { rows, rejects } = await normalize(
    `1.1.1.1 2.2.2.2, 3.3.3.3 - - ${REST}\n1.1.1.1 2.2.2.2 - - ${REST}\n`,
  );
  assertEquals([rows.length, rejects.length], [0, 2]);
  const mixed = await normalize(
    `a.example 10.0.0.1 - ${REST}\n192.0.2.1 10.0.0.1 - ${REST}\n10.0.0.1 - - ${REST}\n`,
  );
  assertEquals(mixed.rows.map((row) => row.client_address), ["10.0.0.1", "10.0.0.1"]);
  assertEquals(mixed.rejects.map(({ place }) => place.line), [2]);
});

Deno.test("normalizeLog() reads Apache's ssl_request_log", async () => {
  const head = "[10/Aug/2026:09:45:56 +0200] 203.0.113.9 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256";
  const row = await oneRow(`${head} "GET /a?b=\\"c HTTP/1.1" 1375`);
  assertEquals([row.format, row.timestamp], ["common", "2026-08-10T07:45:56.000000Z"]);
  assertEquals([row.client_address, row.http_method, row.url_path], ["203.0.113.9", "GET", "/a"]);
  assertEquals([row.response_bytes, row.http_status], [1375, undefined]);
  const none = await oneRow(`${head} "GET /a HTTP/1.1" -`);
  assertEquals([none.format, none.response_bytes], ["common", undefined]);
});

Deno.test("normalizeLog() reads referrer and user agent behind a field of a server's own", async () => {
  const start = '203.0.113.9 - - [28/Feb/2026:12:00:00 +0900] "GET /a HTTP/1.1" 200 777';
  const late = await oneRow(
    `${start} 3413 "-" "Mozilla/5.0 (X)" X-Forwarded-For="1.2.3.4, 5.6.7.8"`,
  );
  assertEquals([late.format, late.user_agent, late.referrer, late.attributes], [
    "combined",
    "Mozilla/5.0 (X)",
    undefined,
    { field_1: "3413", "X-Forwarded-For": "1.2.3.4, 5.6.7.8" },
  ]);
  const upstream = await oneRow(`${start} "-" "-" web-1:8080`);
  assertEquals(upstream.attributes, { field_1: "web-1:8080" });
  const other = await oneRow(`${start} 3413 "a" "b c"`);
  assertEquals([other.format, other.user_agent, other.attributes], [
    "common",
    undefined,
    { field_1: "3413", field_2: "a", field_3: "b c" },
  ]);
});

Deno.test("normalizeLog() reads InfluxDB's access lines", async () => {
  const { rows, rejects } = await normalize(
    '[httpd] ::1 - - [14/Jun/2026:11:33:29 +0100] "POST /write?db=a HTTP/1.1" 204 0 "-" "InfluxDBClient" 6f61bc44 2513\n' +
      "[httpd] something else\n",
  );
  assertEquals(rows.map((row) => [row.format, row.client_address, row.http_status]), [
    ["combined", "::1", 204],
  ]);
  assertEquals(rejects.length, 1);
});
