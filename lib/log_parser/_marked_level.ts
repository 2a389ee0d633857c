import { NO_COLUMNS, setColumns } from "./_app_columns.ts";
import { type Column, type Delimiter, isKind, type Token, tokensOf } from "./_app_tokens.ts";
import { setAppFields } from "./_app_fields.ts";
import { namedLevelOf } from "./_level_column.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";
import { letterSeverity, severityNumber } from "./severity_number.ts";
import { isLogger, isThread } from "./_value_roles.ts";

/** A level is looked for within so many tokens. */
const MOST_TOKENS = 8;
const MOST_TOKEN = 64;
/** A line without any of these has no level. */
const MAY_HAVE =
  /trac|debug|dbug|info|notic|warn|error|err[\]>]|crit|fatal|severe|alert|emerg|\bLOG\b|\b(?:inf|wrn|err|dbg|ftl)\b|\[[A-Z]\]|^[A-Z]!? | [A-Z]> /i;
/** In brackets, or in parentheses with a colon. */
const SIGNED =
  /^(?:\[ *([A-Za-z]{3,13}) *\]|<([A-Za-z]{3,13})>|\*([A-Z]{3,8})\*|\(([A-Za-z]{3,13})\)(?=:)):?$/;
const LETTER = /^\[([DIWEFCN])\]:?$/;
const WITH_COLON = /^([A-Za-z]{3,13})(?::|\|)$/;
const BARE = /^[A-Za-z]{3,13}$/;
/** Words of other meaning, which alone are no level. */
const ALSO_WORD = /^(?:FAIL|SUCCESS|NOTE|SYSTEM|LOG|CONFIG|FINE|ASSERT|TRACE|ALERT|PANIC)$/;
const SEPARATOR = /^(?:-{1,3}|={1,4}|:|\||=>|->)$/;
const CAPITALS = /^[A-Z][A-Z0-9_]+$/;
/** An exception's name, after which "Error:" is a part of its text. */
const EXCEPTION = /(?:Error|Exception|Failure|Uncaught|Unhandled|by):$/;
const NUMBER_IN_IT = /^[^"'\s]*\d[^"'\s]*$/;
const NAME = /^[A-Za-z_][\w$]*(?:[-./:@][\w$(){}-]*)+$/;
const PAIR = /^[A-Za-z][\w.]*=[^\s=]*$/;
/** A place in the code, as TensorFlow has it behind a letter: `W tensorflow/core/a.cc:3] `. */
const PLACE = /^[\w./-]+\.(?:cc|cpp|cu|h|py|rs):\d+\]$/;
/** Tarantool's `main/103/interactive E> `. */
const FIBER = /^\w[\w.-]*\/\d+\/\S+$/;
const ARROW = /^[CDEFIVW]>$/;
/** Puppet's `Puppet (err): `; other words before such a sign are text. */
const PUPPET = /^Puppet$/;
const CAPITALIZED = /^[A-Z][a-z]{3,10}$/;
/** Between signs that separate columns, up to the level. */
const DELIMITED = /^[^|;\t]{1,64}([|;\t])(?:[^|;\t]*\1){1,7}/;
/** So many lines show by their place alone that words are levels, behind so many others. */
const LEAST_ALIKE = 3;
const MOST_WORDS = 2;
const WORD = /^[A-Za-z_][\w-]*$/;
const PROCESS = /^\[\d{1,10}\]$/;

/**
 * Reads the level of a line in a file that is too short to show its columns: one with a sign that makes it a level, if
 * everything before it is no text either.
 *
 * @param place Index of the token that is the level in all lines, as {@linkcode levelPlace} finds it.
 */
export function readMarkedLevel(record: LogRecord, place = -1): void {
  const { body } = record;
  if (body === undefined || !MAY_HAVE.test(body.slice(0, 200))) return;
  const delimiter = DELIMITED.exec(body.slice(0, 400))?.[1] as "|" | ";" | "\t" | undefined;
  if (delimiter !== undefined && readWith(record, delimiter + body, delimiter)) return;
  readWith(record, body, undefined, place);
}

/** Index of the token of a few bodies that is a level in capitals in each, and not the same in all; -1: there is none. */
export function levelPlace(bodies: readonly string[]): number {
  if (bodies.length < LEAST_ALIKE) return -1;
  const rows = bodies.map((body) => tokensOf(body, undefined).slice(0, MOST_WORDS + 2));
  for (let at = 1; at <= MOST_WORDS; at++) {
    const words = rows.map((row) => row[at + 1] === undefined ? "" : row[at]?.text ?? "");
    const are = words.every((word) => CAPITALS.test(word) && BARE.test(word) && isLevel(word));
    if (are && !words.some((word) => ALSO_WORD.test(word)) && new Set(words).size > 1) return at;
  }
  return -1;
}

