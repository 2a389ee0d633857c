import { assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../lib/errors/mod.ts";
import {
  checkLogFormat,
  LOG_FORMATS,
  type LogFormatInfo,
  patternExamples,
} from "../../lib/log_parser/mod.ts";
import { normalize, oneRow } from "./_normalize.ts";

for (const [name, examples] of Object.entries(await patternExamples())) {
  Deno.test(`normalizeLog() reads the examples of ${name} by detection`, async () => {
    for (const { line, want } of examples) {
      const row = await oneRow(line);
      assertEquals(row.format, name);
      assertEquals(row.parse_status, "ok");
      assertEquals(
        Object.fromEntries(Object.keys(want).map((key) => [key, row[key] ?? null])),
        want,
      );
    }
  });
}

Deno.test("no pattern of ours takes very long for any line", async () => {
  for (const [name, info] of Object.entries<LogFormatInfo>(LOG_FORMATS)) {
    const yaml = (await info.yaml?.())?.default;
    if (yaml !== undefined) {
      assertEquals(checkLogFormat(`name: our_${name}\n${yaml}`), `our_${name}`);
    }
  }
});

function format(pattern: string, more = ""): string {
  return `name: own\nmeaning: Ours.\npatterns: ['${pattern}']\n${more}examples: [{ line: x, want: {} }]\n`;
}

Deno.test("normalizeLog() reads lines by a format of the user's, before ours", async () => {
  const own = format(
    "%{TIMESTAMP_ISO8601:time} %{WORD:level} took=%{NUMBER:took} %{GREEDYDATA:body}",
    "types: { took: s }\n",
  );
  const { rows } = await normalize("2024-05-01 10:00:00 INFO took=1.5 done\n", { formats: [own] });
  assertEquals(
    rows.map((row) => [row.format, row.severity_number, row.duration_ns, row.body]),
    [["own", 9, 1_500_000_000, "done"]],
  );
});

const SLOW = [
  "(a+)+",
  "(a|ab)*",
  "(\\S+\\s*)+:",
  "\\s*\\s*x",
  "(.*?)\\s+(.*?)\\s+x",
  "(?<a>\\w+)(?<b>\\w+) x",
];
const SAFE = [
  "\\S+ \\S+",
  "(?<a>[^ ]*) (?<body>.*)",
  "\\d+:\\d+",
  "(?:a|b)*c",
  "\\[[^\\]]*\\] .*",
  "(?: \\S+)? x",
];

Deno.test("normalizeLog() refuses patterns that some lines make very slow, and no others", async () => {
  for (const pattern of SLOW) {
    await assertRejects(
      () => normalize("x", { formats: [format(pattern)] }),
      ConfigError,
      "very long",
    );
  }
  for (const pattern of SAFE) await normalize("x", { formats: [format(pattern)] });
});

Deno.test("normalizeLog() refuses a format with a wrong key, name or pattern", async () => {
  for (
    const [yaml, message] of [
      [format("x", "colour: red\n"), "colour"],
      [format("%{NOTHING:x}"), 'unknown name "NOTHING"'],
      [format("("), "Invalid regular expression"],
    ] as const
  ) {
    await assertRejects(() => normalize("x", { formats: [yaml] }), ConfigError, message);
  }
});
