/** Blocks of Markdown as the notebooks use them; HTML in it is theirs and stays. */
export function markdownHtml(text: string): string {
  const lines = text.replaceAll("\r", "").split("\n");
  const html: string[] = [];
  while (lines.length > 0) html.push(nextBlock(lines));
  return html.filter((block) => block !== "").join("\n");
}

/** Escapes a text for HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** Takes the lines of the next block away, and returns its HTML. */
function nextBlock(lines: string[]): string {
  const first = lines.shift() ?? "";
  if (first.trim() === "") return "";
  const heading = /^(#{1,4}) (.*)$/.exec(first);
  if (heading !== null) {
    const [, marks = "", title = ""] = heading;
    return `<h${marks.length}>${inline(title)}</h${marks.length}>`;
  }
  if (/^```/.test(first)) {
    const code = takeWhile(lines, (line) => !/^```/.test(line));
    lines.shift();
    return `<pre><code>${escapeHtml(code.join("\n"))}</code></pre>`;
  }
  // Markdown goes on after a blank line inside <details>; the tags themselves are lines of their own.
  if (/^<\/?(details|summary)/.test(first)) return first;
  if (first.startsWith("|")) {
    return tableHtml([first, ...takeWhile(lines, (line) => line.startsWith("|"))]);
  }
  const item = /^(?:[-*]|\d+\.) /;
  if (item.test(first)) {
    const more = takeWhile(lines, (line) => item.test(line) || /^\s+\S/.test(line));
    return listHtml([first, ...more], item);
  }
  const isText = (line: string) => line.trim() !== "" && !/^(#|```|\||<\/?details)/.test(line);
  return `<p>${inline([first, ...takeWhile(lines, isText)].join("\n"))}</p>`;
}

function takeWhile(lines: string[], isWanted: (line: string) => boolean): string[] {
  const end = lines.findIndex((line) => !isWanted(line));
  return lines.splice(0, end < 0 ? lines.length : end);
}

function listHtml(lines: readonly string[], item: RegExp): string {
  const tag = /^\d/.test(lines[0] ?? "") ? "ol" : "ul";
  const items: string[] = [];
  for (const line of lines) {
    if (item.test(line)) items.push(line.replace(item, ""));
    else items.push(`${items.pop()}\n${line.trim()}`);
  }
  const box = (text: string) => text.replace(/^\[[ x]\] /, '<input type="checkbox"> ');
  return `<${tag}>${items.map((text) => `<li>${box(inline(text))}</li>`).join("")}</${tag}>`;
}

function tableHtml(rows: readonly string[]): string {
  const cells = (row: string) =>
    row.replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((one) => one.trim());
  const [head = "", , ...body] = rows;
  const tr = (row: string, tag: string) =>
    `<tr>${
      cells(row).map((cell) => `<${tag}>${inline(cell.replaceAll("\\|", "|"))}</${tag}>`).join("")
    }</tr>`;
  const thead = cells(head).every((cell) => cell === "") ? "" : tr(head, "th");
  return `<table>${thead}${body.map((row) => tr(row, "td")).join("")}</table>`;
}

/** Code is taken out first: what is in it is no Markdown. */
function inline(text: string): string {
  const codes: string[] = [];
  const kept = text.replaceAll(/`([^`]+)`/g, (_, code: string) => {
    codes.push(`<code>${escapeHtml(code)}</code>`);
    return `\uE000${codes.length - 1}\uE000`;
  });
  return kept
    .replaceAll(/&(?!\w+;)/g, "&amp;").replaceAll(/<(?!\/?(b|code|i|em|sub|sup|br)>)/g, "&lt;")
    .replaceAll(
      /\[([^\]]+)\]\(([^)\s]+)\)/g,
      (_, words: string, target: string) => link(words, target),
    )
    .replaceAll(/\*\*([^*]+)\*\*/g, "<b>$1</b>")
    .replaceAll(/(^|[\s(])_([^_]+)_(?=[\s).,;:?!]|$)/g, "$1<em>$2</em>")
    .replaceAll(/\uE000(\d+)\uE000/g, (_, n: string) => codes[Number(n)] ?? "");
}

/** A page that is read elsewhere has no project around it: only addresses are links. */
function link(words: string, target: string): string {
  return /^https?:/.test(target) ? `<a href="${escapeHtml(target)}">${words}</a>` : words;
}
