/** Telemetry of a real run, received over HTTP. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { traceIdOf } from "../../lib/logging/mod.ts";
import { granted } from "../_granted.ts";
import { inTempFolder, pipeline, realPipeline, ROOT } from "./_command.ts";

const ignore = !granted("read", "write", "net", "run");
const SECRET = "marked-secret-42";

interface Exported {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly {
    readonly key: string;
    readonly value: { stringValue?: string };
  }[];
}

/** An API of two pages and a receiver of telemetry, on one port. */
function serve() {
  const bodies: string[] = [];
  const spans: Exported[] = [];
  const metrics: string[] = [];
  const traceparents: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (!pathname.startsWith("/v1/")) {
      traceparents.push(request.headers.get("traceparent") ?? "");
      const page = Number(searchParams.get("page") ?? 1);
      return Response.json({
        items: page > 2 ? [] : [{ id: 2 * page }, { id: 2 * page + 1 }],
        total: 4,
      });
    }
    const text = await request.text();
    bodies.push(text);
    const { resourceSpans = [], resourceMetrics = [] } = JSON.parse(text);
    for (const { scopeSpans } of resourceSpans) {
      for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    for (const { scopeMetrics } of resourceMetrics) {
      for (const scope of scopeMetrics) {
        for (const { name } of scope.metrics) metrics.push(name);
      }
    }
    return Response.json({});
  });
  return {
    server,
    url: `http://127.0.0.1:${server.addr.port}`,
    bodies,
    spans,
    metrics,
    traceparents,
  };
}

Deno.test({
  name: "a run under OTEL_DENO sends its spans and metrics, with the ids of its log and no secret",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const { server, url, bodies, spans, metrics, traceparents } = serve();
      await using _server = { [Symbol.asyncDispose]: () => server.shutdown() };
      const config = join(folder, "pipeline.yaml");
      await Deno.mkdir(join(folder, "drop"));
      await Deno.writeTextFile(join(folder, "drop/a.csv"), "id\n1\n");
      await Deno.writeTextFile(
        config,
        `name: told
lake: lake
audit: audit.db
log_dir: logs
sources:
  - name: shop
    type: api
    base_url: ${url}
    auth: { type: api_key, in: query, name: api_key, value: "\${SHOP_KEY}" }
    streams:
      - { name: items, path: /items, records: items, pagination: { type: page, page_param: page, total: total } }
  - { name: vendor, type: files, path: drop, min_age: 0s }
`,
      );
      const args = ["-c", config, "--json"];
      const off = await realPipeline(folder, args, { SHOP_KEY: SECRET });
      assertEquals([off.code, bodies.length], [0, 0], off.stderr);

      await Deno.writeTextFile(join(folder, "drop/b.csv"), "id\n2\n");
      traceparents.length = 0;
      const telemetry = {
        SHOP_KEY: SECRET,
        OTEL_DENO: "true",
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
      };
      const { code, stdout, stderr } = await realPipeline(folder, args, telemetry);
      assertEquals(code, 0, stderr);
      const { run_id } = JSON.parse(stdout);
      const own = spans.filter(({ traceId }) => traceId === traceIdOf(run_id));
      assertEquals(
        [...new Set(own.map(({ name }) => name))].sort(),
        ["file", "page", "publish", "request", "run", "source", "stream"],
      );
      assertEquals(own.length, spans.length, "the runtime made spans of its own");
      const ids = new Map(own.map((span) => [span.spanId, span]));
      for (const span of own.filter(({ name }) => name !== "run")) {
        assert(ids.has(span.parentSpanId), `${span.name} has no parent`);
        assert(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano));
      }
      const stream = own.find(({ name, attributes }) =>
        name === "stream" && attributes.some(({ value }) => value.stringValue === "items")
      );
      assertStringIncludes(JSON.stringify(stream?.attributes), run_id);
      for (
        const name of ["headwaters.requests", "headwaters.records", "headwaters.request.duration"]
      ) {
        assert(metrics.includes(name), `${name} in ${metrics}`);
      }
      for (const body of bodies) assert(!body.includes(SECRET), "a secret was sent");
      assert(traceparents.length > 0);
      for (const header of traceparents) {
        assertStringIncludes(header, traceIdOf(run_id));
        assertEquals(header.split(",").length, 1);
      }

      const plan = await pipeline(folder, ["plan", "-c", config], telemetry);
      assertStringIncludes(plan.stdout.replace(/\s+/g, " "), `sends spans and metrics to ${url}`);
    }),
});

Deno.test({
  name: "a receiver that never answers is told of, and only the run itself waits for it",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const asked: string[] = [];
      const never = Promise.withResolvers<Response>();
      const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
        const isRuntime = request.headers.get("user-agent")?.startsWith("OTel") ?? false;
        asked.push(`${isRuntime ? "sent" : "asked"} ${new URL(request.url).pathname}`);
        return never.promise;
      });
      await using _server = {
        async [Symbol.asyncDispose]() {
          never.resolve(new Response());
          await server.shutdown();
        },
      };
      const config = join(folder, "pipeline.yaml");
      await Deno.mkdir(join(folder, "drop"));
      await Deno.writeTextFile(join(folder, "drop/a.csv"), "id\n1\n");
      await Deno.writeTextFile(
        config,
        `name: told
lake: lake
audit: audit.db
log_dir: logs
sources:
  - { name: vendor, type: files, path: drop, min_age: 0s }
`,
      );
      const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
      for (const name of ["pipeline", "headwaters"]) {
        assertStringIncludes(tasks[name].command, " HEADWATERS_OTEL=$OTEL_DENO OTEL_DENO=false ");
      }
      const { code, stderr } = await realPipeline(folder, ["-c", config], {
        HEADWATERS_OTEL: "true",
        OTEL_DENO: "false",
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
      });
      assertEquals(code, 0, stderr);
      assertStringIncludes(
        stderr,
        "no answer within 1 s; the spans and metrics of this run are lost",
      );
      assertEquals(asked.sort(), ["asked /v1/traces", "sent /v1/metrics", "sent /v1/traces"]);
    }),
});
