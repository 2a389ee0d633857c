import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

type Want = Readonly<Record<string, unknown>>;

/** Lines that are read together, told nothing, and columns of the first one's record. */
type Case = readonly [lines: string, want: Want];

/** Sees that every line becomes a record, also when it is only counted, and that the first one has what is wanted. */
async function check(cases: readonly Case[]): Promise<void> {
  for (const [lines, want] of cases) {
    const text = `${lines}\n`.repeat(3);
    const { rows, rejects, summary } = await normalize(text);
    const found = Object.fromEntries(Object.keys(want).map((key) => [key, rows[0]?.[key] ?? null]));
    assertEquals([lines, rejects.length, found], [lines, 0, want]);
    const { detection: _, ...parsed } = summary;
    const { summary: { detection: __, ...counted } } = await normalize(text, { records: false });
    assertEquals([lines, counted], [lines, parsed]);
  }
}

const ROUTER = "2026-05-01T10:00:00.123456+00:00 heroku[router]: at=info method=GET" +
  ' path="/orders?page=2" host=a.herokuapp.com request_id=8601 fwd="203.0.113.9" dyno=web.1' +
  " connect=1ms service=18ms status=200 bytes=13 protocol=https";

Deno.test("normalizeLog() knows client, time and size in the lines of Heroku's router", async () => {
  const others = { at: "info", host: "a.herokuapp.com", request_id: "8601", dyno: "web.1" };
  await check([
    [ROUTER, {
      client_address: "203.0.113.9",
      http_method: "GET",
      url_path: "/orders",
      http_status: 200,
      response_bytes: 13,
      duration_ns: 18_000_000,
      service_name: "heroku",
      attributes: { ...others, connect: "1ms", protocol: "https" },
    }],
    [ROUTER.replace("203.0.113.9", "203.0.113.9, 10.0.0.1"), {
      client_address: "203.0.113.9",
      attributes: { ...others, connect: "1ms", protocol: "https", fwd: "203.0.113.9, 10.0.0.1" },
    }],
    // A request that no application took.
    [ROUTER.replace("1ms", "").replace("18ms", "").replace("200", "503"), {
      http_status: 503,
      duration_ns: null,
      attributes: { ...others, connect: "", service: "", protocol: "https" },
    }],
    // Who writes this one is not known.
    ["time=2026-05-01T10:00:00Z level=info msg=m fwd=203.0.113.9 service=18ms bytes=13", {
      client_address: null,
      duration_ns: null,
      response_bytes: null,
      attributes: { fwd: "203.0.113.9", service: "18ms", bytes: "13" },
    }],
  ]);
});

const TIME = '"time":"2026-05-01T10:00:00.123Z"';
const ENVOY =
  `{"start_time":"2026-05-01T10:00:00.123Z","method":"GET","path":"/a?b=1","response_code":200,"response_flags":"-","bytes_sent":512,"duration":12,"x_forwarded_for":"203.0.113.9","upstream_host":"10.0.0.2:80"}`;
const GATEWAY =
  '{"requestId":"r","ip":"203.0.113.9","requestTime":"01/May/2026:10:00:00 +0000","httpMethod":"GET","resourcePath":"/a","status":"502","responseLength":"512","responseLatency":"12"}';
const KONG =
  '{"latencies":{"request":515,"kong":58,"proxy":457},"request":{"uri":"/log?a=1","headers":{"user-agent":"HTTPie/2.4","referer":"https://x/"},"method":"GET"},"client_ip":"203.0.113.9","response":{"status":200,"size":"941"},"started_at":1777629600123}';
const CADDY =
  '{"level":"info","ts":1777629600.123,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"10.0.0.1","client_ip":"203.0.113.9","proto":"HTTP/2.0","method":"GET","host":"a.org","uri":"/a","headers":{"User-Agent":["curl/8"],"Referer":["https://x/"]}},"user_id":"bob","duration":0.5,"size":10,"status":200}';

