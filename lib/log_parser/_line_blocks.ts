import { markupEnd } from "./_markup_events.ts";

/** What a block of lines is, once it is whole. */
type Kind = "json" | "journal" | "markup";

const FIELD = /^[A-Z_][A-Z0-9_]*=/;
const STRINGS = /"(?:[^"\\]|\\.)*"/g;

/**
 * Recognizes what is written over several lines although it is one: an object of JSON as `jq .` prints it, whose first
 * line is `{`, an entry of `journalctl -o export`, which a blank line ends, and an event in XML or of CMTrace.
 */
export class LineBlock {
  readonly #kind: Kind;
  /** What ends markup. */
  readonly #end: string;
  #depth = 1;

  private constructor(kind: Kind, end = "") {
    this.#kind = kind;
    this.#end = end;
  }

  /** Returns a block that begins with a line; `undefined`: none does. */
  static at(text: string): LineBlock | undefined {
    const first = text.charCodeAt(0);
    if (first === 123 && text.trimEnd() === "{") return new LineBlock("json");
    const end = first === 60 || first === 32 ? markupEnd(text) : undefined;
    if (end !== undefined && !text.includes(end)) return new LineBlock("markup", end);
    return first === 95 && text.startsWith("__CURSOR=") ? new LineBlock("journal") : undefined;
  }

  /** Says whether the next line belongs to the block, ends it as its last one, or stands after it; `none`: it was no block. */
  next(text: string): "more" | "last" | "after" | "none" {
    if (this.#kind === "markup") {
      // Where the next one begins, this one was cut.
      if (markupEnd(text) === this.#end) return "none";
      return text.includes(this.#end) ? "last" : "more";
    }
    if (this.#kind === "journal") {
      if (FIELD.test(text)) return text.startsWith("__CURSOR=") ? "after" : "more";
      return text.trim() === "" ? "after" : "none";
    }
    // Only what is indented or closes something stands in an object over several lines; no string goes over them.
    if (!/^[\s}\]]/.test(text)) return "none";
    for (const sign of text.replace(STRINGS, "")) {
      if (sign === "{" || sign === "[") this.#depth++;
      else if (sign === "}" || sign === "]") this.#depth--;
    }
    return this.#depth > 0 ? "more" : this.#depth === 0 ? "last" : "none";
  }

  /** Whether it may end where the file does. */
  get mayEnd(): boolean {
    return this.#kind === "journal";
  }

  /** Whether the lines of a block that has ended are one text indeed. */
  isOne(text: string): boolean {
    if (this.#kind !== "json") return true;
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false; // Each line counts for itself.
    }
  }
}
