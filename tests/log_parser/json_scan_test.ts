import { assert, assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { JsonScanner } from "../../lib/log_parser/json_scan.ts";
import { EVERY_CASE } from "../_sample.ts";
import { normalize } from "./_normalize.ts";

const PLAIN =
  '{"ts":"2026-02-28T06:29:59.123Z","level":"info","msg":"GET /a","path":"/a?b=1","status":200,"bytes_sent":96,"duration_ms":1.5,"remote_addr":"203.0.113.9","ctx":{"a":[1,"x",null],"status":7}}';

const NAMES = [
  ..."ts time timestamp level severity msg message event path url target status bytes_sent".split(
    " ",
  ),
  ..."duration duration_ms latency remote_addr user_agent error.type err stack log s t c".split(
    " ",
  ),
  ..."ua response_flags upstream_host durationMs url.original url.path error.kind ddsource".split(
    " ",
  ),
  ..."method verb http_status levelname level_name uri protocol requestTime".split(" "),
  ..."request short_message version @t @mt levelno 7 ctx type name é DownstreamStatus Records"
    .split(" "),
];
const VALUES = [
  ...[
    '"2026-02-28T06:29:59Z"',
    '"2026-02-30T06:29:59Z"',
    '"2026-02-28 06:29:59.5+01:00"',
    "1777629600",
  ],
  ...[
    "1777629600.25",
    "1777629600123",
    "17776296001234567890",
    "1.7776296e+09",
    '"2026-02-28"',
    "null",
  ],
  ...[
    '"error"',
    '"WARNING"',
    '"3"',
    "30",
    "3",
    "35",
    '"-"',
    '""',
    '"x"',
    "true",
    "404",
    '"404"',
    "99",
  ],
  ...[
    "1234567890123456",
    "-1",
    "0.10",
    "01",
    "1.",
    '"12ms"',
    '"1m3s"',
    '"/a?b#c"',
    '"http://h/x"',
    '"GET /r?s=1 HTTP/1.1"',
    '"GET /r HTTP/1.10"',
    '"GET http://h/r HTTP/2"',
    '"get /r HTTP/1.1"',
    '"\\n"',
    '"GET"',
    '"get"',
    '"Orders.Get"',
    '"panic"',
    '"--"',
    '"null"',
    '"false"',
    "200",
    "137",
    '"/var/a"',
    '"HTTP/1.1"',
    '"01/May/2026:10:00:00 +0000"',
  ],
  ...[
    '"\\u00e9"',
    '"\\x41"',
    '"é"',
    '"2026-01-01 00:00:00 INFO x"',
    "[]",
    '[1,[2,"a\\""],{"b":1}]',
    "[1,]",
  ],
  ...[
    "{}",
    '{"status":500}',
    '{"type":"E","message":"m"}',
    '{"a":{"b":{"c":1}}}',
    '{"x":1,"x":2}',
    "{1}",
  ],
];
const space = fc.constantFrom("", "", "", " ", "\t");
const pair = fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES), space, space).map(
  ([name, value, before, after]) => `"${name}"${before}:${after}${value}`,
);
/** A plain line with some pairs more, in which one character may be another one. */
const line = fc.tuple(
  fc.array(pair, { maxLength: 5 }),
  fc.constantFrom(PLAIN.slice(0, -1), '{"ts":1777629600,"level":"warn"', '{"level":50', "{"),
  fc.constantFrom(",", ",", ", "),
  fc.option(fc.tuple(fc.nat(220), fc.constantFrom(" ", '"', "{", "}", "\\", ",", ":", "0", "é")), {
    freq: 4,
  }),
  fc.constantFrom("}", "}", "}", "}\r", "} ", "},", "}}"),
).map(([pairs, start, comma, slip, end]) => {
  const text = start + (start === "{" ? pairs : ["", ...pairs]).join(comma) + end;
  return slip === null ? text : text.slice(0, slip[0]) + slip[1] + text.slice(slip[0] + 1);
});

/** What the parser says, since whoever wants records gets none that was read as bytes. */
async function compared(text: string) {
  const { summary: { detection: _, ...scanned } } = await normalize(text, { records: false });
  const { summary: { detection: __, ...parsed } } = await normalize(text);
  return { scanned, parsed };
}

Deno.test("normalizeLog() counts the same of JSON lines that it reads as bytes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 100 }), async (lines) => {
      // A plain line before each: only after one are bytes read.
      const text = lines.map((one) => `${PLAIN}\n${one}\n`).join("");
      const { scanned, parsed } = await compared(text);
      assertEquals(scanned, parsed);
    }),
    { numRuns: EVERY_CASE ? 200 : 10 },
  );
});

Deno.test("JsonScanner.scan() reads plain lines, and leaves each that is odd to the parser", () => {
  const scanner = new JsonScanner();
  const scan = (text: string) => scanner.scan(new TextEncoder().encode(`${text}\n`), 0);
  const plain = [
    PLAIN,
    PLAIN.replace('"GET /a"', '"a \\"b\\"\\n"'),
    PLAIN.replaceAll(/([:,])"/g, '$1 "'),
    PLAIN.replace('"status":200,', '"method":"GET",'),
  ];
  for (const text of plain) assertEquals([text, scan(text)], [text, text.length + 1]);
  const { found } = scanner;
  scan(PLAIN);
  assertEquals([found.severity_number, found.http_status, found.duration_ns], [9, 200, 1_500_000]);
  assertEquals([found.epochSeconds, found.response_bytes], [1772260199, 96]);
  const odd = [
    PLAIN.replace('"status":200', '"status":200,"status":201'),
    PLAIN.replace('"a":[', '"a":1,"a":['),
    PLAIN.replace('"GET /a"', '"\\u0041"'),
    PLAIN.replace('"info"', "3"),
    PLAIN.replace("Z", ""),
    `${PLAIN} `,
    PLAIN.slice(0, -1),
    PLAIN.replace('{"ts"', '{"log":"x","ts"'),
    // Nothing shows that these are of HTTP.
    PLAIN.replace('"path":"/a?b=1",', ""),
    PLAIN.replace('"status":200,', ""),
    PLAIN.replace('"status":200', '"status":137'),
    PLAIN.replace('"info"', '30,"level_name":"error"'),
    PLAIN.replace('"203.0.113.9"', '"null"'),
  ];
  for (const text of odd) assert(scan(text) < 0, text);
});
