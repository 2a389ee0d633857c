import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

const [LOGFMT, LTSV] = [
  "time=2026-01-06T12:00:01Z level=info",
  "time:2026-01-06T12:00:01Z\tlevel:info",
];
const TWICE = 'key "k" comes twice: its last value counts';

/** Lines, why they are read in part only, and their attributes. */
const CASES: readonly (readonly [
  line: string,
  problem: string | undefined,
  attributes: Readonly<Record<string, string>> | undefined,
])[] = [
  [`${LOGFMT} msg=a k=first k=second`, TWICE, { k: "second" }],
  [`${LOGFMT} msg=a k=first x=1 k=second k=first`, TWICE, { k: "first", x: "1" }],
  [`${LTSV}\tmsg:a\tk:1\tk:2`, TWICE, { k: "2" }],
  [
    `{"time":"2026-01-06T12:00:01Z","level":"info","msg":"a","k":{"b":"one"},"k.b":"two"}`,
    TWICE.replace(`"k"`, `"k.b"`),
    {
      "k.b": "two",
    },
  ],
  // Nothing is lost.
  [`${LOGFMT} msg=a k=same k=same`, undefined, { k: "same" }],
  [`${LOGFMT} msg=a msg=b`, undefined, { msg: "b" }],
  [`${LOGFMT} level=error msg=a`, undefined, { level: "error" }],
  [`${LTSV}\tmsg:a\treq:GET /a HTTP/1.1\treq:GET /b HTTP/1.1`, undefined, {
    req: "GET /b HTTP/1.1",
  }],
];

Deno.test("normalizeLog() says where a key comes twice and a value of it is lost", async () => {
  for (const [line, problem, attributes] of CASES) {
    const { rows } = await normalize(`${line}\n`);
    const { parse_status, parse_error, attributes: found, body } = rows[0] ?? {};
    const want = [line, problem === undefined ? "ok" : "partial", problem, attributes, "a"];
    assertEquals([line, parse_status, parse_error, found, body], want);
  }
});

Deno.test("normalizeLog() counts lines of JSON in which names meet as it writes them", async () => {
  const head = '{"time":"2026-01-06T12:00:01Z","level":"info","msg":"a"';
  const lines = [
    `${head},"a":{"b":1}}`,
    `${head},"a.b":2}`,
    `${head},"a":{"b":1},"a.b":2}`,
    `${head},"c.d":{"e":1},"c":{"d.e":2}}`,
    `${head},"f.g.h":1,"f.g":{"h":2}}`,
  ].map((line) => `${line}\n`).join("");
  for (const records of [true, false]) {
    const { summary } = await normalize(lines.repeat(20), { records });
    assertEquals([summary.records, summary.partial], [100, 60]);
  }
});
