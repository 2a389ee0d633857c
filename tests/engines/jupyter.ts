import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { storedForm } from "../../tools/notebook_run.ts";
import { notebookDifference } from "../../tools/notebook_difference.ts";
import { ROOT } from "../cli/_run_headwaters.ts";
import { findEngine } from "./_engines.ts";

const { program = "", missing } = await findEngine("jupyter");

/** Runs a notebook in Jupyter, with the project's own kernel, as a copy in the notebook's folder would run. */
async function runInJupyter(path: string, work: string): Promise<string> {
  const child = new Deno.Command(program, {
    args: [join(import.meta.dirname ?? "", "_jupyter.py"), path, join(ROOT, "notebooks")],
    env: { JUPYTER_PATH: join(ROOT, "notebooks/jupyter"), HEADWATERS_WORK: work },
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim().slice(-2000));
  return new TextDecoder().decode(stdout);
}

Deno.test({
  name: "Jupyter runs every notebook, and loses no output that is stored with it",
  ignore: missing !== undefined,
  async fn(t) {
    const names = [...Deno.readDirSync(join(ROOT, "notebooks"))].map(({ name }) => name)
      .filter((name) => name.endsWith(".ipynb")).sort();
    assertEquals(names.length, 7);
    for (const name of names) {
      await t.step(name, async () => {
        const path = join(ROOT, "notebooks", name);
        const work = await Deno.makeTempDir({ prefix: "headwaters-work-" });
        try {
          const fresh = await storedForm(await runInJupyter(path, work), { root: ROOT, work });
          assertEquals(notebookDifference(await Deno.readTextFile(path), fresh), undefined);
        } finally {
          await Deno.remove(work, { recursive: true });
        }
      });
    }
  },
});
