import { escapeLine, escapeMarkup, formatCount } from "../../terminal/mod.ts";
import { PAGE_HEAD } from "./_page_mark.ts";
import { STYLE } from "./_report_style.ts";

/** Markup that {@linkcode markup} made, and only that: nothing else gets into a page unescaped. */
class Markup {
  readonly text: string;

  /** @param text What the page gets. */
  constructor(text: string) {
    this.text = text;
  }
}

export type { Markup };

/** What may be put between markup: all but markup is text, and escaped. */
export type Part = Markup | string | number | null | readonly Part[];

/**
 * Makes markup of a template. Each value in it is a text, whatever it holds; one in an attribute needs double quotes
 * around it. Control characters, and those that turn the direction of a text, are written out.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
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
  /** Whether the column is left out if no row has anything, or all have 0. @default false */
  readonly optional?: boolean;
  /** Whether its texts are amounts, which end at one line as numbers do. @default false */
  readonly isAmount?: boolean;
}

/** A table; on a phone each row is a card. Without rows there is none. */
export function dataTable<Row>(
  rows: readonly Row[],
  all: readonly DataColumn<Row>[],
): Markup | null {
  if (rows.length === 0) return null;
  const columns = all.filter(({ optional, cell }) =>
    optional !== true || rows.some((row) => !isNothing(cell(row)))
  );
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const classes = columns.map(({ isAmount }, i) =>
    isAmount || cells.some((row) => typeof row[i] === "number") ? "number" : ""
  );
  const heads = columns.map(({ title }, i) =>
    markup`<th class="${classes[i] ?? ""}">${title}</th>`
  );
  const body = cells.map((row) =>
    markup`<tr>${
      row.map((part, i) => {
        const nothing = isNothing(part) ? " nothing" : "";
        return markup`<td class="${classes[i] ?? ""}${nothing}" data-title="${
          columns[i]?.title ?? ""
        }">${part}</td>`;
      })
    }</tr>`
  );
  return markup`<div class="wide"><table><thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function isNothing(part: Part): boolean {
  return part === null || part === 0 || part === "";
}

/** A part of a page with its heading; there is none if nothing is in it. */
export function section(title: string, parts: readonly Part[]): Markup | null {
  if (parts.every((part) => part === null)) return null;
  return markup`<section><h2>${title}</h2>${parts}</section>`;
}

/** A status or outcome, with its colour; the word alone says it as well. */
export function badge(word: string): Markup {
  const known = ["complete", "partial", "suspended", "failed"].find((one) => word === one);
  return markup`<span class="badge ${known ?? "other"}">${word}</span>`;
}

/** What a page is. */
export interface PageOptions {
  readonly title: string;
  /** What it was made from, and when. */
  readonly about: string;
}

/** A whole page: it loads nothing, and may run nothing. */
export function page(body: readonly Part[], { title, about }: PageOptions): string {
  const head = markup`<title>${title}</title>`.text;
  const content = markup`<h1>${title}</h1><p class="about">${about}</p>${body}`.text;
  return `${PAGE_HEAD}<meta name="viewport" content="width=device-width, initial-scale=1">
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
