import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";
import type { NormalizeLogOptions } from "../../lib/log_parser/mod.ts";

const AT_NOON = "2026-01-06T12:00:00.000000Z";
const AT_TEN = "2026-01-06T10:00:00.000000Z";

type Options = Partial<NormalizeLogOptions>;

/** Lines of which the last one counts, its time in UTC, and where its zone comes from. */
const CASES: readonly (readonly [text: string, utc: string, source: string, options?: Options])[] =
  [
    [
      'date=2026-01-06 time=12:00:00 devname="f" eventtime=1767693600000000000 tz="+0200" level="notice" msg="m"',
      AT_TEN,
      "explicit",
    ],
    ["time=2026-01-06T12:00:00 tz=UTC+2 level=info msg=m", AT_TEN, "explicit"],
    ["tz=+02:00 time=2026-01-06T12:00:00 level=info msg=m", AT_TEN, "explicit"],
    ["time=2026-01-06T12:00:00 tz=utc level=info msg=m", AT_NOON, "explicit"],
    ["date,time,tz,level,msg\n2026-01-06,12:00:00,+02:00,INFO,m", AT_TEN, "explicit"],
    [
      "timestamp,timezone,level,message\n2026-01-06 12:00:00,Europe/Helsinki,INFO,m",
      AT_TEN,
      "explicit",
    ],
    ["time,utc_offset,level,message\n2026-01-06 12:00:00,+0200,INFO,m", AT_TEN, "explicit"],
    [
      '{"date":"2026-01-06","time":"12:00:00","tz":"+02:00","level":"info","msg":"m"}',
      AT_TEN,
      "explicit",
    ],
    [
      '{"timestamp":"2026-01-06T12:00:00","timezone":"+0200","level":"info","msg":"m"}',
      AT_TEN,
      "explicit",
    ],
    [
      '{"timestamp":"2026-01-06T12:00:00","zone":"EET","level":"info","msg":"m"}',
      AT_TEN,
      "explicit",
    ],
    ["time:2026-01-06T12:00:00\ttz:+0200\tlevel:info\tmsg:m", AT_TEN, "explicit"],
    ['fw-1  | date=2026-01-06 time=12:00:00 tz="+0200" level="notice" msg="m"', AT_TEN, "explicit"],
    // What the line says goes before what the user says of lines that do not.
    ["time=2026-01-06T12:00:00 tz=+0200 level=info msg=m", AT_TEN, "explicit", {
      timezone: "Asia/Tokyo",
    }],
    ["time=2026-01-06T12:00:00 tz=+0200 level=info msg=m", AT_TEN, "explicit", { strict: true }],
    // China's name, too.
    ["time=2026-01-06T04:00:00 tz=CST level=info msg=m", AT_TEN, "assumed_us"],
    // A time with a zone keeps it, and what is no zone of a clock is none.
    ["time=2026-01-06T12:00:00Z tz=+0200 level=info msg=m", AT_NOON, "explicit"],
    ["time=1767700800 tz=+0200 level=info msg=m", AT_NOON, "explicit"],
    ["time=2026-01-06T12:00:00 zone=us-east-1a level=info msg=m", AT_NOON, "assumed_utc"],
    ["time=2026-01-06T12:00:00 zone=a/b level=info msg=m", AT_NOON, "assumed_utc"],
    ["time=2026-01-06T12:00:00 utc_offset=120 level=info msg=m", AT_NOON, "assumed_utc"],
    ["time=2026-01-06T12:00:00 tz=+9900 level=info msg=m", AT_NOON, "assumed_utc"],
    ["time=2026-01-06T12:00:00 tz=IST level=info msg=m", AT_NOON, "assumed_utc"],
    [
      '{"time":"2026-01-06T12:00:00","level":"info","msg":"m","user":{"timezone":"+0200"}}',
      AT_NOON,
      "assumed_utc",
    ],
    // In brackets after the time.
    ["2026-01-06 12:00:00 (UTC+2) INFO a.B - m", AT_TEN, "explicit"],
    ["2026-01-06 12:00:00 (+0200) INFO a.B - m", AT_TEN, "explicit"],
    ["2026-01-06 12:00:00.000 (GMT+02:00) INFO a.B - m", AT_TEN, "explicit"],
    ["[2026-01-06 12:00:00] [+0200] [INFO] m", AT_TEN, "explicit"],
    ["[2026-01-06 12:00:00][UTC+2][INFO] m", AT_TEN, "explicit"],
    ["[2026-01-06 12:00:00] [-1] [INFO] m", AT_NOON, "assumed_utc"],
    ["2026-01-06 12:00:00 (4000) INFO a.B - m", AT_NOON, "assumed_utc"],
  ];

Deno.test("normalizeLog() reads a time by the zone that stands in a field of its own", async () => {
  for (const [text, utc, source, options] of CASES) {
    const { rows, rejects } = await normalize(`${text}\n`, options);
    const { timestamp, tz_source, parse_status, body } = rows[0] ?? {};
    const want = [text, 0, utc, source, "ok", "m"];
    assertEquals([text, rejects.length, timestamp, tz_source, parse_status, body], want);
  }
});

Deno.test("normalizeLog() leaves a record partial whose zone was not all that was wrong", async () => {
  const line = "time=2026-01-06T12:00:00 k=1 k=2 tz=+0200 level=info msg=m\n";
  const { rows } = await normalize(line, { strict: true });
  assertEquals([rows[0]?.timestamp, rows[0]?.parse_status], [AT_TEN, "partial"]);
});

Deno.test("normalizeLog() counts by the zone of a field as it writes it", async () => {
  const line = '{"time":"2026-01-06T12:00:00","level":"info","msg":"m","tz":"+0200"}\n';
  const { summary } = await normalize(line.repeat(40), { records: false });
  const written = await normalize(line.repeat(40));
  assertEquals(summary.metrics, written.summary.metrics);
});
