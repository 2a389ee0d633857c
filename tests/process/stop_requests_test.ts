import { everyTest } from "../_sample.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { granted } from "../_granted.ts";

const WAIT = fromFileUrl(new URL("_wait_for_stop.ts", import.meta.url));

/** Starts a process that waits, sends it a signal and returns what became of it. */
async function stoppedBy(signal: Deno.Signal, terminal: string) {
  const child = new Deno.Command("deno", {
    args: ["run", "--quiet", WAIT, terminal],
    stdout: "piped",
  }).spawn();
  let said = "";
  let hasEnded = false;
  const status = child.status.finally(() => hasEnded = true);
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (said === "") child.kill(signal);
    // A hangup that is not heard is followed by a signal that is.
    if (said === "" && terminal === "none") setTimeout(() => hasEnded || child.kill("SIGTERM"), 50);
    said += text;
  }
  return { said, ...await status };
}

Deno.test({
  name: "listenForStop() is asked by signals, and by the end of a terminal if there is one",
  ignore: !granted("read", "run") || Deno.build.os === "windows",
  async fn() {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      const { said, code } = await stoppedBy(signal, "terminal");
      assertStringIncludes(said, `${signal} asked it to stop`);
      assertEquals(code, 0);
    }
    // As under nohup, whether one process gets it or the whole group.
    assertStringIncludes((await stoppedBy("SIGHUP", "none")).said, "SIGTERM asked it to stop");
  },
});

everyTest({
  name: "a second SIGINT to a launcher ends it and its child, and says so",
  ignore: !granted("read", "run") || Deno.build.os === "windows",
  async fn() {
    const launcher = new Deno.Command("deno", {
      args: ["run", "--quiet", "-A", fromFileUrl(new URL("_run_deaf.ts", import.meta.url))],
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const stderr = new Response(launcher.stderr).text();
    const begun = performance.now();
    // It ends when nobody holds it any more.
    for await (const _ of launcher.stdout) {
      launcher.kill("SIGINT");
      setTimeout(() => launcher.kill("SIGINT"), 600);
    }
    assert(performance.now() - begun < 4000, "its child has gone on");
    assertEquals(await stderr, "Stopped at once: SIGINT came again; run it again\n");
    assertEquals((await launcher.status).code, 75);
  },
});
