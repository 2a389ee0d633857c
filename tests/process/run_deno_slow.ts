import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { granted } from "../_granted.ts";

Deno.test({
  name: "runDeno() hands on the signal that came, and no other",
  ignore: !granted("read", "run") || Deno.build.os === "windows",
  async fn() {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const launcher = new Deno.Command("deno", {
        args: ["run", "--quiet", "-A", fromFileUrl(new URL("_run_told.ts", import.meta.url))],
        stdout: "piped",
      }).spawn();
      let said = "";
      for await (const text of launcher.stdout.pipeThrough(new TextDecoderStream())) {
        if (said === "") launcher.kill(signal);
        said += text;
      }
      await launcher.status;
      assertEquals(said, `ready\n${signal}\n`);
    }
  },
});
