import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { copyNotebooks } from "../../tools/notebook_copy.ts";
import { describeFailure, runNotebook } from "../../tools/notebook_run.ts";
import { granted } from "../_granted.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");

Deno.test({
  name: "every working copy runs to its end, whether anything was predicted or not",
  ignore: !granted("read", "write", "net", "run"),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      for (const name of await copyNotebooks(join(ROOT, "notebooks"), folder)) {
        const path = join(folder, name);
        // In its place, two folders below the root, the copy finds the library by itself.
        const text = (await Deno.readTextFile(path)).replaceAll('\\"../../', `\\"${ROOT}/`);
        await Deno.writeTextFile(path, text);
        const options = { cwd: join(ROOT, "notebooks"), env: { HEADWATERS_WORK: folder } };
        const { failure } = await runNotebook(path, options);
        assertEquals(failure && describeFailure(name, failure), undefined);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "deno task notebooks shows help, or refuses a flag, and copies nothing",
  ignore: !granted("run"),
  async fn() {
    for (const [flag, code] of [["--help", 0], ["--nonsense", 64]] as const) {
      // Copying would need more rights than these.
      const args = ["run", "--no-prompt", join(ROOT, "tools/notebook_lab.ts"), flag];
      const done = await new Deno.Command("deno", { args, cwd: ROOT }).output();
      const text = new TextDecoder().decode(code === 0 ? done.stdout : done.stderr);
      assertEquals(done.code, code, text);
      assert(text.includes("deno task notebooks"), text);
    }
  },
});
