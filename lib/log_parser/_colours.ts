// deno-lint-ignore no-control-regex -- terminals are told so.
const COLOUR = /\x1b\[[0-9;]*[A-Za-z]/g;

/** Returns a text without what tells a terminal its colours. */
export function withoutColours(text: string): string {
  return text.includes("\x1b") ? text.replace(COLOUR, "") : text;
}
