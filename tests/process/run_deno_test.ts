import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SuspendedError } from "../../lib/errors/mod.ts";
import { DENO_RUN, runDeno } from "../../lib/process/mod.ts";
import { granted } from "../_granted.ts";

Deno.test({
  name: "a child asks no registry for code, whatever it imports",
  ignore: !granted("read", "write", "net", "run"),
  async fn() {
    let asked = 0;
    const registry = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
      asked++;
      return new Response(null, { status: 404 });
    });
    const folder = await Deno.makeTempDir();
    try {
      const probe = join(folder, "probe.ts");
      await Deno.writeTextFile(probe, `await import(["npm", "nobody-has-this@1"].join(":"));`);
      const { success } = await new Deno.Command("deno", {
        args: [...DENO_RUN, "--allow-net", "--allow-read", probe],
        env: { NPM_CONFIG_REGISTRY: `http://127.0.0.1:${registry.addr.port}/` },
        stderr: "null",
      }).output();
      assertEquals([success, asked], [false, 0]);
    } finally {
      await registry.shutdown();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "runDeno() tells the child of a signal that came while it was being made",
  ignore: !granted("read", "write", "run") || Deno.build.os === "windows",
  async fn() {
    const stop = new AbortController();
    const folder = await Deno.makeTempDir();
    const child = runDeno(["eval", "setTimeout(() => {}, 10_000)"], {
      env: { HOME: folder, DENO_DIR: folder },
      signal: stop.signal,
    });
    // The listener of before has heard it, those of the child have not.
    stop.abort(new SuspendedError("suspended-signal", "Cannot finish: stopped"));
    const error = await child.catch((thrown) => thrown);
    assertEquals(error.code, "suspended-signal");
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: "runDeno() hands over what a child wrote, and the signal that killed it",
  ignore: !granted("read", "run") || Deno.build.os === "windows",
  async fn() {
    const script = join(import.meta.dirname ?? "", "_run_killed.ts");
    const { stdout } = await new Deno.Command("deno", {
      args: ["run", "--no-prompt", "--no-check", "--allow-run=deno", "--allow-env", script],
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    assertEquals(lines, [`["SIGKILL",137]`, `["{}\\n","SIGKILL",137]`]);
  },
});
