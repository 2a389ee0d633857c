/** Where something is in a text. */
interface Place {
  /** 1-based. */
  readonly line: number;
  /** In UTF-16 units, 1-based. */
  readonly column: number;
}

interface Opened extends Place {
  readonly close: string;
}

const CLOSED_BY: Readonly<Record<string, string>> = { "[": "]", "{": "}", '"': '"', "'": "'" };

/** Returns where the innermost bracket or quote of a YAML text is that is not closed in it, if there is one. */
export function lastOpened(text: string): Place | undefined {
  const open: Opened[] = [];
  /** Spaces before the key of a block of text, in which nothing opens. */
  let block: number | undefined;
  for (const [at, line] of text.split("\n").entries()) {
    const spaces = line.search(/\S|$/);
    if (block !== undefined && (spaces > block || line.trim() === "")) continue;
    const begins = open.length === 0 && /(^|[\s:-])[|>][-+\d]*\s*(#.*)?$/.test(line);
    block = begins ? spaces : undefined;
    readLine(line, at + 1, open);
  }
  const last = open.at(-1);
  return last && { line: last.line, column: last.column };
}

/** Adds to what is open what a line opens, and takes away what it closes. */
function readLine(text: string, line: number, open: Opened[]): void {
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? "";
    const awaited = open.at(-1)?.close;
    if (awaited === '"' || awaited === "'") {
      const isEscape = awaited === '"' ? letter === "\\" : text.slice(at, at + 2) === "''";
      if (isEscape) at++;
      else if (letter === awaited) open.pop();
      continue;
    }
    const before = text.slice(0, at);
    if (letter === "#" && !/\S$/.test(before)) return;
    const close = CLOSED_BY[letter];
    // Elsewhere it is a letter of a plain word.
    const isBegin = /(^|[[{,]|[:?-]\s)\s*$/.test(before);
    if (close !== undefined && isBegin) open.push({ close, line, column: at + 1 });
    else if (letter === awaited) open.pop();
  }
}
