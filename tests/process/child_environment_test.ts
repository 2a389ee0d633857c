import { assertEquals } from "@std/assert";
import { childEnvironment, telemetryHeaders, telemetryReceivers } from "../../lib/process/mod.ts";

const ENV = {
  PATH: "/bin",
  HOME: "/home/me",
  TZ: "UTC",
  HTTP_PROXY: "http://proxy.example",
  https_proxy: "http://proxy.example",
  AWS_SECRET_ACCESS_KEY: "x",
  SHOP_TOKEN: "t",
  OTEL_DENO: "true",
  OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer t",
  NODE_OPTIONS: "--require=/evil.js",
  LD_PRELOAD: "/evil.so",
};

Deno.test("childEnvironment() passes on what a child needs and what is named, and nothing else", () => {
  assertEquals(childEnvironment({ env: ENV, names: ["SHOP_TOKEN"], cwd: "/w" }), {
    PATH: "/bin",
    TZ: "UTC",
    SHOP_TOKEN: "t",
    DENO_DIR: Deno.build.os === "darwin" ? "/home/me/Library/Caches/deno" : "/home/me/.cache/deno",
    DENO_NO_UPDATE_CHECK: "1",
  });
});

Deno.test("childEnvironment() has a child send no spans of the runtime's, which would hold whole URLs", () => {
  const { OTEL_TRACES_SAMPLER, OTEL_PROPAGATORS, OTEL_DENO_CONSOLE, ...rest } = childEnvironment({
    env: { ...ENV, OTEL_TRACES_SAMPLER: "always_on" },
    names: [],
    cwd: "/w",
    telemetry: true,
  });
  assertEquals([OTEL_TRACES_SAMPLER, OTEL_PROPAGATORS, OTEL_DENO_CONSOLE], [
    "parentbased_always_off",
    "none",
    "ignore",
  ]);
  assertEquals(rest["OTEL_EXPORTER_OTLP_TIMEOUT"], "1000", "a silent receiver keeps no run");
  assertEquals(rest["OTEL_EXPORTER_OTLP_HEADERS"], "authorization=Bearer t");
});

Deno.test("telemetryReceivers() names all that the runtime sends to, and no password", () => {
  const of = (env: Record<string, string>) => telemetryReceivers({ OTEL_DENO: "true", ...env });
  const all = "OTEL_EXPORTER_OTLP_ENDPOINT";
  const traces = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
  const name = "http://localhost:4318";
  const here = { name, host: "localhost:4318", url: `${name}/v1/traces` };
  assertEquals(of({}), [here]);
  assertEquals(of({ OTEL_DENO: "TRUE" }), [here]);
  for (const OTEL_DENO of ["", "false", "1"]) assertEquals(of({ OTEL_DENO }), []);
  assertEquals(of({ OTEL_SDK_DISABLED: "true" }), []);
  assertEquals(of({ [all]: "https://user:hunter2@b.example/otlp/?key=1" }), [
    {
      name: "https://b.example",
      host: "b.example:443",
      url: "https://b.example/otlp/v1/traces?key=1",
    },
  ]);
  assertEquals(of({ [traces]: "http://a:1/spans" }), [
    { name: "http://a:1", host: "a:1", url: "http://a:1/spans" },
    { ...here, url: `${name}/v1/metrics` },
  ]);
  assertEquals(of({ [all]: "hunter2@b.example" }), [
    { name: all, host: undefined, url: undefined },
  ]);
});

Deno.test("telemetryHeaders() decodes values, and takes what is not percent encoding as it is", () => {
  const of = (text: string) => telemetryHeaders({ OTEL_EXPORTER_OTLP_HEADERS: text });
  assertEquals(of("a=b%20c, x-key = 5%,=none"), { a: "b c", "x-key": "5%" });
  assertEquals(of("a=%ff"), { a: "%ff" });
  assertEquals(telemetryHeaders({}), {});
});

Deno.test("childEnvironment() resolves DENO_DIR, which the child could not", () => {
  const dir = (env: Record<string, string>) =>
    childEnvironment({ env, names: [], cwd: "/w" })["DENO_DIR"];
  assertEquals(dir({ DENO_DIR: "cache" }), "/w/cache");
  assertEquals(dir({ DENO_DIR: "/cache" }), "/cache");
  assertEquals(dir({}), undefined);
});
