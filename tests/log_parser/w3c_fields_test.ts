import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

const ADVANCED = `#Software: IIS Advanced Logging Module
#Start-Date: 2026-01-18 00:00:00.128
#Fields:   date-local time-local   s-ip   cs-method cs-uri-stem cs-version sc-status TimeTakenMS
2026-01-15 17:00:00.363 192.0.2.4 GET /a HTTP/1.1 200 109
`;

Deno.test("normalizeLog() reads the local times and durations of IIS Advanced Logging", async () => {
  for (
    const [timezone, timestamp, source] of [
      [undefined, "2026-01-15T17:00:00.363000Z", "assumed_utc"],
      ["Europe/Berlin", "2026-01-15T16:00:00.363000Z", "configured"],
    ] as const
  ) {
    const { rows } = await normalize(ADVANCED, { timezone });
    const [row = {}] = rows;
    assertEquals([rows.length, row.timestamp, row.tz_source], [1, timestamp, source]);
    assertEquals([row.duration_ns, row.http_version, row.http_status], [109_000_000, "1.1", 200]);
    assertEquals(row.attributes, { "s-ip": "192.0.2.4" });
  }
});

Deno.test("normalizeLog() prefers the UTC times of IIS, and keeps the others", async () => {
  const { rows } = await normalize(
    "#Fields: date-local time-local Date-UTC Time-UTC cs-method cs-uri-stem\n" +
      "2026-01-15 17:00:00.363 2026-01-15 16:00:00.363 GET /a\n",
  );
  assertEquals(rows.map((row) => [row.timestamp, row.tz_source, row.attributes]), [[
    "2026-01-15T16:00:00.363000Z",
    "explicit",
    { "date-local": "2026-01-15", "time-local": "17:00:00.363" },
  ]]);
});

Deno.test("normalizeLog() takes Zeek's originator for the client", async () => {
  const { rows } = await normalize(
    "#separator \\x09\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tmethod\turi\n" +
      "1432555199.633017\tCOpk6E\t192.0.2.35\t55281\tPOST\t/a\n",
  );
  assertEquals(rows.map((row) => [row.client_address, row.http_method]), [["192.0.2.35", "POST"]]);
});

Deno.test("normalizeLog() passes over comments above the header of CSV, and there alone", async () => {
  const { rows, rejects, summary } = await normalize(
    "# written by hand\n# twice\ntime,level,message\n2026-01-15T17:00:00Z,error,boom\n# later\n",
  );
  assertEquals(rows.map((row) => [row.format, row.severity_number, row.body]), [[
    "csv",
    17,
    "boom",
  ]]);
  assertEquals(rejects.map(({ place }) => place.line), [5]);
  assertEquals(summary.lines, 5);
});
