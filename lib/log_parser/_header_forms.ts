import { appTimeOf } from "./_app_log.ts";
import { severityNumber } from "./severity_number.ts";

/** Signs before the level are looked at within so many characters, and so many pieces. */
const MOST_HEAD = 200;
const MOST_PIECES = 5;
const CLOSE = /^[\])>]?/;
const DELIMITER = /^(?:\t|[ \t]*[|;])/;
const LEVEL = /^([[(<]? *)([A-Za-z]{3,13})\d?( *[\])>]?:?)(?=[\s\]|[:,;-]|$)/;
/** What is before a level and no text, with the sign that it counts as. */
const PIECES: readonly (readonly [piece: RegExp, sign: string])[] = [
  [/^\[[^\][]{0,64}\]:?/, "[]"],
  [/^\([^()]{0,64}\):?/, "()"],
  [/^\{[^{}\s]*\}(?= )/, "{}"],
  [/^\d{1,12}(?= )/, "0"],
  [/^-{1,3}(?= )/, "-"],
  [/^[A-Za-z_][\w.$/-]*(?= +- )/, "a"],
];

/**
 * Form of a line's header: how its time is written, and the signs from there to the level.
 *
 * Lines of one layout have the same one. What may be a word of a text is no part of it, so that no text makes a form.
 */
export function headerFormOf(line: string): string | undefined {
  const time = appTimeOf(line);
  if (time === undefined) return undefined;
  const { start, end, level, thread } = time;
  const before = `${level === undefined ? "" : "L"}${thread === undefined ? "" : "[]"}`;
  const sign = start > 0 ? line[start - 1] ?? "" : "";
  const written = line.slice(start, end).replace(/\d+/g, "0").replace(/[A-Za-z]+/g, "a");
  const rest = line.slice(end, end + MOST_HEAD);
  return `${before}${sign}${written}${level === undefined ? signsToLevel(rest) : ""}`;
}

/** Signs that a level, or a column of a sign of its own, shows to be no text. */
function signsToLevel(text: string): string {
  let signs = CLOSE.exec(text)?.[0] ?? "";
  let rest = text.slice(signs.length);
  const delimiter = DELIMITER.exec(rest)?.[0].at(-1);
  if (delimiter !== undefined) return signs + delimiter;
  const closed = signs;
  for (let piece = 0; piece < MOST_PIECES; piece++) {
    rest = rest.trimStart();
    const [, open = "", word = "", close = ""] = LEVEL.exec(rest) ?? [];
    const isMarked = open !== "" || close !== "" || word === word.toUpperCase();
    if (isMarked && severityNumber(word) !== undefined) {
      return `${signs}${open[0] ?? ""}L${close.trim()}`;
    }
    const found = PIECES.find(([pattern]) => pattern.test(rest));
    if (found === undefined) return closed;
    signs += found[1];
    rest = rest.slice(found[0].exec(rest)?.[0].length);
  }
  return closed;
}

/** Groups lines by the form of their headers, if they and others have several: those of which there are so many. */
export function groupByForm(
  lines: readonly string[],
  others: readonly string[],
  least: number,
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const line of lines) {
    const form = headerFormOf(line);
    if (form === undefined) continue;
    const group = groups.get(form);
    if (group === undefined) groups.set(form, [line]);
    else group.push(line);
  }
  const isOther = (line: string) => appTimeOf(line, "bare") !== undefined;
  if (groups.size < 2 && others.filter(isOther).length < least) return new Map();
  return new Map([...groups].filter(([, group]) => group.length >= least));
}
