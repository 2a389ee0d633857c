/** Renders a Markdown table; every cell is one line. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => " --- ").join("|")}|`, ...rows.map(line), ""].join("\n");
}

/** Sets a text as code. */
export function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

function cell(text: string): string {
  // A bar would end the cell even inside code, and `<` would begin a tag outside of it.
  return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ").split(/(`[^`]*`)/)
    .map((part) => part.startsWith("`") ? part : part.replaceAll("<", "&lt;")).join("");
}
