import { makeLink } from "../_make_link.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/errors/mod.ts";
import { changePlan, COLLECTS_EARLY } from "../../lib/pipeline/launch_plan.ts";
import { launchPlan, type PipelineConfig } from "../../lib/pipeline/mod.ts";
import { granted } from "../_granted.ts";

const CONFIG: PipelineConfig = {
  name: "p",
  lake: "/data/lake",
  audit: "/nowhere/at/all/audit.db",
  log_dir: "/data/logs",
  sandbox: { seed: 7, faults: ["quakes:500@page1"] },
  sources: [
    {
      name: "f",
      type: "files",
      path: "/inbox",
      include: ["*"],
      exclude: [],
      stream: "f",
      min_age: 0,
      expect: {},
      dialect: {},
      allow_empty: false,
      on_finding: {},
      on_change: "append",
      on_duplicate: "skip",
    },
  ],
  tolerance: { records: 0, files: 0 },
  max_shrink: 0.5,
  part_format: "jsonl.gz",
};

const API = {
  name: "a",
  type: "api",
  base_url: "https://example.org/v1",
  auth: { type: "none" },
  headers: {},
  retry: { limit: 5, max_wait: 1000 },
  timeout: 1000,
  streams: [],
} as const;

const WHERE = { root: "/project", configPath: "/etc/p.yaml", environment: ["TOKEN"] };

Deno.test("launchPlan() allows no network when no source is an API", () => {
  const plan = launchPlan(CONFIG, WHERE);
  assertEquals(plan.net, []);
  assert(!plan.args.some((arg) => arg.startsWith("--allow-net")));
  assertEquals(plan.sandboxArgs, undefined);
});

Deno.test("launchPlan() has every run collect garbage early", () => {
  assertEquals(launchPlan(CONFIG, WHERE).args.filter((arg) => arg.startsWith("--v8")), [
    COLLECTS_EARLY,
  ]);
});

Deno.test("changePlan() lets a command write what it changes, and reach no host", () => {
  const paths = [CONFIG.audit, `${CONFIG.audit}.lock`, "/nowhere/at/all"];
  const both = "the audit database and the lake";
  const plans = [
    { writes: "the audit database", isDry: true, write: [], lakes: [] },
    { writes: both, isDry: true, write: [], lakes: [CONFIG.lake] },
    { writes: "the audit database", write: paths },
    { writes: both, write: [...paths, CONFIG.lake] },
  ] as const;
  for (const { write, ...how } of plans) {
    const plan = changePlan(CONFIG, { args: ["--retract=R"], ...how }, WHERE);
    assertEquals([plan.write, plan.net], [write, []]);
    assert(
      !plan.read.includes("/inbox") && !plan.read.includes("/etc/p.yaml"),
      "no source is read",
    );
    const { audit } = CONFIG;
    if ("lakes" in how) {
      assertEquals(plan.read, [
        audit,
        `${audit}-wal`,
        `${audit}-shm`,
        `${audit}-journal`,
        ...how.lakes,
      ]);
    }
    const flags = plan.args.filter((arg) => arg.startsWith("--allow-")).map((arg) => arg.slice(8));
    assertEquals(flags.map((flag) => flag.slice(0, flag.indexOf("="))), [
      "read",
      ...(write.length > 0 ? ["write"] : []),
    ]);
    assertEquals(plan.env, [], "no variable of the configuration");
    const asking = changePlan(CONFIG, { args: ["--reset=S"], ...how, config: CONFIG }, WHERE);
    assertEquals(asking.env, ["TOKEN"]);
  }
});

Deno.test("launchPlan() refuses a path with a comma, which the runtime's flags cannot name", () => {
  const error = assertThrows(
    () => launchPlan({ ...CONFIG, lake: "/my,lake" }, WHERE),
    ConfigError,
  );
  assertStringIncludes(error.message, 'Cannot allow path "/my,lake"');
});

