import { assertEquals } from "@std/assert";
import { normalize, type Row } from "./_normalize.ts";

const T = "2026-01-12T06:25:01.123000Z";

Deno.test("normalizeLog() reads what programs call by names of their own", async () => {
  const cases: readonly (readonly [lines: string, want: Row])[] = [
    [
      '{"output":"boom","priority":"Warning","rule":"x","time":"2026-01-12T06:25:01.123Z","output_fields":{"a":"b"}}',
      { timestamp: T, severity_number: 13, body: "boom" },
    ],
    [
      '{"msec":"1768199101.123","remote_addr":"203.0.113.9","request_method":"GET","request_uri":"/a","status":200}',
      { timestamp: T, http_status: 200 },
    ],
    [
      '{"message":"x","level":400,"level_name":"ERROR","channel":"app","datetime":"2026-01-12T06:25:01.123+00:00"}',
      { timestamp: T, severity_number: 17, logger: "app" },
    ],
    [
      '{"asctime":"2026-01-12 06:25:01,123","levelname":"ERROR","levelno":40,"message":"x","name":"shop"}',
      { timestamp: T, severity_number: 17, logger: "shop" },
    ],
    [
      '{"t":{"$date":{"$numberLong":"1768199101123"}},"s":"E","c":"NETWORK","ctx":"conn1","msg":"x"}',
      { timestamp: T, severity_number: 17, logger: "NETWORK" },
    ],
    [
      '{"__REALTIME_TIMESTAMP":"1768199101123000","PRIORITY":"3","SYSLOG_FACILITY":"10","MESSAGE":"boom"}',
      { timestamp: T, severity_number: 17, syslog_facility: 10 },
    ],
    [
      '{"@timestamp":"2026-01-12T06:25:01.123Z","message":"x","source.address":"203.0.113.9"}',
      { timestamp: T, client_address: "203.0.113.9" },
    ],
    [
      '"TimeCreated","Id","LevelDisplayName","ProviderName","MachineName","Message"\n' +
      '"2026-01-12 06:25:01.123","7036","Error","Service Control Manager","PC1","boom"',
      { timestamp: T, severity_number: 17, logger: "Service Control Manager", host_name: "PC1" },
    ],
    [
      '{"TimeCreated":"\\/Date(1768199101123)\\/","Id":7036,"Level":2,"LevelDisplayName":"Error","Message":"x"}',
      { timestamp: T, severity_number: 17, body: "x" },
    ],
    [
      "[W 2026-01-12 06:25:01.123 ServerApp] 404 GET /a (1f@203.0.113.9) 1.23ms referer=None",
      { timestamp: T, http_status: 404, client_address: "203.0.113.9", duration_ns: 1230000 },
    ],
  ];
  for (const [lines, want] of cases) {
    const { rows, rejects } = await normalize(`${lines}\n`);
    assertEquals([lines, rows.length, rejects.length], [lines, 1, 0]);
    const row = rows[0] ?? {};
    const got = Object.fromEntries(Object.keys(want).map((name) => [name, row[name]]));
    assertEquals([lines, row["parse_status"], got], [lines, "ok", want]);
  }
});

Deno.test("normalizeLog() gives such names no meaning where they are others'", async () => {
  const T = '"time":"2026-01-12T06:25:01Z"';
  const cases: readonly (readonly [line: string, name: string])[] = [
    [`{${T},"level":"info","priority":"High","output":"x","rule":"y"}`, "body"],
    [`{${T},"level":"info","msg":"x","channel":"email"}`, "logger"],
    [`{${T},"level":"info","msg":"x","ProviderName":"AWS"}`, "logger"],
    [`{${T},"level":"info","msg":"x","SYSLOG_FACILITY":"10"}`, "syslog_facility"],
    ['{"level":"info","msg":"x","msec":12}', "timestamp"],
  ];
  for (const [line, name] of cases) {
    const { rows: [row] } = await normalize(`${line}\n`);
    assertEquals([line, row?.["parse_status"], row?.[name]], [line, "ok", undefined]);
  }
});

Deno.test("normalizeLog() counts such fields without records as it does with them", async () => {
  const lines = [
    '{"level":"error","msec":"1768199101.123","status":500,"request_uri":"/a"}',
    '{"TimeCreated":"2026-01-12T06:25:01Z","Level":2,"LevelDisplayName":"Error","Message":"x"}',
    '{"output":"x","priority":"Error","rule":"y","time":"2026-01-12T06:25:01Z","output_fields":{}}',
  ];
  for (const line of lines) {
    const text = `${line}\n`.repeat(30);
    const { summary } = await normalize(text, { records: false });
    assertEquals([line, summary.metrics], [line, (await normalize(text)).summary.metrics]);
    // With raw lines the parser reads each of them.
    assertEquals(summary.metrics, (await normalize(text, { keepRaw: true })).summary.metrics);
  }
});
