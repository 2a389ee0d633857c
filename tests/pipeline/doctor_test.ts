import { everyTest } from "../_sample.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { endRun, insertRun, openAudit } from "../../lib/audit/mod.ts";
import { type ExamineOptions, examinePipeline, type Finding } from "../../lib/pipeline/mod.ts";
import { denoFinding, folderFinding } from "../../lib/pipeline/doctor.ts";
import { filesIn, inFolder } from "../cli/_run_headwaters.ts";
import { granted } from "../_granted.ts";

const ignore = !granted("read", "write", "run", "net");

const YAML = `
name: mine
sources:
  - { name: vendor, type: files, path: drop }
  - name: shop
    type: api
    base_url: "http://127.0.0.1:PORT"
    auth: { type: bearer, token: "\${SHOP_TOKEN}" }
    streams: [{ name: items, path: /items, pagination: { type: none } }]
`;

async function examine(
  cwd: string,
  { env = { SHOP_TOKEN: "a-token-of-mine" }, ...options }: ExamineOptions & {
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Finding[]> {
  const start = () => Promise.reject(new Error("no run is started"));
  const { signal } = new AbortController();
  return await examinePipeline(undefined, { cwd, env, signal, start }, options);
}

/** The findings that are not as they should be. */
function odd(findings: readonly Finding[]): string[] {
  return findings.filter(({ state }) => state === "fault" || state === "warning")
    .map(({ check, state, found }) => `${state} ${check}: ${found}`);
}

Deno.test({
  name:
    "examinePipeline() finds nothing odd in a new pipeline, writes nothing and asks no host unless it may",
  ignore,
  async fn() {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    let connections = 0;
    const accepting = (async () => {
      for await (const connection of listener) {
        connections++;
        connection.close();
      }
    })();
    const host = `127.0.0.1:${listener.addr.port}`;
    const files = {
      "pipeline.yaml": YAML.replace("PORT", `${listener.addr.port}`),
      "drop/a.csv": "",
    };
    await inFolder(files, async (folder) => {
      const findings = await examine(folder);
      assertEquals(odd(findings), []);
      assertEquals(findings.map(({ check, state }) => `${check} ${state}`), [
        "deno ok",
        "configuration ok",
        "lake and database ok",
        "clock ok",
        "folder ok",
        "folder ok",
        "folder ok",
        "host unknown",
      ]);
      assertEquals([connections, filesIn(folder)], [0, ["drop/a.csv", "pipeline.yaml"]]);

      const probed = await examine(folder, { probe: true });
      assertEquals(probed.at(-1), {
        check: "host",
        state: "ok",
        found: `${host} accepts connections`,
      });
      assertEquals(connections, 1);
      listener.close();
      await accepting;
      const [fault = "", ...more] = odd(await examine(folder, { probe: true }));
      assertMatch(
        fault,
        new RegExp(`^fault host: cannot reach ${host}: .*refused.*; check its name`),
      );
      assertEquals(more, []);
    });
  },
});

everyTest({
  name: "examinePipeline() says what a run would fail by, and goes on to the next check",
  ignore,
  async fn() {
    const now = Date.parse("2026-11-26T02:00:00Z");
    const files = { "pipeline.yaml": YAML.replace("drop", "gone").replace("PORT", "9") };
    await inFolder(files, async (folder) => {
      const audit = join(folder, "audit.db");
      {
        using db = openAudit(audit);
        const run = { run_id: "R", pipeline: "mine", config_identity: "" };
        insertRun(db, { ...run, started_at: "2026-11-27T02:00:00Z" });
        endRun(db, {
          run_id: "R",
          status: "complete",
          ended_at: "2026-11-27T02:01:00Z",
          exit_code: 0,
        });
      }
      const [gone = "", clock = "", ...more] = odd(await examine(folder, { now }));
      assertMatch(gone, /^fault .*vendor: ".*gone" is missing, and the source fails/);
      assertMatch(clock, /^warning clock: 2026-11-26T02:00:00Z, and run R began at 2026-11-27/);
      assertEquals(more, []);
      assertEquals(odd(await examine(folder, { now: now + 2 * 86_400_000 })).length, 1);

      const [secret = ""] = odd(await examine(folder, { env: {} }));
      assertMatch(secret, /^fault configuration: .*SHOP_TOKEN/s);

      await Deno.writeTextFile(
        audit,
        "no database at all, and long enough to be looked at\n".repeat(20),
      );
      const [foreign = "", ...others] = odd(await examine(folder));
      assertMatch(foreign, /^fault lake and database: /);
      assertEquals(others, []);
    });
  },
});

Deno.test("denoFinding() takes a version 2 from 2.9 on", () => {
  const states = ["2.9.0", "2.10.1", "2.8.3", "1.46.0", "3.0.0"].map((version) =>
    denoFinding(version).state
  );
  assertEquals(states, ["ok", "ok", "fault", "fault", "fault"]);
});

Deno.test("folderFinding() warns below 1000 MiB of room, and below 100 or without the right to write it is a fault", () => {
  const stateOf = (free: number) => folderFinding("/lake", { free: free * 1024 ** 2 }).state;
  assertEquals([stateOf(1000), stateOf(999), stateOf(100), stateOf(99)], [
    "ok",
    "warning",
    "warning",
    "fault",
  ]);
  assertEquals(folderFinding("/lake", { fault: "it is read-only" }), {
    check: "folder",
    state: "fault",
    found:
      'cannot write to "/lake": it is read-only; give the user of the run the right to, or name another',
  });
});

Deno.test({
  name: "examinePipeline() tells what a comma in a folder's name prevents, and all else",
  ignore,
  fn: () =>
    inFolder(
      { "x,y/pipeline.yaml": YAML.replace("PORT", "9"), "x,y/drop/a.csv": "id\n1\n" },
      async (cwd) => {
        const findings = await examine(join(cwd, "x,y"));
        const faults = odd(findings);
        assertEquals(faults.map((fault) => fault.replace(/: .*/s, "")), [
          "fault lake and database",
          "fault folder",
        ]);
        for (const fault of faults) assertMatch(fault, /with a comma; rename the file or folder$/);
        assertEquals(findings.filter(({ check }) => check === "jupyter"), [], "not of the project");
      },
    ),
});

everyTest({
  name:
    "examinePipeline() warns of a receiver of telemetry that does not answer, and asks it only if it may",
  ignore,
  fn: () =>
    inFolder(
      { "pipeline.yaml": YAML.split("  - name: shop")[0] ?? "", "drop/a.csv": "" },
      async (folder) => {
        const { promise, resolve } = Promise.withResolvers<Response>();
        const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => promise);
        const silent = `http://127.0.0.1:${server.addr.port}`;
        const about = async (url: string, probe: boolean) => {
          const env = { OTEL_DENO: "true", OTEL_EXPORTER_OTLP_ENDPOINT: url };
          return (await examine(folder, { env, probe })).filter(({ check }) =>
            check === "telemetry"
          )
            .map(({ state, found }) => `${state}: ${found}`);
        };
        const next = "start the receiver, or unset OTEL_DENO";
        assertEquals(await about(silent, false), [`unknown: ${silent}; --probe asks it`]);
        assertEquals(await about(silent, true), [
          `warning: nothing is received at ${silent}: no answer within 5 s; ${next}`,
        ]);
        resolve(new Response());
        assertEquals(await about(silent, true), [`ok: ${silent} takes an export`]);
        await server.shutdown();
      },
    ),
});
