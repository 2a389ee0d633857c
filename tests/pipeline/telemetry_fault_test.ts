import { assertEquals, assertMatch } from "@std/assert";
import { telemetryFault } from "../../lib/pipeline/telemetry_fault.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";

everyTest({
  name:
    "telemetryFault() says that a receiver is absent or silent, and nothing of one that answers",
  ignore: !granted("read", "net", "run"),
  fn: async () => {
    const silent = Promise.withResolvers<Response>();
    const answers = { "200": new Response(), "401": new Response(null, { status: 401 }) };
    const caller = (endpoint: string, signal = new AbortController().signal) => ({
      cwd: Deno.cwd(),
      env: { OTEL_DENO: "true", OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
      signal,
      start: () => Promise.resolve(0),
    });
    const said: Record<string, string | undefined> = {};
    for (const [name, answer] of Object.entries({ ...answers, silent: silent.promise })) {
      const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => answer);
      said[name] = await telemetryFault(caller(`http://127.0.0.1:${server.addr.port}`));
      if (name === "silent") silent.resolve(new Response());
      await server.shutdown();
    }
    assertMatch(said["silent"] ?? "", /^Cannot reach .* no answer within 1 s; the spans/);
    assertEquals([said["200"], said["401"]], [undefined, undefined]);
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