Deno.test("normalizeLog() knows client, time and size in JSON of proxies and gateways", async () => {
  await check([
    [ENVOY, { duration_ns: 12_000_000, client_address: "203.0.113.9", response_bytes: 512 }],
    // Of a duration without a unit nobody else says what it is.
    [ENVOY.replace('"response_flags":"-",', ""), { duration_ns: null, client_address: null }],
    [ENVOY.replace('"response_flags":"-"', '"ua":"x"'), {
      duration_ns: null,
      client_address: null,
    }],
    [ENVOY.replace(/"x_forwarded_for":"[^"]*"/, '"x_forwarded_for":"a, b"'), {
      client_address: null,
    }],
    [
      '[2026-04-15T20:17:00.310Z] "POST /api/v1 HTTP/2" 204 - 154 0 226 100 "203.0.113.9, 10.0.0.1" "a" "c" "l" "tcp://10.0.2.1:80"',
      { client_address: "203.0.113.9", duration_ns: 226_000_000 },
    ],
    [GATEWAY, {
      client_address: "203.0.113.9",
      response_bytes: 512,
      duration_ns: 12_000_000,
      url_path: "/a",
      http_status: 502,
      attributes: { requestId: "r" },
    }],
    [`{${TIME},"level":"info","msg":"m","ip":"203.0.113.9","requestId":"r","method":"GET"}`, {
      client_address: null,
    }],
    [KONG, {
      timestamp: "2026-05-01T10:00:00.123000Z",
      duration_ns: 515_000_000,
      response_bytes: 941,
      user_agent: "HTTPie/2.4",
      referrer: "https://x/",
    }],
    [CADDY, {
      client_address: "203.0.113.9",
      user_agent: "curl/8",
      referrer: "https://x/",
      user_name: "bob",
      duration_ns: 500_000_000,
      response_bytes: 10,
    }],
    [CADDY.replace('["curl/8"]', '["a","b"]'), { user_agent: null }],
    [CADDY.replace(/"remote_ip".*"proto"/, '"remote_addr":"[2001:db8::1]:80","proto"'), {
      client_address: "2001:db8::1",
    }],
    [
      '{"ClientIP":"203.0.113.9","ClientRequestMethod":"GET","ClientRequestURI":"/a","EdgeResponseBytes":69,"EdgeResponseStatus":200,"EdgeStartTimestamp":1777629600123456789,"ClientRequestProtocol":"HTTP/2"}',
      { http_version: "2", response_bytes: 69, http_status: 200 },
    ],
  ]);
});

const FRONT_DOOR =
  `{${TIME},"category":"FrontDoorAccessLog","properties":{"httpMethod":"GET","requestUri":"https://x/a?b=1","clientIp":"203.0.113.9","userAgent":"curl/8","httpStatusCode":"200","timeTaken":"0.012","responseBytes":"512","referer":"https://y/"}}`;
const DATADOG =
  `{"timestamp":"2026-05-01T10:00:00Z","status":"warn","message":"m","duration":12000000,"http":{"method":"GET","url":"/a?b=1","status_code":200,"useragent":"curl/8","referer":"https://x/","version":"1.1"},"network":{"client":{"ip":"203.0.113.9"},"bytes_written":512},"error":{"kind":"TypeError"},"logger":{"name":"a.b","thread_name":"main"},"usr":{"name":"bob"}}`;
const ECS =
  '{"@timestamp":"2026-05-01T10:00:00.000Z","log.level":"info","message":"x","http.request.method":"GET","http.response.status_code":200,"http.version":"1.1","url.path":"/a","url.query":"b=1","url.original":"/a?b=1","event.duration":12000000,"host.hostname":"h1"}';

