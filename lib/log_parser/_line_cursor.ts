/** A place in a line, moved by sticky expressions. */
export class Cursor {
  at: number;
  /** How many brackets of the header were read; after the level they count from a number of their own. */
  place = 0;
  readonly line: string;

  constructor(line: string, at: number) {
    this.line = line;
    this.at = at;
  }

  peek(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.line) ?? undefined;
  }

  skip(pattern: RegExp): void {
    this.at += this.peek(pattern)?.[0].length ?? 0;
  }

  /** Moves over a match and returns the group that took part. */
  take(pattern: RegExp): string | undefined {
    const match = this.peek(pattern);
    if (match === undefined) return undefined;
    this.at += match[0].length;
    return match[1] ?? match[2];
  }

  /** Moves over `[...]`, with brackets inside, and returns what it holds. */
  takeBrackets(): string | undefined {
    // A quoted text in brackets is the message.
    if (this.line.charCodeAt(this.at) !== 91 || this.line[this.at + 1] === '"') return undefined;
    let depth = 0;
    for (let i = this.at; i < this.line.length; i++) {
      const c = this.line.charCodeAt(i);
      if (c === 91) depth++;
      if (c !== 93 || --depth > 0) continue;
      const text = this.line.slice(this.at + 1, i);
      this.at = i + 1;
      return text;
    }
    return undefined;
  }
}
