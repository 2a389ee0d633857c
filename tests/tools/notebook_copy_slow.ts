import { assertEquals } from "@std/assert";
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
