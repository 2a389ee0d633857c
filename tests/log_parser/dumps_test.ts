import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

/** Headers with a time, of formats whose events go on in lines below. */
const HEADERS: readonly (readonly [format: string, header: (second: string) => string])[] = [
  ["app", (second) => `2026-01-12 10:00:${second} INFO a.B - order`],
  ["rfc3164", (second) => `Jan 12 10:00:${second} web1 shop[7]: order`],
  ["postgresql", (second) => `2026-01-12 10:00:${second}.123 UTC [7] LOG:  order`],
];

/** Lines below a header which, alone in a file, would be records. */
const DUMPS: readonly (readonly [name: string, lines: readonly string[]])[] = [
  ["pairs", ["store=<A path=<B", "  last line"]],
  ["indented pairs", ["\t\tstore=<A path=<B", "\t\tlast line"]],
  ["pairs that break their grammar", ['a=1 b="2', "  last line"]],
  ["an indented object", ['  {"a":1,"b":2}', "  last line"]],
  ["an object", ['{"a":1,"b":2}', "  last line"]],
  ["an object over lines", ["{", '  "a": 1', "}"]],
  ["an indented access line", [
    '  203.0.113.7 - - [12/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5',
    "  last line",
  ]],
  ["an indented request", ["  method=GET path=/a status=200", "  last line"]],
];

for (const [format, header] of HEADERS) {
  for (const [name, dump] of DUMPS) {
    Deno.test(`normalizeLog() keeps ${name} within an event of ${format}, whatever their share`, async () => {
      const event = [header("01"), ...dump].join("\n");
      for (const plain of [0, 1, 15, 200]) {
        const log = [...Array.from({ length: plain }, () => header("00")), event, header("02")];
        const { rows, summary } = await normalize(`${log.join("\n")}\n`, { keepRaw: true });
        assertEquals([plain, summary.formats, summary.quarantined], [plain, {
          [format]: plain + 2,
        }, 0]);
        assertEquals(rows[plain]?.raw, event);
        assertEquals(summary.continuation, dump.length);
      }
    });
  }
}

Deno.test("normalizeLog() lets nothing interrupt a trace of Python", async () => {
  for (
    const source of ["x=1 y=2", "level=INFO, msg=text", '{"level":"error","msg":"x"}', "a=1 b="]
  ) {
    for (const [format, header] of HEADERS) {
      const trace = [
        "Traceback (most recent call last):",
        '  File "a.py", line 1, in <module>',
        `    ${source}`,
        "ValueError: bad",
      ];
      const log = Array.from({ length: 9 }, () => [header("01"), ...trace]).flat().join("\n");
      const { rows, summary } = await normalize(`${log}\n`);
      assertEquals([source, summary.formats, summary.quarantined], [source, { [format]: 9 }, 0]);
      const last = rows[8];
      assertEquals([last?.error_type, last?.error_message], ["ValueError", "bad"]);
      assertEquals(last?.error_stack, trace.join("\n"));
    }
  }
});

Deno.test("normalizeLog() lets pairs with a time or level, and objects with a message, begin events", async () => {
  for (const [, header] of HEADERS) {
    const log = [
      header("01"),
      "ts=2026-01-12T10:00:01Z a=1",
      header("02"),
      "level=error a=1",
      header("03"),
      '{"level":"error","a":1}',
      header("04"),
      '{"msg":"m"}',
      header("05"),
      "method=GET path=/a status=200",
    ];
    const { summary } = await normalize(`${log.join("\n")}\n`);
    assertEquals([summary.records, summary.quarantined], [10, 0]);
    assertEquals([summary.formats["logfmt"], summary.formats["jsonl"]], [3, 2]);
  }
});

Deno.test("normalizeLog() reads what has no time by itself below a banner, and after a change of the format", async () => {
  for (const [banners, lines] of [[1, 30], [30, 150]] as const) {
    const log = "2026-01-12 10:00:00 INFO start\n".repeat(banners) + '{"a":1}\n'.repeat(lines);
    const { summary } = await normalize(log);
    assertEquals(summary.formats, { app: banners, jsonl: lines });
  }
});

Deno.test("normalizeLog() reads a container's lines without a time by themselves", async () => {
  const line = (log: string, second: number) =>
    JSON.stringify({ log: `${log}\n`, stream: "stdout", time: `2026-01-12T10:00:0${second}Z` });
  const log = [line("started", 1), line("a=1 b=2", 2), line("c=3 d=4", 3)].join("\n");
  const { rows } = await normalize(`${log}\n`);
  assertEquals(rows.map(({ format }) => format), ["container", "logfmt", "logfmt"]);
});
