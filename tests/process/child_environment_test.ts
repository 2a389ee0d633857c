import { assertEquals } from "@std/assert";
import { childEnvironment, telemetryEndpoint } from "../../lib/process/mod.ts";

const ENV = {
  PATH: "/bin",
  HOME: "/home/me",
  TZ: "UTC",
  HTTP_PROXY: "http://proxy.example",
  https_proxy: "http://proxy.example",
  AWS_SECRET_ACCESS_KEY: "x",
  SHOP_TOKEN: "t",
  OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
  NODE_OPTIONS: "--require=/evil.js",
  LD_PRELOAD: "/evil.so",
};

Deno.test("childEnvironment() passes on what a child needs and what is named, and nothing else", () => {
  assertEquals(childEnvironment({ env: ENV, names: ["SHOP_TOKEN"], cwd: "/w" }), {
    PATH: "/bin",
    TZ: "UTC",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
    SHOP_TOKEN: "t",
    DENO_DIR: Deno.build.os === "darwin" ? "/home/me/Library/Caches/deno" : "/home/me/.cache/deno",
    DENO_NO_UPDATE_CHECK: "1",
  });
});

Deno.test("childEnvironment() has a child send no spans of the runtime's, which would hold whole URLs", () => {
  const { OTEL_TRACES_SAMPLER, OTEL_PROPAGATORS, OTEL_DENO_CONSOLE, ...rest } = childEnvironment({
    env: { OTEL_DENO: "true", OTEL_TRACES_SAMPLER: "always_on" },
    names: [],
    cwd: "/w",
  });
  assertEquals([OTEL_TRACES_SAMPLER, OTEL_PROPAGATORS, OTEL_DENO_CONSOLE], [
    "parentbased_always_off",
    "none",
    "ignore",
  ]);
  assertEquals(rest["OTEL_EXPORTER_OTLP_TIMEOUT"], "1000", "a silent receiver keeps no run");
  assertEquals(telemetryEndpoint({ OTEL_DENO: "true" }), "http://localhost:4318");
  assertEquals(telemetryEndpoint({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://a" }), undefined);
});

Deno.test("childEnvironment() resolves DENO_DIR, which the child could not", () => {
  const dir = (env: Record<string, string>) =>
    childEnvironment({ env, names: [], cwd: "/w" })["DENO_DIR"];
  assertEquals(dir({ DENO_DIR: "cache" }), "/w/cache");
  assertEquals(dir({ DENO_DIR: "/cache" }), "/cache");
  assertEquals(dir({}), undefined);
});
