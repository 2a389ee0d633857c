import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { notebookDifference } from "../../tools/notebook_difference.ts";
import { describeFailure, freshNotebook } from "../../tools/notebook_run.ts";
import { granted } from "../_granted.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");
const AT_ONCE = 2;
const ignore = !granted("read", "write", "net", "run");

Deno.test({
  name: "every notebook runs to its end, and its stored outputs are fresh",
  ignore,
  async fn() {
    const waiting = notebooks();
    const problems: string[] = [];
    const work = async () => {
      for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
        const problem = await staleness(path);
        if (problem !== undefined) problems.push(problem);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    assertEquals(problems, []);
  },
});

async function staleness(path: string): Promise<string | undefined> {
  const { text, failure } = await freshNotebook(path, { root: ROOT });
  if (failure !== undefined) return describeFailure(path, failure);
  const difference = notebookDifference(await Deno.readTextFile(path), text);
  return difference && `${path}: ${difference}; run tools/notebook_run.ts --write ${path}`;
}

function notebooks(): string[] {
  return [...Deno.readDirSync("notebooks")].map((entry) => `notebooks/${entry.name}`)
    .filter((path) => path.endsWith(".ipynb")).sort();
}
