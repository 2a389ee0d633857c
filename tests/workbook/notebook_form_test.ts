import { assertEquals, assertMatch } from "@std/assert";
import { granted } from "../_granted.ts";

/** Sections of each notebook; between `Setup` and the steps are its own, numbered from 1. */
const BEFORE = [
  "The problem",
  "The system, from above",
  "The Python you would write, and what differs",
  "Three decisions before any code",
  "Setup",
];
const AFTER = [
  "Build it yourself: implementation steps",
  "Evaluation checklist",
  "Optional extensions",
  "Interview questions",
  "What comes next",
];
/** Columns that JupyterLab shows of a sketch before it breaks the line, in a window of 1,300 pixels. */
const MOST_COLUMNS = 88;
/** Names of the objects that hold guesses. */
const GUESS = /compare\(([A-Za-z]+),/g;

interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
}

Deno.test({
  name: "the notebooks have one form: sections, predictions, a failure that is caused and repaired",
  ignore: !granted("read"),
  async fn() {
    const names = [...Deno.readDirSync("notebooks")].map(({ name }) => name)
      .filter((name) => name.endsWith(".ipynb"));
    for (const name of names) {
      const { cells } = JSON.parse(await Deno.readTextFile(`notebooks/${name}`)) as {
        cells: Cell[];
      };
      const texts = cells.map(({ cell_type, source }) => ({ cell_type, text: source.join("") }));
      const prose = texts.filter((cell) => cell.cell_type === "markdown").map(({ text }) => text);
      const headings = [...prose.join("\n").matchAll(/^## (.+)$/gm)].map(([, title = ""]) => title);
      const own = headings.slice(BEFORE.length, -AFTER.length)
        .map((title) => /^\d+ · /.exec(title)?.[0]);
      assertEquals([...BEFORE, ...own.map((_, at) => `${at + 1} · `), ...AFTER], [
        ...headings.slice(0, BEFORE.length),
        ...own,
        ...headings.slice(-AFTER.length),
      ], name);
      assertMatch(prose.join("\n"), /^##+ .*Cause it[^]*^##+ Repair it/m, name);
      assertMatch(prose[0] ?? "", /When a cell says \*\*predict\*\*/, name);
      assertEquals(unannounced(texts), [], name);
      assertEquals(
        unmarked(texts),
        [],
        `${name}: each object of guesses is marked where it begins`,
      );
      assertEquals(texts.flatMap(hidden), [], `${name}: only a cell's last value is shown`);
      assertEquals(prose.flatMap(tooWide), [], name);
    }
  },
});

/** Lines on which guesses begin without the mark of all of them, and marks at any other place. */
function unmarked(cells: readonly { readonly cell_type: string; readonly text: string }[]) {
  const code = cells.filter(({ cell_type }) => cell_type === "code").map(({ text }) => text);
  const names = new Set(code.flatMap((text) => [...text.matchAll(GUESS)].map(([, name]) => name)));
  return code.flatMap((text) => text.split("\n")).filter((line) => {
    const begins = names.has(/^const (\w+) = \{/.exec(line)?.[1]);
    return begins !== /(?:\{|\};) \/\/ ← your guesses(?:, in ms)?$/.test(line) ||
      !begins && line.includes("your guess");
  });
}

/** Guesses that are not asked for by a "predict" in the text above them. */
function unannounced(cells: readonly { readonly cell_type: string; readonly text: string }[]) {
  const code = cells.filter(({ cell_type }) => cell_type === "code");
  const guesses = code.flatMap(({ text }) => [...text.matchAll(GUESS)].map(([, name]) => name));
  return guesses.filter((name) => {
    const at = cells.findIndex(({ cell_type, text }) =>
      cell_type === "code" && text.includes(`const ${name} = {`)
    );
    const above = cells.slice(0, at).findLast(({ cell_type }) => cell_type === "markdown");
    return !/\*\*predict/i.test(above?.text ?? "");
  });
}

/** Statements whose value is to be seen, and which are not the last of their cell. */
function hidden({ cell_type, text }: { readonly cell_type: string; readonly text: string }) {
  const statements = text.split("\n").filter((line) => /^[^\s)}\]]/.test(line));
  return cell_type === "code"
    ? statements.slice(0, -1).filter((line) => /^(?:check|compare|\w+Chart|dataTable)\(/.test(line))
    : [];
}

/** Lines of sketches that are broken on the screen. */
function tooWide(text: string): string[] {
  return [...text.matchAll(/```\w*\n([^]*?)```/g)].flatMap(([, block = ""]) => block.split("\n"))
    .filter((line) => line.length > MOST_COLUMNS);
}
