import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

type Want = Readonly<Record<string, unknown>>;

/** Lines, told nothing, of one event each if nothing else is said, and columns of the first one's record. */
type Case = readonly [lines: string, want: Want, records?: number];

async function check(cases: readonly Case[]): Promise<void> {
  for (const [lines, want, records = 1] of cases) {
    const { rows, rejects } = await normalize(`${lines}\n`);
    const found = Object.fromEntries(Object.keys(want).map((key) => [key, rows[0]?.[key] ?? null]));
    assertEquals([lines, rows.length, rejects.length, found], [lines, records, 0, want]);
  }
}

const STARTED = 'Started GET "/a?b=1" for 203.0.113.9 at 2026-05-01 10:00:00 +0200';
const COMPLETED = "Completed 404 Not Found in 18ms (Views: 10.5ms | Allocations: 5000)";
const RUBY = "I, [2026-05-01T10:00:00.123456 #12]  INFO -- : ";

Deno.test("normalizeLog() knows a request and how it ended in what Rails writes", async () => {
  const [begun, ended] = [
    { http_method: "GET", url_path: "/a", url_query: "b=1", client_address: "203.0.113.9" },
    { http_status: 404, duration_ns: 18_000_000 },
  ];
  await check([
    [`${STARTED}\nProcessing by A#index as HTML\n${COMPLETED}`, { ...begun, ...ended }],
    [`${STARTED}\nCompleted 500 Internal Server Error in 1203ms (ActiveRecord: 1.2ms)\n\n`, {
      http_status: 500,
      duration_ns: 1_203_000_000,
    }],
    [`${STARTED}\nCompleted 200 OK in 5ms`, { http_status: 200, duration_ns: 5_000_000 }],
    // Of two requests in one, which of the ends is the first one's is not said.
    [`${STARTED}\n${COMPLETED}\n${COMPLETED}`, { ...begun, http_status: null, duration_ns: null }],
    [`${RUBY}[8601] ${STARTED}`, { ...begun, http_status: null, process_pid: "12" }],
    [RUBY + COMPLETED, ended],
    [`2026-05-01T10:00:01.123456+00:00 app[web.1]: [8601] ${STARTED}`, begun],
    [`2026-05-01T10:00:01.123456+00:00 app[web.1]: ${COMPLETED}`, ended],
    [`${RUBY}Completed 200 jobs in 18ms`, { http_status: null, duration_ns: null }],
    [`${RUBY}Started GET "/a" for tests`, { http_method: null }],
  ]);
});

Deno.test("normalizeLog() knows process and client in records of the Linux audit daemon", async () => {
  const head = "type=USER_LOGIN msg=audit(1364481363.250:24288): pid=3539 uid=0 auid=1000";
  await check([
    [
      "type=SYSCALL msg=audit(1364481363.243:24287): arch=c000003e exit=-13 ppid=2686 pid=3538 auid=1000",
      { process_pid: "3538", client_address: null },
    ],
    [`${head} msg='op=login exe="/a" hostname=h.example.com addr=203.0.113.9 terminal=ssh'`, {
      process_pid: "3539",
      client_address: "203.0.113.9",
      host_name: null,
    }],
    [`${head} msg='op=login hostname=h.example.com addr=? terminal=ssh'`, {
      client_address: "h.example.com",
    }],
    [`${head} msg='op=login hostname=? addr=? terminal=ssh'`, { client_address: null }],
    [`${head} msg='op=start laddr=203.0.113.9'`, { client_address: null }],
    ["type=OBJ_PID msg=audit(1364481363.250:24288): opid=3 oauid=1", { process_pid: null }],
  ]);
});

Deno.test("normalizeLog() knows who asks BIND and dnsmasq", async () => {
  const query = "192.0.2.1#53412 (a.b): query: a.b IN A +E(0)K (192.0.2.53)";
  const named = "May  1 10:00:00 ns1 named[812]: ";
  await check([
    [`01-May-2026 10:00:00.123 queries: info: client @0x7f8a3c0e1d60 ${query}`, {
      client_address: "192.0.2.1",
      logger: "queries",
      body: `client @0x7f8a3c0e1d60 ${query}`,
    }],
    [`${named}client @0x7f8a ${query.replace("192.0.2.1", "2001:db8::1")}`, {
      client_address: "2001:db8::1",
    }],
    [`${named}queries: info: client ${query}`, { client_address: "192.0.2.1" }],
    [`${named}client 192.0.2.1#53412/key k: updating zone 'a.b/IN'`, {
      client_address: "192.0.2.1",
    }],
    [`${named}zone a.b/IN: client 192.0.2.1#53412 is gone`, { client_address: null }],
    ["May  1 10:00:00 ns1 dnsmasq[812]: query[AAAA] a.b from 192.0.2.1", {
      client_address: "192.0.2.1",
    }],
    ["May  1 10:00:00 ns1 dnsmasq[812]: reply a.b is 192.0.2.1", { client_address: null }],
    ["May  1 10:00:00 ns1 other[812]: query[A] a.b from 192.0.2.1", { client_address: null }],
  ]);
});

Deno.test("normalizeLog() keeps the place of an exception of PHP out of its message", async () => {
  const head = "[01-May-2026 10:00:00 UTC] PHP Fatal error:  ";
  const trace =
    "\nStack trace:\n#0 /app/b.php(3): f()\n#1 {main}\n  thrown in /app/a.php on line 12";
  const order = { error_message: "no order 7", attributes: { source: "/app/a.php:12" } };
  const uncaught = "Uncaught Exception: no order 7 in /app/a.php:12";
  await check([
    [head + uncaught + trace, {
      ...order,
      error_type: "Exception",
      body: "Uncaught Exception: no order 7 in /app/a.php:12",
    }],
    [head + uncaught, { ...order, error_type: "Exception" }],
    [`PHP Fatal error:  ${uncaught}${trace}`, { ...order, error_type: "Exception" }],
    [`${head}Uncaught App\\NotFound: no order\n7 in box in C:\\my app\\a.php:12${trace}`, {
      error_type: "App\\NotFound",
      error_message: "no order\n7 in box",
      attributes: { source: "C:\\my app\\a.php:12" },
    }],
    [`${head}Uncaught Exception in /app/a.php:12${trace}`, {
      error_type: "Exception",
      error_message: null,
    }],
    [
      `${head}Uncaught TypeError: f(): Argument #1 ($x) must be of type int, called in /a.php on line 3 and defined in /b.php:12${trace}`,
      {
        error_message: "f(): Argument #1 ($x) must be of type int, called in /a.php on line 3",
        attributes: { source: "/b.php:12" },
      },
    ],
    [`${head}Allowed memory size of 1 bytes exhausted in /app/a.php on line 12`, {
      error_message: null,
      attributes: null,
    }],
  ]);
});
