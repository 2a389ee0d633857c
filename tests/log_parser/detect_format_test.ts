import { assert, assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { detectFormat, LOG_FORMATS, patternExamples } from "../../lib/log_parser/mod.ts";

const encoder = new TextEncoder();
const ACCESS = '203.0.113.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1\n';

Deno.test("detectFormat() gives format, confidence and runner-up", async () => {
  const sample = ACCESS.repeat(3) + '{"msg":"x"}\n';
  assertEquals(await detectFormat(encoder.encode(sample)), {
    format: "common",
    confidence: 0.75,
    runnerUp: { format: "jsonl", confidence: 0.25 },
    votes: { common: 3, jsonl: 1 },
  });
});

Deno.test("detectFormat() does not count the lines of a trace against the format", async () => {
  const sample = "2024-05-01 10:00:00 ERROR x\n\tat a\n\tat b\nCaused by: y\n";
  assertEquals((await detectFormat(encoder.encode(sample))).confidence, 1);
});

Deno.test("detectFormat() lets lines that it does not know lower the confidence", async () => {
  assertEquals((await detectFormat(encoder.encode(`hello\n${ACCESS}`))).confidence, 0.5);
});

Deno.test("detectFormat() takes several parts of a file", async () => {
  const { votes } = await detectFormat([encoder.encode(ACCESS), encoder.encode('{"a":1}\n')]);
  assertEquals(votes, { common: 1, jsonl: 1 });
});

Deno.test("detectFormat() takes no English sentence for logfmt", async () => {
  assertEquals(
    (await detectFormat(encoder.encode("the quick brown fox\nx=1 is not enough\n"))).votes,
    {},
  );
});

Deno.test("detectFormat() knows nothing of an empty sample", async () => {
  const nothing = { format: undefined, confidence: 0, runnerUp: undefined, votes: {} };
  assertEquals(await detectFormat(new Uint8Array()), nothing);
});

Deno.test("detectFormat() keeps its shares between 0 and 1 for any bytes", async () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 3 });
  await fc.assert(fc.asyncProperty(parts, async (parts) => {
    const { confidence, runnerUp } = await detectFormat(parts);
    assert(confidence >= 0 && confidence <= 1 && (runnerUp?.confidence ?? 0) <= confidence);
  }));
});

/** A line of each format: one that is only in the table of names, and that no parser reads, would have none. */
const LINES: Readonly<Record<string, string>> = {
  w3c: "#Fields: date time cs-method\n2024-05-01 10:00:00 GET",
  csv: "timestamp,level,message\n2024-05-01T10:00:00Z,INFO,x",
  ltsv: "time:2024-05-01T10:00:00Z\tstatus:200",
  combined: '203.0.113.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "-" "curl/8"',
  common: '203.0.113.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1',
  jsonl: '{"time":"2024-05-01T10:00:00Z","msg":"x"}',
  logfmt: "ts=2024-05-01T10:00:00Z level=info msg=x",
  rfc5424: "<34>1 2003-10-11T22:14:15.003Z host app - ID47 - message",
  rfc3164: "<34>Oct 11 22:14:15 host app[1]: message",
  app: "2024-05-01 10:00:00,123 ERROR [main] Logger: message",
  apache_error: "[Sun Dec 04 04:47:44 2005] [error] mod_jk child init 1 -2",
  xml: '<Event timeMillis="1777629600123" level="INFO"><Message>m</Message></Event>',
  cmtrace:
    '<![LOG[m]LOG]!><time="10:00:00.0+0" date="5-1-2024" component="" context="" type="1" thread="" file="">',
  nginx_error: "2024/05/01 10:00:00 [error] 12#34: *5 message",
};

Deno.test("every name of LOG_FORMATS is a format that some parser reads", async () => {
  const names = Object.keys(LOG_FORMATS).filter((name) => name !== "auto");
  const known = [...Object.keys(LINES), ...Object.keys(await patternExamples())];
  // Only what stands around them, or above them, makes lines of these two.
  assertEquals([...known, "container", "trace"].toSorted(), names.toSorted());
  for (const [format, line] of Object.entries(LINES)) {
    assertEquals((await detectFormat(encoder.encode(`${line}\n`))).format, format);
  }
  for (const [name, examples] of Object.entries(await patternExamples())) {
    for (const { line } of examples) {
      assertEquals([line, (await detectFormat(encoder.encode(line))).format], [line, name]);
    }
  }
});
