import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { StorageError } from "../../lib/errors/mod.ts";
import { startLogging } from "../../lib/logging/mod.ts";
import { launchPlan, loadConfig, notifying, type RunSummary } from "../../lib/pipeline/mod.ts";
import { configIdentity } from "../../lib/pipeline/config_identity.ts";
import { granted } from "../_granted.ts";
import { inFolder } from "./_backfill_bench.ts";

const TOKEN = "T0KEN-of-the-webhook";

function endedAs(outcome: RunSummary["outcome"]): RunSummary {
  const stream = { source: "one", stream: "rows", outcome, complete: false, read: 3, written: 0 };
  const summary = {
    run_id: "R1",
    outcome,
    reasons: [`one.rows: it was stopped at ${TOKEN}`],
    backfill: null,
    selected: null,
    rejected_files: [],
    streams: [{ ...stream, rejected: 0, error_code: null, contradictions: [], files_waiting: 0 }],
  };
  return summary as unknown as RunSummary;
}

Deno.test({
  name:
    "notifying() tells the outcomes that are asked for, and is never the reason why a run fails",
  ignore: !granted("read", "write", "net"),
  fn: () =>
    inFolder(async (folder) => {
      const told: { path: string; body: Record<string, unknown> }[] = [];
      const release = Promise.withResolvers<void>();
      let answer = () => Promise.resolve(new Response("ok"));
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen() {} },
        async (request) => {
          told.push({ path: new URL(request.url).pathname, body: await request.json() });
          return await answer();
        },
      );
      // Before the server ends, which waits for its answers.
      using _release = { [Symbol.dispose]: () => release.resolve() };
      const { port } = server.addr;
      const path = join(folder, "p.yaml");
      const read = async (notify: string) => {
        const source = "sources: [{ name: one, type: files, path: one, stream: rows }]";
        await Deno.writeTextFile(path, `name: p\n${source}\n${notify}`);
        return await loadConfig(path, { env: (name) => name === "HOOK" ? TOKEN : undefined });
      };
      const config = await read(
        `notify: { url: "http://127.0.0.1:${port}/hooks/\${HOOK}", on: [failed, suspended] }\n`,
      );
      const about = { configPath: path, cwd: folder, timeoutMs: 500 };
      const run = (outcome: RunSummary["outcome"], how = about) =>
        notifying(config, how, () => Promise.resolve(endedAs(outcome)));

      // Its host is in the permissions; a run goes on whoever is told.
      const plan = launchPlan(config, { root: "/project", environment: [], configPath: path });
      assertEquals(plan.net, [`127.0.0.1:${port}`]);
      const silent = await read("");
      assertEquals(configIdentity(silent), configIdentity(config));

      const lines: string[] = [];
      {
        await using _log = startLogging({
          runId: "R1",
          file: join(folder, "log.jsonl"),
          terminal: "json",
          terminalLevel: "warning",
          write: (line) => lines.push(line),
        });
        for (const outcome of ["complete", "partial", "suspended", "failed"] as const) {
          assertEquals((await run(outcome)).outcome, outcome);
        }
        assertEquals(told.map(({ body }) => body["outcome"]), ["suspended", "failed"]);
        const { text, reasons, streams, ...rest } = told[1]?.body ?? {};
        assertEquals(told[1]?.path, `/hooks/${TOKEN}`);
        assertEquals(rest, {
          pipeline: "p",
          exit_code: 1,
          run_id: "R1",
          outcome: "failed",
          next: "headwaters pipeline run -c p.yaml",
        });
        assertEquals(JSON.stringify([text, reasons]).includes(TOKEN), false);
        assertStringIncludes(String(text), "p failed (run R1)\none.rows: ");
        assertEquals((streams as { stream: string }[]).map(({ stream }) => stream), ["rows"]);

        await assertRejects(
          () =>
            notifying(
              config,
              about,
              () => Promise.reject(new StorageError("storage-full", "Full")),
            ),
          StorageError,
        );
        assertEquals(told[2]?.body["reasons"], ["Full"]);
        assertEquals(lines, [], "all were delivered");

        answer = () => Promise.resolve(new Response("no", { status: 500 }));
        assertEquals((await run("failed")).outcome, "failed");
        answer = () => release.promise.then(() => new Response());
        assertEquals((await run("failed", { ...about, timeoutMs: 20 })).outcome, "failed");
      }
      assertEquals(lines.length, 2);
      assertEquals(lines.every((line) => line.includes("notification-failed")), true);
      assertStringIncludes(lines[0] ?? "", "status 500");
    }),
});
