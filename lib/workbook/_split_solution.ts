/** Splits a solution into the comment at its head, as plain text, and its code. */
export function splitSolution(text: string): {
  readonly reasoning: string;
  readonly code: string;
} {
  const comment = /^\/\*\*([\s\S]*?)\*\/\n+/.exec(text);
  if (comment === null) return { reasoning: "", code: text };
  const lines = (comment[1] ?? "").split("\n").map((line) =>
    line.replace(/^\s*\* ?/, "").trimEnd()
  );
  const paragraphs = lines.join("\n").replace(/\n*@module\s*$/, "").trim().split(/\n{2,}/);
  const reasoning = paragraphs.map((paragraph) => paragraph.replaceAll(/\n(?!- )/g, " "));
  return { reasoning: reasoning.join("\n\n"), code: text.slice(comment[0].length) };
}
