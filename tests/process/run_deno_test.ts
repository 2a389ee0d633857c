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
  ignore: !granted("read", "run") || Deno.build.os === "windows",
  async fn() {
    const stop = new AbortController();
    const child = runDeno(["eval", "setTimeout(() => {}, 10_000)"], {
      env: { HOME: Deno.cwd(), DENO_DIR: "/nowhere" },
      signal: stop.signal,
    });
    // The listener of before has heard it, those of the child have not.
    stop.abort(new SuspendedError("suspended-signal", "Cannot finish: stopped"));
    const error = await child.catch((thrown) => thrown);
    assertEquals(error.code, "suspended-signal");
  },
});

Deno.test({
  name: "runDeno() tells of a child that was killed, and whether it had written its result",
  ignore: !granted("read", "run") || Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const script = join(import.meta.dirname ?? "", "_run_killed.ts");
      const run = `deno run --no-prompt --no-check --allow-run=deno --allow-env "${script}"`;
      // A file always shows when it was written to.
      const { stderr } = await new Deno.Command("deno", {
        args: ["task", "--quiet", "--eval", `${run} > "${join(folder, "out.json")}"`],
      }).output();
      assertEquals(new TextDecoder().decode(stderr).trim().split("\n"), [
        `{"signal":"SIGKILL","hasWritten":false}`,
        "137",
        `{"signal":"SIGKILL","hasWritten":true}`,
        "137",
      ]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
