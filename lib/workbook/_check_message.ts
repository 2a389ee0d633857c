import type { Verdict } from "./verdict.ts";

/** Messages of a check to the process that started it, one line of its standard output each. */
export type CheckMessage =
  | { readonly kind: "missing"; readonly names: readonly string[] }
  | { readonly kind: "unloadable"; readonly error: string }
  | { readonly kind: "begin"; readonly name: string }
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  /** A promise of the learner's code failed and nobody awaited it. */
  | { readonly kind: "stray"; readonly error: string }
  | { readonly kind: "end" };

/** Sets the messages off from what the learner's code prints. */
const MARK = "\x1e";

/** Writes a message as a line; it begins a new one, whatever was printed before. */
export function encodeMessage(message: CheckMessage): string {
  return `\n${MARK}${JSON.stringify(message)}\n`;
}

/** Reads a line: a message, or `undefined` for what the learner's code printed. */
export function decodeMessage(line: string): CheckMessage | undefined {
  if (!line.startsWith(MARK)) return undefined;
  return JSON.parse(line.slice(MARK.length)) as CheckMessage;
}
