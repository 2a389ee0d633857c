import { levelOf } from "./_level_column.ts";

/** What stands in one place of every line. */
export type Column = "level" | "number" | "brackets" | "dash" | "name" | "word";

/** What may separate columns, if white space does not. */
export type Delimiter = "|" | ";" | "\t" | undefined;

/** More columns no header has. */
export const MOST_COLUMNS = 12;
const TOKEN =
  /(?:\[[^\]]*\]:?|\([^()]*\):?|<<[^<>]*>>|<[^<>]*>:?|"[^"]*")(?=[\s,;[(<]|$)|\S+(?: \*\d+)?/y;
/** A name with dots, colons or slashes in it. */
export const DOTTED = /^[A-Za-z_][\w$]*(?:(?:\.|::|\/)[\w$]+)+:?$/;
const NAME = /^[A-Za-z_$][\w.$/@#<>:()-]*:$/;
/** A longer token is no name; looking for one in it would take a time that grows with its square. */
export const MOST_NAME = 256;
/** A single letter, with signs around it. */
export const LETTER = /^\W*[A-Za-z]\W*$/;
/** `file.c:12`, `Class.cpp(12)`, `program[12]`. */
const PLACE = /^\S*[A-Za-z_]\S*[:([]\d+[\])]?:?$/;

/** A piece of a line's rest. */
export interface Token {
  readonly text: string;
  readonly start: number;
  /** Index after it. */
  readonly end: number;
}

/** Takes the pieces of a line's rest. */
export function tokensOf(rest: string, delimiter: Delimiter): Token[] {
  const tokens: Token[] = [];
  if (delimiter !== undefined) {
    let at = rest.indexOf(delimiter) + 1;
    for (
      let end = rest.indexOf(delimiter, at);
      end >= 0 && tokens.length < MOST_COLUMNS;
      end = rest.indexOf(delimiter, at)
    ) {
      tokens.push({ text: rest.slice(at, end).trim(), start: at, end: end + 1 });
      at = end + 1;
    }
    return tokens;
  }
  let at = 0;
  while (tokens.length < MOST_COLUMNS) {
    while (/[\s,;]/.test(rest[at] ?? "")) at++;
    TOKEN.lastIndex = at;
    const text = TOKEN.exec(rest)?.[0];
    if (text === undefined) break;
    tokens.push({ text, start: at, end: at + text.length });
    at += text.length;
  }
  return tokens;
}

/** Whether a token is what a column of a kind has. */
export function isKind(kind: Column, token: string): boolean {
  if (kind === "number") return /^(?:\d{1,12}|0x[0-9a-f]+|[0-9a-f]{8,16})$/.test(token);
  if (kind === "dash") return /^(?:-{1,3}|={1,4}|:|\||=>|->)$/.test(token);
  // A quoted text in brackets is the message.
  if (kind === "brackets") return /^[[(<](?!").*[\])>]:?$/.test(token);
  if (kind === "name") {
    if (token.length > MOST_NAME) return false;
    return NAME.test(token) || DOTTED.test(token) || PLACE.test(token);
  }
  return kind === "word" || levelOf(token) !== undefined;
}
