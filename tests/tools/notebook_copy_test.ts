import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { copyNotebooks, workingCopy } from "../../tools/notebook_copy.ts";
import { granted } from "../_granted.ts";
import { notebookText } from "./_notebook.ts";

Deno.test("workingCopy() empties predictions, clears outputs and finds the library one folder further up", () => {
  const source = 'const guess = {\n  "a: b": "x, y", // ← your guess\n  done: true,\n  n: 1_000 };';
  const copy = cellsOf(workingCopy(notebookText([
    { id: "setup", source: 'import { a } from "../lib/a.ts";' },
    { id: "run-predict", source },
    { id: "text", type: "markdown", source: "[bridge](../phases/README.md)" },
  ])));
  assertEquals(copy.map((cell) => cell.source), [
    'import { a } from "../../lib/a.ts";',
    'const guess = {\n  "a: b": undefined, // ← your guess\n  done: undefined,\n  n: undefined };',
    "[bridge](../../phases/README.md)",
  ]);
});

Deno.test({
  name: "copyNotebooks() leaves no answer to a prediction, and never touches a learner's copy",
  ignore: !granted("read", "write"),
  async fn() {
    const work = await Deno.makeTempDir();
    try {
      const names = await copyNotebooks("notebooks", work);
      assert(names.includes("00_foundations.ipynb"));
      for (const name of names) {
        const cells = cellsOf(await Deno.readTextFile(join(work, name)));
        assertEquals(cells.flatMap(({ outputs }) => outputs), []);
        const predictions = cells.filter(({ id }) => id.endsWith("-predict"));
        assert(predictions.length >= 4, name);
        for (const { source } of predictions) {
          const values = Object.values(new Function(`${source}\nreturn ${source.split(" ")[1]}`)());
          assertEquals(values, values.map(() => undefined), source);
        }
        // Whatever is compared with what happened comes from such a cell.
        const guesses = cells.flatMap(({ source }) => source.match(/(?<=compare\()\w+/g) ?? []);
        assertEquals(
          guesses.filter((guess) =>
            !predictions.some(({ source }) => source.includes(`const ${guess} =`))
          ),
          [],
        );
      }
      await Deno.writeTextFile(join(work, "01_apis.ipynb"), "mine");
      assertEquals(await copyNotebooks("notebooks", work), []);
      assertEquals(await Deno.readTextFile(join(work, "01_apis.ipynb")), "mine");
    } finally {
      await Deno.remove(work, { recursive: true });
    }
  },
});

interface Cell {
  readonly id: string;
  readonly source: string;
  readonly outputs: readonly unknown[];
}

function cellsOf(text: string): Cell[] {
  const { cells } = JSON.parse(text) as { cells: (Omit<Cell, "source"> & { source: string[] })[] };
  return cells.map((cell) => ({
    ...cell,
    outputs: cell.outputs ?? [],
    source: cell.source.join(""),
  }));
}
