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
