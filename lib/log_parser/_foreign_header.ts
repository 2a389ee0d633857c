import { findClock } from "./clock_patterns.ts";
import { severityNumber } from "./severity_number.ts";

/** A bracket that may hold a time, after at most four words. */
const BRACKET = /^(?:\S+ +){0,4}\[(?=[\dA-Z])/;
const WORD = /^\S+ +/;
const LEVEL = /^[\s:,;|[(<-]*([A-Za-z]{3,13})(?![\w.])/;

/**
 * Says whether a line that no parser knows begins as a log's line does all the same: with a time in brackets, or with a
 * word, a time and a level. It is no part of the event above it, and must not vanish in its text.
 */
export function isForeignHeader(line: string): boolean {
  if (line.charCodeAt(0) <= 32) return false;
  const bracket = BRACKET.exec(line)?.[0].length;
  if (bracket !== undefined) {
    const found = findClock(line, bracket);
    if (found !== undefined && line[bracket + found.length] === "]") return true;
  }
  const word = WORD.exec(line)?.[0].length;
  const found = word === undefined ? undefined : findClock(line, word);
  if (word === undefined || found === undefined) return false;
  const level = LEVEL.exec(line.slice(word + found.length))?.[1] ?? "";
  return level === level.toUpperCase() && severityNumber(level) !== undefined;
}

/** A label, a host, the id of a call: no sign alone, and no text in quotes. */
const ONE_WORD = /^([\w[(][^\s"'=]{0,63}) +(?=[[(<]?\d)/;

/** Splits a line that may have its header after one word. */
export function afterWord(line: string): { word: string; rest: string } | undefined {
  const [all, word] = ONE_WORD.exec(line) ?? [];
  return all === undefined || word === undefined ? undefined : {
    word,
    rest: line.slice(all.length),
  };
}