function readWith(
  record: LogRecord,
  rest: string,
  delimiter: Delimiter,
  place = -1,
): boolean {
  const isDelimited = delimiter !== undefined;
  const tokens = tokensOf(rest, delimiter).slice(0, MOST_TOKENS);
  const isAgreed = severityNumber(tokens[place]?.text ?? "") !== undefined;
  const at = isAgreed
    ? place
    : tokens.findIndex((_, i) =>
      isMarked(tokens, i, isDelimited) || !isHeader(tokens, i, isDelimited)
    );
  if (at < 0 || !isAgreed && !isMarked(tokens, at, isDelimited)) return false;
  const kinds = tokens.slice(0, at + 1).map(({ text }, i) => i === at ? "level" : kindOf(text));
  const columns = { ...NO_COLUMNS, kinds, delimiter, areLetters: true };
  const found = setColumns(record, rest, columns);
  if (found === undefined) return false;
  const { severity_number, severity_text, logger } = record;
  // One line does not show what a word between two signs is.
  if (isDelimited && logger !== undefined && !isLogger(logger)) {
    record.logger = undefined;
    setAttribute(record, "column_1", logger);
  }
  setAppFields(record, rest, found.start, severity_text);
  record.severity_number = severity_number;
  return true;
}

function kindOf(text: string): Column {
  const kinds = ["number", "dash", "brackets", "name"] as const;
  return kinds.find((kind) => isKind(kind, text)) ?? "word";
}

/** Whether a token is a level that cannot be a word of the message. */
function isMarked(tokens: readonly Token[], index: number, isDelimited: boolean): boolean {
  const text = tokens[index]?.text ?? "";
  if (text.length > MOST_TOKEN) return false;
  const before = tokens[index - 1]?.text ?? "";
  const after = tokens[index + 1]?.text ?? "";
  if (isDelimited) {
    return BARE.test(text) && isLevel(text) && !ALSO_WORD.test(text.toUpperCase());
  }
  if (
    index === 0 && (/^[DIWEF]!$/.test(text) || /^[DIWECNT]$/.test(text) && /^\[.*:/.test(after))
  ) {
    return true;
  }
  if (index === 0 && isFirstLevel(text, after, tokens[2]?.text ?? "")) return true;
  if (ARROW.test(text) && FIBER.test(before)) return true;
  if (letterSeverity(LETTER.exec(text)?.[1] ?? "") !== undefined) return true;
  const [, ...signed] = SIGNED.exec(text) ?? [];
  if (signed.some((word) => isLevel(word ?? ""))) return true;
  if (isLevel(WITH_COLON.exec(text)?.[1] ?? "")) return !EXCEPTION.test(before);
  if (text.endsWith(":") && namedLevelOf(text) !== undefined) return true;
  if (!BARE.test(text) || !isLevel(text)) return false;
  if (/(?:^|[:|-])$/.test(before) && index > 0 && SEPARATOR.test(after)) return true;
  return index > 0 && text === text.toUpperCase() && !ALSO_WORD.test(text) &&
    tokens.slice(0, index).every((token, i) =>
      isNamed(tokens, i) ||
      NUMBER_IN_IT.test(token.text) || PAIR.test(token.text) || SEPARATOR.test(token.text) ||
      index > 2 && CAPITALS.test(token.text)
    );
}

function isLevel(word: string): boolean {
  return severityNumber(word) !== undefined &&
    (word === word.toUpperCase() || word.slice(1) === word.slice(1).toLowerCase());
}

/** Whether a token is of no text: a number, a name with a sign in it, a pair, something in brackets. */
function isHeader(tokens: readonly Token[], index: number, isDelimited: boolean): boolean {
  const text = tokens[index]?.text ?? "";
  if (text.length > MOST_TOKEN) return false;
  if (isDelimited) return !/\s/.test(text);
  if (
    SEPARATOR.test(text) || PAIR.test(text) || isKind("brackets", text) || NAME.test(text) ||
    NUMBER_IN_IT.test(text) || isNamed(tokens, index)
  ) return true;
  const [before, after] = [tokens[index - 1]?.text ?? "", tokens[index + 1]?.text ?? ""];
  return SEPARATOR.test(before) && SEPARATOR.test(after) || index > 1 && CAPITALS.test(text);
}

/** Whether the first token is a letter before TensorFlow's place, or a word before `[thread] logger:`. */
function isFirstLevel(text: string, second: string, third: string): boolean {
  if (/^[DIWEF]$/.test(text)) return PLACE.test(second);
  return CAPITALIZED.test(text) && isLevel(text) && isKind("brackets", second) &&
    isThread(second.slice(1, -1)) && (isLogger(third) || isLogger(third.replace(/:$/, "")));
}

/** Whether a token can only be a thread or a logger: by its form, since a process is next to it, or as Python's root. */
function isNamed(tokens: readonly Token[], index: number): boolean {
  const text = tokens[index]?.text ?? "";
  if (isThread(text) || isLogger(text)) return true;
  if (index === 0 && PUPPET.test(text)) return SIGNED.test(tokens[1]?.text ?? "");
  if (text === "root") return index === 0 || isThread(tokens[index - 1]?.text ?? "");
  return index === 0 && WORD.test(text) && PROCESS.test(tokens[1]?.text ?? "");
}
