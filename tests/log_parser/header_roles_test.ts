import { assertEquals } from "@std/assert";
import { EVERY_CASE } from "../_sample.ts";
import { normalize, type Row } from "./_normalize.ts";

/** What pieces of headers hold; those that begin with "x" have no column of their own, but must not be lost. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  level: ["INFO", "ERROR", "DEBUG", "INFO", "WARN"],
  thread: ["http-nio-8080-exec-3", "main", "pool-1-thread-2", "scheduling-1", "XNIO-1 task-7"],
  pythonThread: ["MainThread", "Thread-7", "MainThread", "ThreadPoolExecutor-0_1", "asyncio_0"],
  class: ["com.acme.Billing", "org.hibernate.SQL", "c.a.shop.Cart", "o.s.w.DispatcherServlet"],
  short: ["OrderService", "JobTracker", "HikariPool", "PaymentGateway"],
  module: ["shop.orders", "urllib3.connectionpool", "app.services.mail", "jobs.nightly"],
  pid: ["8841", "8841", "9120", "8841"],
  xWord: ["engine", "storage", "api", "sshd"],
  xRequest: ["req-9b49", "req-4f58", "req-cd9d", "req-71a0"],
  xUser: ["alice", "bob", "carol", "frank"],
  xMaybe: ["alice 1264x1 /x.jspa ", "", "ServiceRunner     ", "bob 1264x2 10.1.1.1 /y.jspa "],
  xNode: ["node-1", "node-1", "node-2"],
  xSpan: ["4bf92f3577b34da6a3ce929d0e0e4736", "5bf92f3577b34da6a3ce929d0e0e4737"],
  xBundle: ["12 - org.apache.aries.blueprint.core - 1.10", "88 - org.ops4j.pax.web - 7.2"],
  text: [
    "table orders: 17 rows",
    "Started in 3.2 seconds",
    "cache evicted 99 entries",
    "GET /x returned 404",
    "worker 3 of pool 7 is busy",
    "user logged in from 10.1.1.1",
    "retrying (attempt 3 of 5)",
  ],
};

const COLUMNS: readonly (readonly [column: string, ...keys: string[]])[] = [
  ["thread_name", "thread", "pythonThread"],
  ["logger", "class", "short", "module"],
  ["process_pid", "pid"],
];

const T = "2026-05-01 10:00:00,123";
/** Layouts as products and the manuals of libraries have them. */
const LAYOUTS: readonly string[] = [
  `${T} | {level} | {text} | {class} | {thread}`, // ActiveMQ
  `${T} | {level} | {thread} | {short} | {xBundle} | {text}`, // Karaf, ServiceMix, Talend
  `${T} | {level} | {thread} | {short} | {text}`,
  `${T}|{thread}|{level}|{class}|{text}`,
  `${T}|{level}|{class}|{thread}|{text}`,
  `${T}|{level}|{xSpan}|{thread}|{class}|{text}`,
  `${T};{level};{thread};{class};{text}`,
  `${T};{level};{text};{class};{thread}`,
  `${T}\t{level}\t{thread}\t{class}\t{text}`, // Trino
  `${T} [{module}] {level}: {text}`, // Scrapy
  `${T} {level} [{module}] {text}`,
  `${T} [{xWord}] {level}: {text}`, // winston
  `[${T}] [{level}] [{xWord}] {text}`, // Fluent Bit
  `${T} {level} [{xUser}] {text}`,
  `${T} [{xRequest}] {level} {class} - {text}`,
  `${T} [{xRequest}] [{thread}] {level} {class} - {text}`,
  `${T} {level} [{thread}] [{xRequest}] [{xUser}] {text}`,
  `${T} {level} [shop,{xSpan},0123456789abcdef,true] {pid} --- [{thread}] {class} : {text}`, // Sleuth
  `${T} {level} {pid} --- [shop] [{thread}] {class} : {text}`, // Spring Boot 3
  `${T} [myid:1] - {level} [{thread}:{short}@124] - {text}`, // ZooKeeper
  `[${T}][{level}][{class}] [{xNode}] {text}`, // Elasticsearch
  `[${T}][{level}][{thread}][{short}] {text}`, // Ignite
  `${T} [{level}] [{thread}] [{class}]: [10.0.0.5]:5701 [dev] [5.3.6] {text}`, // Hazelcast
  `[${T}] [wls1] [{level}] [OWSM-12] [{class}] [tid: 44] [ecid: 1,0] {text}`, // Oracle ODL
  `[${T}] {level} {text} ({class})`, // Kafka
  `${T} {level} ({short}) [{thread}] {text}`,
  `${T} {thread} {level} {xMaybe}[{class}] {text}`, // Jira
  `${T} {class} {thread} [{level}] {text}`, // Storm
  `${T} - {pid} - {pythonThread} - {level} - {text}`,
  `${T} {level} ({pythonThread}) [{module}] {text}`, // Home Assistant
  `${T} {level}:{module}:{text}`, // Python's HOWTO
  `app@shop 2026-05-01 10:00:00.123 UTC [{pid}] {level}:  {text}`, // PostgreSQL
  `${T} {level} [{module}] [views.py:42] [resource={xNode}] - {text}`, // OpenTelemetry
];