Deno.test({
  name: "launchPlan() names the place that a link leads to as well",
  ignore: !granted("read", "write", "run"),
  fn: async () => {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    try {
      await Deno.mkdir(`${folder}/real`);
      await makeLink(`${folder}/real`, `${folder}/link`);
      const { args, read, write } = launchPlan({ ...CONFIG, lake: `${folder}/link` }, WHERE);
      for (const shown of [read, write]) {
        assertEquals(shown.filter((path) => path.startsWith(folder)), [
          `${folder}/link`,
          `${folder}/real`,
        ]);
      }
      const flag = args.find((arg) => arg.startsWith("--allow-write")) ?? "";
      assertStringIncludes(flag, `${folder}/link,${folder}/real`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("launchPlan() lets a run create the audit database's folder only when it is missing", () => {
  assertEquals(launchPlan(CONFIG, WHERE).write, [
    "/data/lake",
    "/nowhere/at/all/audit.db",
    "/nowhere/at/all/audit.db.lock",
    "/nowhere/at/all",
    "/data/logs",
  ]);
});

Deno.test("launchPlan() names host and port of the API and of its token endpoint", () => {
  const auth = { type: "oauth2_client_credentials", token_url: "http://login.example.org:8080/t" };
  const streams = [{ name: "a", pagination: { type: "none" } }];
  const config = { ...CONFIG, sources: [{ ...API, auth, streams }, { ...API, name: "b" }] };
  assertEquals(launchPlan(config as unknown as PipelineConfig, WHERE).net, [
    "example.org:443",
    "login.example.org:8080",
  ]);
});

Deno.test("launchPlan() starts the sandbox with the faults of the configuration", () => {
  const { base_url: _, ...source } = API;
  const config = { ...CONFIG, sources: [{ ...source, sandbox: "usgs" }] };
  const plan = launchPlan(config as unknown as PipelineConfig, {
    ...WHERE,
    sandboxUrl: "http://127.0.0.1:4000",
  });
  assert(plan.sandboxArgs?.includes("--fault=quakes:500@page1"));
  assertEquals(plan.net, ["127.0.0.1:4000"]);
  assert(plan.args.includes("--sandbox=http://127.0.0.1:4000"));
});

Deno.test("launchPlan() names the allowed hosts by the port of each scheme that may be met", () => {
  const netOf = (source: object) =>
    launchPlan({ ...CONFIG, sources: [source] } as unknown as PipelineConfig, WHERE).net;
  const allow_hosts = ["cdn.example.org", "10.0.0.5:8443"];
  assertEquals(netOf({ ...API, allow_hosts }), [
    "example.org:443",
    "cdn.example.org:443",
    "10.0.0.5:8443",
  ]);
  assertEquals(netOf({ ...API, base_url: "http://example.org", allow_hosts: ["example.org"] }), [
    "example.org:80",
    "example.org:443",
  ]);
});

Deno.test("launchPlan() says that an audit database in the lake is lost with it", () => {
  const [note = ""] = launchPlan({ ...CONFIG, audit: "/data/lake/audit.db" }, WHERE).notes;
  assertStringIncludes(note, 'audit: "/data/lake/audit.db" is in the lake, and is lost with it');
  assertEquals(launchPlan({ ...CONFIG, audit: "/data/lake.db" }, WHERE).notes, []);
});

Deno.test("launchPlan() says what a watermark without a zone costs", () => {
  const notesOf = (format: string, timezone?: string) => {
    const incremental = { field: "u", start_param: "since", format, timezone };
    const source = {
      ...API,
      streams: [{ name: "s", pagination: { type: "none", whole: true }, incremental }],
    };
    return launchPlan({ ...CONFIG, sources: [source] } as unknown as PipelineConfig, WHERE).notes;
  };
  const [note = ""] = notesOf("iso");
  assertStringIncludes(note, '"since" asks from 14 hours earlier');
  assertEquals(notesOf("dd.MM.yyyy HH:mm").length, 1);
  assertEquals(notesOf("dd.MM.yyyy HH:mm XXX"), []);
  assertEquals(notesOf("epoch_s"), []);
  assertEquals(notesOf("iso", "Europe/Berlin"), []);
});
