import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

const [TIME, HEAD] = [
  '"time":"2026-05-01T10:00:00Z"',
  'time=2026-05-01T10:00:00Z level=info msg="m"',
];
const NO_HTTP = { http_status: null, http_method: null, url_original: null, url_path: null };

type Want = Readonly<Record<string, unknown>>;

/** One line, told nothing, and columns of its record. */
const CASES: readonly (readonly [line: string, want: Want])[] = [
  // A field that not only HTTP has is of HTTP if another one says so.
  [`{${TIME},"level":"info","msg":"container exited","status":137}`, NO_HTTP],
  [`{${TIME},"level":"info","msg":"container exited","status":137}`, {
    attributes: { status: "137" },
  }],
  [`${HEAD} status=255 exit_code=255`, NO_HTTP],
  [`${HEAD} path=/var/lib/x.db`, { ...NO_HTTP, attributes: { path: "/var/lib/x.db" } }],
  [`${HEAD} path=/var/lib/x.db duration=3ms`, { ...NO_HTTP, duration_ns: 3_000_000 }],
  [`${HEAD} method=Orders.Get status=200`, NO_HTTP],
  [`{${TIME},"level":"info","msg":"m","url":"s3://bucket/a?b"}`, NO_HTTP],
  [`${HEAD} target=http://10.0.0.1:9100/metrics`, NO_HTTP],
  [`${HEAD} target=/a method=GET status=404`, { url_path: "/a", http_status: 404 }],
  [`${HEAD} method=GET path=/a status=299`, {
    http_method: "GET",
    url_path: "/a",
    http_status: 299,
  }],
  [`${HEAD} path=/a status=502`, { url_path: "/a", http_status: 502 }],
  [`${HEAD} path=/orders duration=3ms`, { url_path: "/orders", duration_ns: 3_000_000 }],
  [`${HEAD} url=https://example.com/a status=502`, { url_path: "/a", http_status: 502 }],
  [`${HEAD} status=504 duration=3s`, { http_status: 504 }],
  [`{${TIME},"level":"info","msg":"request completed","status":404}`, { http_status: 404 }],
  [`{${TIME},"level":"info","msg":"m","status_code":404}`, { http_status: 404 }],
  [`{${TIME},"level":"info","msg":"m","status":12,"http_status":404}`, { http_status: 404 }],
  [`{${TIME},"level":"info","msg":"m","status":137,"http_status":404}`, {
    http_status: 404,
    attributes: { status: "137" },
  }],
  [`{${TIME},"level":"info","msg":"m","method":"get","req":{"url":"/a"}}`, { http_method: "get" }],
  [`{${TIME},"level":"info","msg":"m","method":"get","status":"up"}`, NO_HTTP],
  // pino-http, Traefik.
  [
    `{${TIME},"level":30,"msg":"m","req":{"method":"GET","url":"/a","remoteAddress":"203.0.113.9","headers":{"user-agent":"curl/8"}}}`,
    {
      client_address: "203.0.113.9",
      user_agent: "curl/8",
    },
  ],
  [`{${TIME},"level":"info","msg":"m","request_User-Agent":"curl/8"}`, { user_agent: "curl/8" }],
  // Whom a request asks for is no machine that writes a log.
  [`{${TIME},"method":"GET","host":"example.com","uri":"/a","status":200}`, {
    host_name: null,
    attributes: { host: "example.com" },
  }],
  [`{${TIME},"level":"info","msg":"m","host":"web1"}`, { host_name: "web1" }],
  [`{${TIME},"level":"info","msg":"m","host":"web1","http":{"method":"GET","status_code":200}}`, {
    host_name: "web1",
    http_status: 200,
  }],
  [
    `{"@timestamp":"2026-05-01T10:00:00Z","@version":"1","message":"m","host":"web1","verb":"GET"}`,
    { host_name: "web1" },
  ],
  [`{${TIME},"level":"info","msg":"m","host":"a.org","url":"https://a.org/b"}`, {
    host_name: null,
  }],
  [`{${TIME},"level":"info","msg":"m","host":"web1","url":"https://a.org/b"}`, {
    host_name: "web1",
  }],
  // What only says that there is no error is none.
  ...[..."false true 0 null".split(" "), '""'].map((value) =>
    [
      `{${TIME},"level":"info","msg":"m","error":${value}}`,
      { error_message: null },
    ] as const
  ),
  [`{${TIME},"level":"error","msg":"m","error":"EOF"}`, { error_message: "EOF" }],
  [`${HEAD} error=<nil> err=boom`, { error_message: "boom" }],
  [`{${TIME},"level":"info","msg":"m","exception":"","stack":"None"}`, { error_stack: null }],
  [`{${TIME},"level":"info","msg":"m","user":"--","url":"--","user_agent":"-"}`, {
    user_name: null,
    url_original: null,
    user_agent: null,
    attributes: null,
  }],
  [`{${TIME},"level":"info","msg":"m","user":"null"}`, {
    user_name: null,
    attributes: { user: "null" },
  }],
  // A name next to a number says what it means.
  [`{"level":40,"levelname":"ERROR",${TIME},"message":"m"}`, {
    severity_number: 17,
    severity_text: "ERROR",
    attributes: { level: "40" },
  }],
  [`{"levelname":"INFO","level":20,${TIME},"message":"m"}`, {
    severity_number: 9,
    attributes: { level: "20" },
  }],
  [
    `{"message":"m","level":400,"level_name":"ERROR","channel":"app","datetime":"2026-05-01T10:00:00Z"}`,
    { severity_number: 17, severity_text: "ERROR" },
  ],
  [`time=2026-05-01T10:00:00Z level=30 level_name=warn msg=m`, { severity_number: 13 }],
  [`{"level":30,${TIME},"msg":"m"}`, { severity_number: 9, severity_text: "30" }],
  // Only zap has a level above its panic.
  [`{"level":"panic",${TIME},"msg":"m"}`, { severity_number: 21 }],
  [`{"level":"panic","ts":1777629600.5,"caller":"a.go:1","msg":"m"}`, { severity_number: 19 }],
  ["2026-05-01 10:00:00.123 UTC [12] PANIC:  could not write", { severity_number: 21 }],
  // Who writes.
  [`{"t":{"$date":"2026-05-01T10:00:00Z"},"s":"I","c":"NETWORK","id":1,"ctx":"conn1","msg":"m"}`, {
    logger: "NETWORK",
    thread_name: "conn1",
  }],
  [`{"level":30,"time":1777629600123,"pid":1,"hostname":"h","name":"svc","msg":"m"}`, {
    logger: "svc",
    service_name: null,
  }],
  [`{"name":"svc","hostname":"h","pid":1,"level":30,"msg":"m",${TIME},"v":0}`, {
    service_name: "svc",
    logger: null,
  }],
  [`${HEAD} component=db`, { logger: "db", attributes: null }],
  [`${HEAD} component=db logger=a.b`, { logger: "a.b", attributes: { component: "db" } }],
  // API Gateway's.
  [
    `{"requestId":"r","ip":"203.0.113.9","requestTime":"01/May/2026:10:00:00 +0000","httpMethod":"GET","resourcePath":"/a","status":"502","protocol":"HTTP/1.1"}`,
    {
      timestamp: "2026-05-01T10:00:00.000000Z",
      http_method: "GET",
      url_path: "/a",
      http_status: 502,
      http_version: "1.1",
    },
  ],
];

Deno.test("normalizeLog() reads named values as what the whole record shows them to be", async () => {
  for (const [line, want] of CASES) {
    const { rows } = await normalize(`${line}\n`.repeat(3));
    const found = Object.fromEntries(Object.keys(want).map((key) => [key, rows[0]?.[key] ?? null]));
    assertEquals([line, rows.length, found], [line, 3, want]);
  }
});
