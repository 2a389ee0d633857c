import { escapeLine, escapeMarkup, formatCount } from "../../terminal/mod.ts";

/** Markup that {@linkcode html} made, and only that: nothing else gets into a page unescaped. */
class Markup {
  /** @param text What the page gets. */
  constructor(readonly text: string) {}
}

/** Markup of a page. */
export type Html = Markup;

/** What may be put between markup: all but markup is text, and escaped. */
export type Part = Html | string | number | null | readonly Part[];

/**
 * Makes markup of a template. Each value in it is a text, whatever it holds; one in an attribute needs double quotes
 * around it. Control characters, and those that turn the direction of a text, are written out.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Markup(strings.map((text, i) => text + textOf(parts[i] ?? null)).join(""));
}

function textOf(part: Part): string {
  if (part === null) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "number") return formatCount(part);
  if (typeof part === "string") return escapeMarkup(escapeLine(part));
  return part.map(textOf).join("");
}

/** A column of {@linkcode dataTable}. */
export interface DataColumn<Row> {
  readonly title: string;
  /** What its cells show; nothing, or 0, is left out on a phone. */
  readonly cell: (row: Row) => Part;
}

/** A table; on a phone each row is a card. Without rows there is none. */
export function dataTable<Row>(
  rows: readonly Row[],
  columns: readonly DataColumn<Row>[],
): Html | null {
  if (rows.length === 0) return null;
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const classes = columns.map((_, i) =>
    cells.every((row) => row[i] === null || typeof row[i] === "number") ? "number" : ""
  );
  return html`
    <table>
      <thead>
        <tr>${columns.map(({ title }, i) =>
          html`<th class="${classes[i] ?? ""}">${title}</th>`
        )}</tr>
      </thead>
      <tbody>${cells.map((row) =>
        html`<tr>${
          row.map((part, i) => {
            const isNothing = part === null || part === 0 || part === "";
            return html`<td class="${classes[i] ?? ""}${isNothing ? " nothing" : ""}" data-title="${
              columns[i]?.title ?? ""
            }">${part}</td>`;
          })
        }</tr>`
      )}</tbody>
    </table>
  `;
}

/** A status or outcome, with its colour; the word alone says it as well. */
export function badge(word: string): Html {
  const known = ["complete", "partial", "suspended", "failed"].find((one) => word === one);
  return html`<span class="badge ${known ?? "other"}">${word}</span>`;
}

/** What a page is. */
export interface PageOptions {
  readonly title: string;
  /** What it was made from, and when. */
  readonly about: string;
}

/** A whole page: it loads nothing, and may run nothing. */
export function page(body: readonly Part[], { title, about }: PageOptions): string {
  const head = html`<title>${title}</title>`.text;
  const content = html`<h1>${title}</h1><p class="about">${about}</p>${body}`.text;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
${head}
<style>${STYLE}</style>
</head>
<body>
${content}
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --back: #fff; --card: #f5f6f8; --line: #d8dce2; --text: #1b1f24; --dim: #5c6570;
  --good: #1a7f37; --odd: #9a6700; --bad: #cf222e; --link: #0a5fc0; }
@media (prefers-color-scheme: dark) { :root { --back: #101418; --card: #1a2027; --line: #303943; --text: #e4e8ec;
  --dim: #98a2ad; --good: #4ac26b; --odd: #d4a72c; --bad: #ff7b72; --link: #6cb2ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 78rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
a { color: var(--link); }
.about, .note { color: var(--dim); overflow-wrap: anywhere; }
.grid { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); margin: 1rem 0; }
.grid.wide { grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
.card, details { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem;
  min-width: 0; }
.card b { display: block; font-size: 1.2rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.card span { color: var(--dim); }
.card .badge { font-size: 1.2rem; }
details { margin: .4rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary span { margin-right: .75rem; }
svg { display: block; width: 100%; height: 5rem; margin-top: .4rem; border-bottom: 1px solid var(--line); }
rect { fill: var(--dim); }
rect.complete { fill: var(--good); } rect.partial, rect.suspended { fill: var(--odd); } rect.failed { fill: var(--bad); }
.badge { font-weight: 600; color: var(--dim) !important; }
.badge.complete { color: var(--good) !important; } .badge.failed { color: var(--bad) !important; }
.badge.partial, .badge.suspended { color: var(--odd) !important; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; color: var(--dim); font-weight: 500; white-space: nowrap; }
th, td { padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.nothing { color: var(--dim); }
ul { padding-left: 1.2rem; overflow-wrap: anywhere; }
@media (max-width: 45rem) {
  body { padding: .75rem; }
  .card { padding: .5rem; }
  thead { display: none; }
  table, tbody { display: block; }
  tr { display: block; border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .6rem; margin: .5rem 0; }
  td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .1rem 0; text-align: right; }
  td::before { content: attr(data-title); color: var(--dim); text-align: left; flex: none; }
  td.nothing { display: none; }
}
`;
