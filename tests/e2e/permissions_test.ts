import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { environmentNames } from "../../lib/config/mod.ts";
import { launchPlan, loadConfig } from "../../lib/pipeline/mod.ts";
import { granted } from "../_granted.ts";
import { inTempFolder, ROOT } from "./_command.ts";

const ignore = !granted("read", "write", "net", "run");

/** Tries what a run must not be able to do, and says how each attempt ended. */
const PROBE = `
const [folder, port] = Deno.args;
async function attempt(name, action) {
  try { await action(); console.log(name, "allowed"); } catch (error) { console.log(name, error.name); }
}
await attempt("write-lake", () => Deno.mkdir(folder + "/lake", { recursive: true }));
await attempt("write-beside", () => Deno.writeTextFile(folder + "/elsewhere", "x"));
await attempt("read-beside", () => Deno.readTextFile(folder + "/secret"));
await attempt("named-host", () => Deno.connect({ hostname: "127.0.0.1", port: Number(port) }).then((c) => c.close()));
await attempt("other-port", () => Deno.connect({ hostname: "127.0.0.1", port: 1 }));
await attempt("other-host", () => fetch("http://localhost:" + port));
await attempt("run", () => new Deno.Command("deno", { args: ["--version"] }).output());
await attempt("env", () => Deno.env.get("HOME"));
`;

Deno.test({
  name:
    "launchPlan() lets a run reach, read and write what its configuration names and nothing else",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr as Deno.NetAddr;
      await Deno.writeTextFile(join(folder, "secret"), "x");
      await Deno.writeTextFile(join(folder, "probe.js"), PROBE);
      const configPath = join(folder, "p.yaml");
      await Deno.writeTextFile(configPath, configuration(port));
      const config = await loadConfig(configPath, { root: folder, env: () => undefined });
      const environment = await environmentNames(configPath, { env: () => undefined });
      const plan = launchPlan(config, { root: ROOT, configPath, environment });
      const permissions = plan.args.filter((arg) =>
        arg.startsWith("--allow") || arg === "--no-prompt"
      );
      assertEquals(plan.args.includes("-A"), false);
      const accepted = listener.accept().then((connection) => connection.close());
      const { stdout } = await new Deno.Command("deno", {
        args: ["run", ...permissions, join(folder, "probe.js"), folder, String(port)],
        stdin: "null",
        stderr: "inherit",
      }).output();
      await accepted;
      assertEquals(new TextDecoder().decode(stdout).trim().split("\n"), [
        "write-lake allowed",
        "write-beside NotCapable",
        "read-beside NotCapable",
        "named-host allowed",
        "other-port NotCapable",
        "other-host NotCapable",
        "run NotCapable",
        "env NotCapable",
      ]);
    }),
});

Deno.test({
  name: "deno.json gives no task all permissions and no task a prompt",
  ignore: !granted("read"),
  fn: () => {
    const { tasks } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json")));
    for (const [name, task] of Object.entries<{ command?: string }>(tasks)) {
      const command = task.command ?? "";
      assertEquals(/(^|\s)(-A|--allow-all)(\s|$)/.test(command), false, name);
      for (const run of command.match(/deno (run|test) /g) ?? []) {
        assertStringIncludes(command, "--no-prompt", `${name}: ${run}`);
      }
    }
  },
});

function configuration(port: number): string {
  return `
name: probe
lake: lake
audit: audit.db
sources:
  - name: api
    type: api
    base_url: http://127.0.0.1:${port}
    streams: [{ name: s, path: /s }]
`;
}
