/** A terminal that understands what Progress writes: text, cursor up, clear line end, clear below, cursor on and off. */
export class Screen {
  readonly lines: string[] = [""];
  readonly writes: string[] = [];
  cursor = true;
  #row = 0;

  readonly write = (text: string): void => {
    this.writes.push(text);
    // deno-lint-ignore no-control-regex
    for (const part of text.match(/\x1b\[[?\d;]*[a-zA-Z]|[\n\r]|[^\x1b\n\r]+/g) ?? []) {
      this.#take(part);
    }
  };

  /** What a person sees, without the empty line at the end. */
  get text(): string {
    return this.lines.join("\n").replace(/\n+$/, "");
  }

  #take(part: string): void {
    if (part === "\n") {
      this.#row++;
      this.lines[this.#row] ??= "";
    } else if (part === "\x1b[J") this.lines.splice(this.#row, Infinity, "");
    else if (part === "\x1b[?25l" || part === "\x1b[?25h") this.cursor = part.endsWith("h");
    else if (part.endsWith("A") && part.startsWith("\x1b[")) this.#row -= Number(part.slice(2, -1));
    else if (part !== "\r" && part !== "\x1b[K") this.lines[this.#row] = part;
  }
}
