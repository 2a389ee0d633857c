import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { runs } from "../_sample.ts";
import { normalize } from "./_normalize.ts";

const PLAIN =
  '203.0.113.9 - frank [28/Feb/2026:06:29:59 +0100] "GET /a?b=1 HTTP/1.1" 301 96 "http://r/" "curl/8"';

/** A plain line in which some pieces are replaced, and one character may be. */
const line = fc.tuple(
  fc.constantFrom("203.0.113.9", "203.0.113", "::1", "host", "1234.1.1.1", "1.1.1.1.1", "Jan"),
  fc.constantFrom("frank", "-", "-x", "a b", ""),
  fc.constantFrom(
    "28/Feb/2026:06:29:59",
    "29/Feb/2026:06:29:59",
    "28/Feb/2026:24:00:00",
    "28/Feb/2026:06:29:60",
  ),
  fc.constantFrom("+0100", "-0330", " 0100", "+9900", "+01:0"),
  fc.constantFrom(
    "GET /a?b=1 HTTP/1.1",
    "GET /",
    "GET /\\x41 HTTP/1.1",
    "-",
    "",
    "get / HTTP/1.0",
    "GET / a HTTP/1.1",
    "G\\x16T / HTTP/1.1",
  ),
  fc.constantFrom("301 96", "301 -", "099 1", "301 9x", "301 1234567890123456", "30 1"),
  fc.constantFrom(
    '"-" "curl/8"',
    '"" ""',
    '"r" "a\\x41"',
    '"-" "-"',
    '"r" "a\\"b"',
    '"r" "é"',
    '"r" "plain"',
    '"r"',
    '"r" "a" 12',
    '"r" "a"x',
  ),
  fc.option(fc.tuple(fc.nat(90), fc.constantFrom(" ", '"', "[", "x", "0", "\\")), { freq: 3 }),
).map(([client, user, time, zone, request, numbers, tail, slip]) => {
  const text = `${client} - ${user} [${time} ${zone}] "${request}" ${numbers} ${tail}`;
  return slip === null ? text : text.slice(0, slip[0]) + slip[1] + text.slice(slip[0] + 1);
});

/** What the parser makes of lines, since whoever wants the column `raw` gets no record that was written as bytes. */
async function parsed(text: string) {
  const found = await normalize(text, { keepRaw: true });
  const ndjson = found.ndjson.replaceAll(/,"raw":"(?:[^"\\]|\\.)*"/g, "");
  return { ...found, ndjson };
}

/** Lines that differ from a plain one in one thing only. */
const ODD = [
  ["203.0.113.9", "host"],
  ["frank", "a b"],
  ["28/Feb", "30/Feb"],
  ["+0100", " 0100"],
  ["/a?b=1", "/\\x41"],
  ["GET /a?b=1 HTTP/1.1", "GET /a"],
  ["GET /a?b=1", "GET *"],
  ["301 96", "301 -"],
  ["301", "099"],
  ["curl/8", "a\\x41"],
  ["curl/8", "-"],
  ["curl/8", "é"],
  ['"curl/8"', '"curl/8" 12'],
] as const;

Deno.test("normalizeLog() counts each odd access line as it reads it", async () => {
  for (const [from, to] of ODD) {
    const text = `${PLAIN}\n${PLAIN.replace(from, to)}\n${PLAIN}\n`;
    const [whole, counted] = [await parsed(text), await normalize(text, { records: false })];
    assertEquals([to, counted.summary], [to, whole.summary]);
    assertEquals([to, (await normalize(text)).ndjson], [to, whole.ndjson]);
  }
});

Deno.test("normalizeLog() counts and writes access lines as bytes as its parser does", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
      const text = lines.flatMap((one) => [PLAIN, one, PLAIN]).join("\n");
      const whole = await parsed(text);
      assertEquals((await normalize(text)).ndjson, whole.ndjson);
      const counted = await normalize(text, { records: false });
      assertEquals(counted.summary, whole.summary);
      assertEquals(counted.rejects, whole.rejects);
    }),
    { numRuns: runs(150) },
  );
});

Deno.test("normalizeLog() reads access lines as bytes however their log is cut", async () => {
  const lines = Array.from(
    { length: 12 },
    (_, i) => PLAIN.replace("a?b=1", `a/${"b".repeat(i)}?${i}`),
  );
  const text = [...lines, "no access line", ...lines].join("\r\n");
  const whole = await parsed(text);
  for (const size of [1, 7, PLAIN.length, PLAIN.length + 1, 200]) {
    const { ndjson, summary, rejects } = await normalize(text, {}, size);
    assertEquals([size, ndjson, summary, rejects], [
      size,
      whole.ndjson,
      whole.summary,
      whole.rejects,
    ]);
  }
});
