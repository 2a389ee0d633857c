import { BOOK_STYLE } from "./_book_style.ts";
import { escapeHtml, markdownHtml } from "./_markdown.ts";

/** A cell as it is in a notebook's file. */
interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly outputs?: readonly CellOutput[];
}

interface CellOutput {
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, string | readonly string[]>>;
  readonly ename?: string;
  readonly evalue?: string;
}

/** One notebook of the book. */
export interface BookChapter {
  /** Its name, without `.ipynb`. */
  readonly name: string;
  /** Its file's text. */
  readonly text: string;
}

/**
 * Renders notebooks as one HTML page that needs nothing else: no script, no font, no address.
 *
 * What the notebooks contain is ours and is trusted: their HTML outputs are taken as they are.
 */
export function renderBook(chapters: readonly BookChapter[]): string {
  const parts = chapters.map(({ name, text }) => ({ name, cells: cellsOf(text) }));
  const contents = parts.map(({ name, cells }) =>
    `<li><a href="#${name}">${escapeHtml(titleOf(cells) ?? name)}</a></li>`
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Headwaters: the workbook</title><style>${BOOK_STYLE}</style></head><body>
<p><b>Headwaters</b>, the workbook: the part of data engineering before Spark.</p>
<ol start="0">${contents.join("")}</ol>
${
    parts.map(({ name, cells }) =>
      `<section id="${name}">\n${cells.map(cellHtml).join("\n")}\n</section>`
    ).join("\n")
  }
</body></html>
`;
}

function cellsOf(text: string): readonly Cell[] {
  return (JSON.parse(text) as { readonly cells: readonly Cell[] }).cells;
}

function titleOf(cells: readonly Cell[]): string | undefined {
  return /^# (?:\d · )?(.*)$/m.exec(textOf(cells[0]?.source ?? ""))?.[1];
}

function cellHtml({ cell_type, source, outputs = [] }: Cell): string {
  const text = textOf(source);
  if (cell_type === "markdown") return markdownHtml(text);
  return `<pre><code>${escapeHtml(text)}</code></pre>\n${outputs.map(outputHtml).join("\n")}`;
}

function outputHtml({ text, data = {}, ename, evalue = "" }: CellOutput): string {
  const rich = data["text/html"] ?? data["image/svg+xml"];
  const plain = text ?? data["text/plain"] ?? (ename === undefined ? "" : `${ename}: ${evalue}`);
  const html = rich === undefined ? `<pre>${escapeHtml(textOf(plain))}</pre>` : textOf(rich);
  return `<div class="out">${html}</div>`;
}

function textOf(source: string | readonly string[]): string {
  return typeof source === "string" ? source : source.join("");
}
