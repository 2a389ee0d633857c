import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { granted } from "../_granted.ts";

const ignore = !granted("read", "run") || Deno.build.os === "windows";
function fileOf(name: string): string {
  return fromFileUrl(new URL(name, import.meta.url));
}

function start(args: readonly string[], permissions: readonly string[] = []): Deno.ChildProcess {
  return new Deno.Command("deno", {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--cached-only",
      "--deny-import",
      ...permissions,
      ...args,
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Sends a signal once the process is ready; returns how it ended. */
async function interrupted(args: readonly string[]) {
  const child = start(args);
  let said = "";
  let begun = Infinity;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (said === "") {
      // The thread starts next to the main one.
      await new Promise((resolve) => setTimeout(resolve, 500));
      begun = performance.now();
      child.kill("SIGINT");
    }
    said += text;
  }
  const { code, signal } = await child.status;
  await child.stderr.cancel();
  return { said, code, signal, ms: performance.now() - begun };
}

Deno.test({
  name: "watchMain() ends a process within 5 s of a signal that its main thread does not hear",
  ignore,
  async fn() {
    const { said, signal, ms } = await interrupted([fileOf("_deaf.ts"), "20000"]);
    assertEquals([said, signal], ["ready\n", "SIGKILL"]);
    assert(ms < 5000, `${ms} ms`);
  },
});

Deno.test({
  name: "watchMain() leaves a main thread alone that hears, however long it takes",
  ignore,
  async fn() {
    const { said, code } = await interrupted([fileOf("_deaf.ts"), "6000", "hear"]);
    assertEquals([said, code], ["ready\ndone\n", 0]);
  },
});

Deno.test({
  name: "a process whose launcher was killed ends, whether its main thread hears or not",
  ignore,
  async fn() {
    for (
      const args of [
        [fileOf("_deaf.ts"), "20000"],
        // Its standard input is the user's, and has no end.
        [fileOf("_wait_for_stop.ts"), "child"],
      ]
    ) {
      const launcher = start([fileOf("_orphan.ts"), ...args], ["--allow-run=deno"]);
      // The child holds it as well: it is at its end when both are.
      const stderr = new Response(launcher.stderr).text();
      const reader = launcher.stdout.pipeThrough(new TextDecoderStream()).getReader();
      assertEquals((await reader.read()).value, "ready\n");
      await new Promise((resolve) => setTimeout(resolve, 500));
      launcher.kill("SIGKILL");
      await reader.cancel();
      await launcher.status;
      const killed = performance.now();
      await stderr;
      assert(performance.now() - killed < 10_000, `${args[0]} has gone on`);
    }
  },
});