Deno.test("normalizeLog() knows what Azure, Datadog, GitLab and ECS call client, time and agent", async () => {
  const request = {
    http_method: "GET",
    url_path: "/a",
    url_query: "b=1",
    http_status: 200,
    client_address: "203.0.113.9",
    user_agent: "curl/8",
    response_bytes: 512,
    duration_ns: 12_000_000,
  };
  await check([
    [FRONT_DOOR, { ...request, referrer: "https://y/" }],
    [FRONT_DOOR.replace("FrontDoor", "Other"), { ...request, duration_ns: null }],
    [FRONT_DOOR.replace("FrontDoor", "ApplicationGateway").replace('"0.012"', "12"), {
      ...request,
      duration_ns: null,
    }],
    [
      `{${TIME},"category":"AppServiceHTTPLogs","properties":{"CsMethod":"GET","CsUriStem":"/a","CsUriQuery":"b=1","CIp":"203.0.113.9","UserAgent":"curl/8","ScStatus":200,"ScBytes":512,"TimeTaken":12}}`,
      request,
    ],
    [
      `{${TIME},"type":"AppRequests","url":"https://x/a","resultCode":"200","durationMs":12.5}`,
      { http_status: 200, duration_ns: 12_500_000 },
    ],
    [`{${TIME},"type":"AppDependencies","url":"https://x/a","resultCode":"200","durationMs":1}`, {
      http_status: null,
      duration_ns: 1_000_000,
    }],
    [DATADOG, {
      ...request,
      severity_number: 13,
      referrer: "https://x/",
      http_version: "1.1",
      error_type: "TypeError",
      logger: "a.b",
      thread_name: "main",
      user_name: "bob",
      attributes: null,
    }],
    [`{${TIME},"message":"m","status":"info","duration":12000000}`, {
      severity_number: null,
      duration_ns: null,
    }],
    [`{${TIME},"message":"m","status":"error","ddsource":"nodejs"}`, { severity_number: 17 }],
    [`{${TIME},"message":"m","status":"done","ddsource":"nodejs"}`, {
      severity_number: null,
      severity_text: null,
    }],
    [
      `{${TIME},"method":"GET","path":"/a","status":200,"remote_ip":"203.0.113.9","ua":"git/2","duration_s":0.55}`,
      { user_agent: "git/2", duration_ns: 550_000_000, client_address: "203.0.113.9" },
    ],
    [`{${TIME},"level":"info","msg":"m","ua":"x"}`, { user_agent: null }],
    [ECS, {
      url_original: "/a?b=1",
      url_path: "/a",
      url_query: "b=1",
      http_version: "1.1",
      host_name: "h1",
      duration_ns: 12_000_000,
      attributes: null,
    }],
    // Not the target of which the path is.
    [ECS.replace('"/a?b=1"', '"/c?b=1"'), {
      url_original: "/a",
      url_path: "/a",
      attributes: { "url.original": "/c?b=1" },
    }],
  ]);
});

/** A table of one row, thrice. */
function table(header: string, row: string): string {
  return [header, row, row, row].join("\n");
}

Deno.test("normalizeLog() takes bytes and size for those of the response where a table is of HTTP", async () => {
  const request = {
    client_address: "203.0.113.9",
    http_method: "GET",
    url_path: "/a",
    http_status: 200,
    response_bytes: 512,
    user_agent: "curl/8",
  };
  const row = "2026-05-01T10:00:00Z,203.0.113.9,GET,/a?b=1,200,512,curl/8";
  const tables: readonly Case[] = [
    ...["bytes", "size", "body_bytes_sent", "Bytes"].map((name) =>
      [table(`time,client_ip,method,path,status,${name},user_agent`, row), request] as const
    ),
    [
      table(
        "time\tremote_addr\trequest_method\trequest_uri\tstatus\tsize\thttp_user_agent",
        row.replaceAll(",", "\t"),
      ),
      request,
    ],
    // Of two counts, either may be the request's; files have a size, too.
    [table("time,client_ip,method,path,status,bytes,size", row.replace("curl/8", "7")), {
      response_bytes: null,
      attributes: { bytes: "512", size: "7" },
    }],
    [table("time,path,size", "2026-05-01T10:00:00Z,/a,512"), {
      response_bytes: null,
      attributes: { path: "/a", size: "512" },
    }],
    ["time=2026-05-01T10:00:00Z level=info method=GET path=/a status=302 size=29", {
      response_bytes: 29,
    }],
    ["time=2026-05-01T10:00:00Z level=info msg=stored path=/a size=29", { response_bytes: null }],
  ];
  for (const [lines, want] of tables) {
    const { rows } = await normalize(`${lines}\n`);
    const found = Object.fromEntries(Object.keys(want).map((key) => [key, rows[0]?.[key] ?? null]));
    assertEquals([lines, found], [lines, want]);
  }
});
