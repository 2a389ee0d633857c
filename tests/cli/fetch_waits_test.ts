import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ApiClient, OriginLimits } from "../../lib/api/mod.ts";
import { FetchWaits } from "../../lib/cli/api/fetch_waits.ts";
import { resumableFetch } from "../../lib/cli/api/resumable_fetch.ts";
import { SuspendedError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { inFolder } from "./_run_headwaters.ts";

Deno.test({
  name: "resumableFetch() sends no request earlier than the server told the fetch before it",
  ignore: !granted("read", "write", "net"),
  fn: () =>
    inFolder({}, async (folder) => {
      let requests = 0;
      await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
        requests++;
        return requests > 1
          ? Response.json([{ id: 1 }])
          : new Response("", { status: 429, headers: { "Retry-After": "600" } });
      });
      const path = join(folder, "items.jsonl");
      async function fetchAgain() {
        const waits = new FetchWaits(path);
        await using client = new ApiClient({
          baseUrl: `http://127.0.0.1:${server.addr.port}`,
          origins: new OriginLimits({ store: waits }),
        });
        return await resumableFetch(client, { path: "/items" }, path, { resume: true, waits });
      }
      for (let attempt = 0; attempt < 3; attempt++) {
        await assertRejects(fetchAgain, SuspendedError, "the server asks");
        assertEquals(requests, 1);
      }
      const position = JSON.parse(await Deno.readTextFile(`${path}.position`));
      position.wait.until = Date.now() - 1;
      await Deno.writeTextFile(`${path}.position`, JSON.stringify(position));
      assertEquals([(await fetchAgain()).proven, requests], [true, 2]);
      assertEquals(await Deno.readTextFile(path), '{"id":1}\n');
    }),
});

Deno.test({
  name: "resumableFetch() keeps a wait while it waits, so that it outlives a kill",
  ignore: !granted("read", "write", "net"),
  fn: () =>
    inFolder({}, async (folder) => {
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen() {} },
        ({ url }) =>
          url.includes("page=2")
            ? new Response("", { status: 429, headers: { "Retry-After": "20" } })
            : Response.json([{ id: 1 }], { headers: { link: '<?page=2>; rel="next"' } }),
      );
      const path = join(folder, "items.jsonl");
      const waits = new FetchWaits(path);
      const stop = new AbortController();
      let saved: Record<string, unknown> = {};
      await using client = new ApiClient({
        baseUrl: `http://127.0.0.1:${server.addr.port}`,
        origins: new OriginLimits({ store: waits }),
        onWait: () => {
          saved = JSON.parse(Deno.readTextFileSync(`${path}.position`));
          stop.abort();
        },
      });
      const request = { path: "/items", pagination: { type: "link" } } as const;
      await assertRejects(() =>
        resumableFetch(client, request, path, { waits, signal: stop.signal })
      );
      assertEquals([saved["records"], typeof saved["wait"]], [1, "object"]);
    }),
});
