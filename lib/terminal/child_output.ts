import { escapeAsJson } from "./escape_controls.ts";

/** Collects what a command's process writes to standard output, which for `--json` is one document. */
export class ChildOutput {
  readonly #chunks: Uint8Array[] = [];

  /** Takes what was written, in any pieces. */
  readonly add = (bytes: Uint8Array): void => void this.#chunks.push(bytes);

  /**
   * Finds the document: the last value that is indented as ours are. Code of the user's own may have written around it,
   * past everything that keeps such text away: with `fs.writeSync(1, text)`, or in a worker.
   *
   * @returns The document, `undefined` if there is none or it was cut off, and all else.
   */
  split(): { readonly document: string | undefined; readonly rest: string } {
    const decoder = new TextDecoder();
    const text = this.#chunks.map((bytes) => decoder.decode(bytes, { stream: true })).join("");
    const [from, to] = boundsOf(text);
    if (to <= from) return { document: undefined, rest: text };
    return {
      document: `${text.slice(from, to)}\n`,
      rest: text.slice(0, from) + text.slice(to + 1),
    };
  }
}

/**
 * Returns what takes the output of a process that runs code of the user's own, and writes it so that it steers no
 * terminal.
 */
export function escapedTo(write: (text: string) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  return (bytes) => write(escapeAsJson(decoder.decode(bytes, { stream: true })));
}

/** Returns where the last document begins and ends; `[0, 0]` if there is none. */
function boundsOf(text: string): readonly [number, number] {
  // In a document, what is empty comes after a blank.
  const empty = /(?<! )(?:\[\]|\{\})\n$/.exec(text.slice(-4));
  if (empty !== null) return [text.length - 3, text.length - 1];
  for (let at = text.length; (at = text.lastIndexOf("\n  ", at - 1)) > 0;) {
    // What is deeper in a document is indented further.
    const close = { "{": "\n}\n", "[": "\n]\n" }[text[at - 1] ?? ""];
    if (close === undefined || text[at + 3] === " ") continue;
    const end = text.indexOf(close, at);
    return end < 0 ? [0, 0] : [at - 1, end + 2];
  }
  return [0, 0];
}
