import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { StorageError, UsageError } from "../../lib/errors/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { granted } from "../_granted.ts";
import { BEARER, FakeClock, FLIGHTS, flights, get, NO_SERVER, start, STRIKES } from "./_sandbox.ts";

const ignore = NO_SERVER;
const NO_FILES = !granted("read", "net", "write");

Deno.test({
  name: "startSandbox() refuses a wrong fault before it listens",
  ignore,
  async fn() {
    await assertRejects(() => start({ faults: ["quakes:429", "quakes:nope"] }), UsageError, "nope");
  },
});

Deno.test({
  name: "startSandbox() listens on 127.0.0.1 and answers an unknown path with its mounts",
  ignore,
  async fn() {
    await using sandbox = await start();
    assertMatch(sandbox.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    const { status, text } = await get(sandbox, "/nowhere");
    assertEquals(status, 404);
    assertStringIncludes(text, '"/usgs","/github","/openalex"');
  },
});

Deno.test({
  name: "startSandbox() says which sample is missing when it is asked for",
  ignore,
  async fn() {
    await using sandbox = await startSandbox({ samples: "./no-such-folder" });
    const { status, headers, text } = await get(sandbox, FLIGHTS, { headers: BEARER });
    assertEquals([status, headers.get("x-sandbox-failure")], [500, "true"]);
    assertStringIncludes(
      text,
      'Cannot serve flights: cannot read sample "./no-such-folder/flights-20k.json"',
    );
  },
});

Deno.test({
  name: "startSandbox() lets a test observe each request",
  ignore,
  async fn() {
    const seen: (string | null)[] = [];
    await using sandbox = await start({
      observe: ({ headers }) => seen.push(headers.get("traceparent")),
    });
    await get(sandbox, FLIGHTS, { headers: { ...BEARER, traceparent: "00-aa-bb-01" } });
    assertEquals(seen, ["00-aa-bb-01"]);
  },
});

Deno.test({
  name: "startSandbox() appends a combined access log with microseconds and request id",
  ignore: NO_FILES,
  async fn() {
    const folder = await Deno.makeTempDir();
    const accessLog = `${folder}/access.log`;
    await Deno.writeTextFile(accessLog, "before\n");
    {
      const clock = new FakeClock();
      const faults = ["flights:slow=3s@page2", "flights:reset@page3"];
      await using sandbox = await start({ accessLog, clock, faults });
      const agent = { ...BEARER, "User-Agent": 'odd "agent" \\', Referer: "http://a/?q=1" };
      await get(sandbox, `${FLIGHTS}?page=1`, { headers: { ...agent, "X-Request-Id": "r1" } });
      await get(sandbox, `${FLIGHTS}?page=2`, { headers: agent });
      await assertRejects(() => get(sandbox, `${FLIGHTS}?page=3`, { headers: agent }));
      const basic = { Authorization: `Basic ${btoa("jo:sandbox-token")}`, "User-Agent": "u" };
      await get(sandbox, `${FLIGHTS}?page=4`, { headers: basic, method: "HEAD" });
      await get(sandbox, `${STRIKES}?api_key=sandbox-token&per-page=1`, { headers: agent });
    }
    const [before, first, second, third, head, key] = (await Deno.readTextFile(accessLog)).split(
      "\n",
    );
    assertEquals(before, "before");
    assertEquals(
      first,
      '127.0.0.1 - - [07/Feb/2018:12:00:00 +0000] "GET /github/repos/bts/flights/records?page=1 ' +
        'HTTP/1.1" 200 2916 "http://a/?q=1" "odd \\"agent\\" \\\\" 1 r1',
    );
    assertMatch(second ?? "", / 200 \d+ "http:.* 3000000 sb-000002-[0-9a-f]{8}$/);
    assertMatch(third ?? "", /page=3 HTTP\/1\.1" 200 14\d\d /);
    assertMatch(head ?? "", /^127\.0\.0\.1 - jo \[.*"HEAD .* 200 - "-" "u" 1 sb-/);
    assertStringIncludes(key ?? "", "/openalex/strikes?api_key=***&per-page=1 HTTP/1.1");
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: "startSandbox() refuses an access log in a folder that does not exist",
  ignore: NO_FILES,
  async fn() {
    const folder = await Deno.makeTempDir();
    const error = await assertRejects(
      () => start({ accessLog: `${folder}/none/access.log` }),
      StorageError,
      "its folder does not exist",
    );
    assertEquals(error.code, "storage-missing");
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: "startSandbox() releases the access log when a fault is wrong",
  ignore: NO_FILES,
  async fn() {
    const folder = await Deno.makeTempDir();
    const options = { accessLog: `${folder}/access.log`, faults: ["x"] };
    await assertRejects(() => start(options), UsageError);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: "startSandbox() gives the same answers under the same seed and requests",
  ignore,
  async fn() {
    const run = async () => {
      await using sandbox = await start({ faults: ["flights:badrecord=3@0.5"] });
      const bodies: string[] = [];
      for (let page = 1; page < 10; page++) {
        const { headers, text } = await flights(sandbox, `page=${page}`);
        bodies.push(text, headers.get("x-request-id") ?? "", headers.get("etag") ?? "");
      }
      return bodies.join("").replaceAll(sandbox.url, "");
    };
    const first = await run();
    assertEquals(await run(), first);
  },
});