/** Builds lines of a layout, with what each of them holds. */
function linesOf(layout: string, count: number): { text: string; held: Record<string, string> }[] {
  return Array.from({ length: count }, (_, i) => {
    const held: Record<string, string> = {};
    const text = layout.replace(/\{(\w+)\}/g, (_, key: string) => {
      const values = VALUES[key] ?? [];
      // A thread of several words needs signs around it.
      const isFit = key !== "thread" || /[[|;\t(] ?\{thread\}/.test(layout);
      const fit = isFit ? values : values.filter((one) => !one.includes(" "));
      const value = fit[(i * (key === "text" ? 3 : 2) + Math.floor(i / 5)) % fit.length] ?? "";
      held[key] = value;
      return value;
    });
    return { text, held };
  });
}

/** What is wrong with a row: a value in a column that is not its own, or one that is lost. */
function faultsOf(row: Row, held: Readonly<Record<string, string>>, isMany: boolean): string[] {
  const faults: string[] = [];
  for (const [column, ...keys] of COLUMNS) {
    const [key] = keys.filter((one) => held[one] !== undefined);
    const want = key === undefined ? undefined : held[key];
    const found = row[column];
    const isTid = column === "thread_name" && want === undefined && found === "44";
    if (found !== want && !isTid && (isMany || found !== undefined)) {
      faults.push(`${column} is ${found}, not ${want}`);
    }
  }
  const body = String(row.body);
  const isBody = isMany ? body === held.text : body.includes(held.text ?? "");
  if (!isBody) faults.push(`body is ${body}`);
  const all = JSON.stringify(row);
  for (const value of Object.values(held)) {
    if (!all.includes(value.trim())) faults.push(`${value} is lost`);
  }
  return faults;
}

Deno.test("normalizeLog() tells threads, loggers and processes apart by their values, and the message by its texts", async () => {
  const counts = EVERY_CASE ? [1, 2, 4, 7, 12, 30, 100] : [1, 6, 40];
  for (const layout of LAYOUTS) {
    for (const count of counts) {
      const lines = linesOf(layout, count);
      const { rows } = await normalize(lines.map(({ text }) => `${text}\n`).join(""));
      const isMany = count >= 30;
      // Few lines with words before their time are no log.
      if (!isMany && layout.startsWith("app@") && rows.length === 0) continue;
      const faults = rows.flatMap((row, i) => faultsOf(row, lines[i]?.held ?? {}, isMany));
      assertEquals([layout, count, rows.length, faults], [layout, count, count, []]);
    }
  }
});

/** Lines as products write them, and what must be in no column or another; `null`: nothing. */
const LINES: readonly (readonly [line: string, want: Row])[] = [
  [
    "[2026-05-01T10:00:00,123][TRACE][index.search.slowlog.query] [node-1] [idx][0] took[1.2s]",
    { logger: "index.search.slowlog.query", process_pid: null, thread_name: null },
  ],
  [
    "[2026-05-01T10:00:00.123+0000][info][gc,heap] Eden regions: 15->0(14)",
    { thread_name: null, body: "Eden regions: 15->0(14)", attributes: { context: "gc,heap" } },
  ],
  [
    "[2026-05-01T10:00:00.123+00:00] [wls1] [TRACE:16] [] [oracle.x.Y] [tid: 44] [userId: bob] t",
    {
      severity_text: "TRACE",
      logger: "oracle.x.Y",
      thread_name: "44",
      body: "t",
      attributes: { context: "wls1 userId: bob" },
    },
  ],
  [
    "[2026-05-01T10:00:00.123+0100] [Payara 5] [INFO] [CORE-46] [a.core] [tid: _ThreadID=1 _ThreadName=main] [levelValue: 800] x",
    { logger: "a.core", thread_name: "main", body: "x" },
  ],
  [
    "2026-05-01 10:00:00.123  INFO [shop,65f0c0ffee012345,0123456789abcdef,true] 1 --- [nio-1] c.a.B : x",
    {
      service_name: "shop",
      trace_id: "65f0c0ffee012345",
      span_id: "0123456789abcdef",
      process_pid: "1",
      thread_name: "nio-1",
      logger: "c.a.B",
      body: "x",
    },
  ],
  [
    "2026-05-01 10:00:00,123 [ INFO] [main] [c.h.system]: [10.0.0.5]:5701 [dev] [5.3.6] up",
    {
      thread_name: "main",
      logger: "c.h.system",
      attributes: { context: "10.0.0.5:5701 dev 5.3.6" },
    },
  ],
  [
    "2026-05-01 10:00:00,123 [salt.minion       :1234][ERROR   ][4567] boom",
    { logger: "salt.minion", thread_name: null, process_pid: "4567", attributes: { line: "1234" } },
  ],
  [
    "2026.05.01 10:00:00.123456 [ 123 ] {} <Information> Application: Ready",
    { thread_name: "123", process_pid: null },
  ],
  [
    "2026-05-01 10:00:00.123+0000 [id=30]\tINFO\thudson.WebAppMain$3#run: up",
    { thread_name: null, logger: "hudson.WebAppMain$3#run", attributes: { context: "id=30" } },
  ],
  [
    "2026-05-01 10:00:00,123 [order-consumer] INFO a.b.C - x",
    { thread_name: "order-consumer", logger: "a.b.C", attributes: {} },
  ],
  [
    "2026-05-01 10:00:00,123 [tenant-a] INFO a.b.C - x",
    { thread_name: null, logger: "a.b.C", attributes: { context: "tenant-a" } },
  ],
  [
    "2026-05-01 10:00:00,123 [140213456] INFO shop.orders: x",
    { thread_name: "140213456", process_pid: null },
  ],
  [
    "2026-05-01 10:00:00.1234|INFO|5|Corp.Web.Startup|Started",
    { logger: null },
  ],
  [
    "2026-05-01 10:00:00,123 WARN  JobTracker:142 - late",
    { thread_name: null, body: "late" },
  ],
  [
    "DEBUG:utils:Error: something bad",
    { logger: "utils", severity_number: 5, body: "Error: something bad" },
  ],
];

Deno.test("normalizeLog() puts nothing of a header into a column that is not its own", async () => {
  for (const [line, want] of LINES) {
    for (const count of [1, 30]) {
      const { rows } = await normalize(`${line}\n`.repeat(count));
      const keys = Object.keys(want);
      const found = Object.fromEntries(keys.map((key) => [key, rows[0]?.[key] ?? null]));
      assertEquals([line, count, found], [line, count, want]);
    }
  }
});

Deno.test("normalizeLog() leaves lines that are all columns together", async () => {
  const requests = [
    "203.0.113.9|anonymous|GET|/ping|200|-1|12|curl/7",
    "10.0.0.7|al|PUT|/a|403|9|1|Maven",
  ];
  const texts = Array.from({ length: 40 }, (_, i) => `3f2a${i}|${requests[i % 2]} (X11; v${i})`);
  const { rows } = await normalize(
    texts.map((text) => `2026-05-01T10:00:00.123Z|${text}\n`).join(""),
  );
  assertEquals(rows.map(({ logger, thread_name, body }) => [logger, thread_name, body]), [
    ...texts.map((text) => [undefined, undefined, text]),
  ]);
});
