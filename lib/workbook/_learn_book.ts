import { join, relative } from "node:path";
import type { LearnContext } from "./_learn_context.ts";
import { renderBook } from "./render_book.ts";

/** Writes the notebooks as one HTML page into the work folder. */
export function writeBook({ root, work, write }: LearnContext): number {
  const folder = join(root, "notebooks");
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(".ipynb")).sort();
  const chapters = names.map((name) => ({
    name: name.slice(0, -".ipynb".length),
    text: Deno.readTextFileSync(join(folder, name)),
  }));
  Deno.mkdirSync(work, { recursive: true });
  const path = join(work, "book.html");
  Deno.writeTextFileSync(path, renderBook(chapters));
  return write(
    `${relative(root, path)}: ${names.length} notebooks in one page; open it in a browser\n`,
  );
}
