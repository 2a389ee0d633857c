import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { checkNotebook } from "../../tools/notebook_check.ts";
import { notebookDifference } from "../../tools/notebook_difference.ts";
import { describeFailure, freshNotebook } from "../../tools/notebook_run.ts";
import { granted } from "../_granted.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");
const ignore = !granted("read", "write", "net", "run");

Deno.test({
  name: "every notebook passes the type and lint check",
  ignore,
  async fn() {
    const problems = await Promise.all(notebooks().map((path) => checkNotebook(path)));
    assertEquals(problems.flat(), []);
  },
});

for (const path of ignore ? [] : notebooks()) {
  Deno.test({
    name: `${path} runs to its end, and its stored outputs are fresh`,
    async fn() {
      const { text, failure } = await freshNotebook(path, { root: ROOT });
      assert(failure === undefined, failure && describeFailure(path, failure));
      const difference = notebookDifference(await Deno.readTextFile(path), text);
      assertEquals(difference, undefined, `${path}: run tools/notebook_run.ts --write`);
    },
  });
}

function notebooks(): string[] {
  return [...Deno.readDirSync("notebooks")].map((entry) => `notebooks/${entry.name}`)
    .filter((path) => path.endsWith(".ipynb")).sort();
}
