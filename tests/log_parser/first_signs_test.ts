import { assertEquals } from "@std/assert";
import { normalize, type Row } from "./_normalize.ts";

async function first(text: string): Promise<Row & { readonly count: number }> {
  const { rows, rejects } = await normalize(`${text}\n`);
  assertEquals([text, rejects.length], [text, 0]);
  return { ...rows[0], count: rows.length };
}

const FORTIGATE =
  '<189>date=2026-05-01 time=10:00:00 devname="FG1" devid="FGT60" eventtime=1777622400123456789 tz="+0200" logid="13" type="traffic" level="warning" srcip=192.0.2.1';

Deno.test("normalizeLog() reads pairs and JSON behind a priority of syslog", async () => {
  const { timestamp, severity_number, syslog_facility, attributes, ...row } = await first(
    `${FORTIGATE}\n${FORTIGATE}`,
  );
  assertEquals([timestamp, severity_number, syslog_facility, row.count, row.format], [
    ...["2026-05-01T08:00:00.000000Z", 13, 23, 2, "logfmt"],
  ]);
  assertEquals((attributes as Row)["srcip"], "192.0.2.1");

  const json = await first('<134>{"time":"2026-05-01T10:00:00Z","msg":"x"}');
  assertEquals([json.format, json.severity_number, json.syslog_facility, json.body], [
    ...["jsonl", 9, 16, "x"],
  ]);
  const sonic = await first(
    '<130>id=firewall sn=18B1 time="2026-05-01 10:00:00 UTC" fw=10.0.0.1 msg="Closed"',
  );
  assertEquals([sonic.timestamp, sonic.severity_number, sonic.body], [
    ...["2026-05-01T10:00:00.000000Z", 18, "Closed"],
  ]);
  // No priority has this number; a text behind one is a message all the same.
  for (const [line, count] of [[FORTIGATE.replace("189", "192"), 0], ["<189>some words", 1]]) {
    const { rows, rejects } = await normalize(`${line}\n`);
    assertEquals([line, rows.length, rejects.length], [line, count, 1 - Number(count)]);
  }
});

Deno.test("normalizeLog() reads a FortiGate's time without a zone by its count since 1970", async () => {
  const line = FORTIGATE.replace('tz="+0200" ', "");
  for (
    const [text, timestamp, source] of [
      [line, "2026-05-01T08:00:00.123456Z", "explicit"],
      [line.replace("123456789", ""), "2026-05-01T08:00:00.000000Z", "explicit"],
      // Of others it may be anything.
      [line.replace("devid", "id"), "2026-05-01T10:00:00.000000Z", "assumed_utc"],
    ] as const
  ) {
    const row = await first(text);
    assertEquals([text, row.timestamp, row.tz_source], [text, timestamp, source]);
  }
  assertEquals(((await first(line)).attributes as Row)["local_time"], "2026-05-01 10:00:00");
});

Deno.test("normalizeLog() reads a process in brackets before the time", async () => {
  const messages = ["table orders: 17 rows", "no connection", "x = 3", "Saved it", "cache is full"];
  for (const level of ["INF", "WRN", "ERR", "DBG", "TRC", "FTL"]) {
    const line = `[12] 2026/05/01 10:00:00.123456 [${level}] Listening`;
    const row = await first(line);
    assertEquals([level, row.process_pid, row.severity_text, row.body, row.timestamp], [
      ...[level, "12", level, "Listening", "2026-05-01T10:00:00.123456Z"],
    ]);
  }
  // Elsewhere only many lines show what such a number is.
  const other = (number: number) => `[${number}] 2026-05-01 10:00:00,123 [INFO] `;
  const few = await first(`${other(4242)}Saved`);
  assertEquals([few.process_pid ?? null, few.attributes, few.body], [
    ...[null, { context: "4242" }, "Saved"],
  ]);
  const many = await first(
    Array.from({ length: 40 }, (_, i) => other(4242 + i % 3) + messages[i % 5]).join("\n"),
  );
  assertEquals([many.count, many.process_pid, many.body], [40, "4242", messages[0]]);
  // A list in a message is no event.
  const list = await first(
    "2026-05-01 10:00:00,123 [INFO] runs:\n[1] 2026-05-01 09:00:00 DONE ok\n[2] 2026-05-01 09:30:00 done",
  );
  assertEquals(list.count, 1);
});
