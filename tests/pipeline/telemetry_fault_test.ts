import { assertEquals, assertMatch } from "@std/assert";
import { telemetryFault } from "../../lib/pipeline/telemetry_fault.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";

everyTest({
  name:
    "telemetryFault() says that a receiver is absent, silent or refuses, and nothing of one that takes an export",
  ignore: !granted("read", "net", "run"),
  fn: async () => {
    const silent = Promise.withResolvers<Response>();
    const rejected = { partialSuccess: { rejectedSpans: "3", errorMessage: "no" } };
    const answers = {
      "200": new Response(),
      "302": new Response(null, { status: 302, headers: { location: "http://127.0.0.1:9/" } }),
      "401": new Response(null, { status: 401 }),
      rejects: Response.json(rejected),
    };
    const asked = new Set<string>();
    const caller = (endpoint: string, signal = new AbortController().signal) => ({
      cwd: Deno.cwd(),
      env: {
        OTEL_DENO: "true",
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%20b",
      },
      signal,
      start: () => Promise.resolve(0),
    });
    const said: Record<string, string | undefined> = {};
    for (const [name, answer] of Object.entries({ ...answers, silent: silent.promise })) {
      const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
        const type = request.headers.get("content-type");
        asked.add(`${new URL(request.url).pathname} ${type} ${request.headers.get("x-key")}`);
        return answer;
      });
      said[name] = await telemetryFault(caller(`http://127.0.0.1:${server.addr.port}`));
      if (name === "silent") silent.resolve(new Response());
      await server.shutdown();
    }
    assertMatch(said["silent"] ?? "", /no answer within 1 s; spans and .* may be lost/);
    assertMatch(said["302"] ?? "", /: it answers with status 302, expected 200; spans/);
    assertMatch(said["401"] ?? "", /: it answers with status 401, expected 200; spans/);
    assertMatch(said["rejects"] ?? "", /: it rejects what it gets; spans/);
    assertEquals(said["200"], undefined);
    assertEquals([...asked], ["/v1/traces application/x-protobuf a b"]);
    const absent = "http://user:hunter2@127.0.0.1:9";
    const fault = await telemetryFault(caller(absent)) ?? "";
    assertMatch(fault, /at http:\/\/127.0.0.1:9: no connection/);
    assertEquals(await telemetryFault(caller(absent, AbortSignal.abort())), undefined);
    assertMatch(
      await telemetryFault(caller("127.0.0.1:9")) ?? "",
      /at OTEL_EXPORTER_OTLP_ENDPOINT: it is no URL;/,
    );
    const { OTEL_DENO: _off, ...env } = caller(absent).env;
    assertEquals(await telemetryFault({ ...caller(absent), env }), undefined);
  },
});
