import { type AppColumns, ENOUGH_LINES, learnColumns, NO_COLUMNS } from "./_app_columns.ts";
import {
  type Delimiter,
  isKind,
  LETTER,
  MOST_COLUMNS,
  type Token,
  tokensOf,
} from "./_app_tokens.ts";
import { isLevel, levelOf } from "./_level_column.ts";

/** Share of the lines that may be a layout of its own beside others. */
const LEAST_SHARE = 1 / 3;
/** From here on, a level may be the same in all lines, or have no sign around it. */
const MOST_LINES = 0.5;
/** A level without a sign around it: in a text, such a word is written otherwise. */
const CAPITALS = /^[A-Z]{4,8}$/;
/** Levels that nearly every program has; others, as Nagios' "SERVICE ALERT:", are more often words. */
const SURE = /^\W*(?:trace|debug|info|information|warn|warning|error|critical|fatal|severe)\W*$/i;

/** What is known of the lines of a sample before their layout is learned. */
export interface KnownLines {
  /** The usual orders read their times. @default false */
  readonly isUsual?: boolean;
  /** Some may be of another layout. @default true */
  readonly areMixed?: boolean;
}

/** Lines with a level in the same place. */
interface Shape {
  readonly delimiter: Delimiter;
  /** Which of the tokens is the level. */
  readonly index: number;
  readonly rests: string[];
  readonly levels: string[];
}

/** Columns of the most lines. */
export interface ShapedColumns {
  readonly columns: AppColumns;
  /** Those of all lines, if others do not have these. */
  readonly others?: AppColumns | undefined;
}

/**
 * Learns which columns stand at the start of texts: those of all, or else, so that some lines of another layout do not
 * take the level away from the others, those of the most lines that have a level in the same place.
 *
 * @param isUsual Whether a level right after the time is read without columns, too.
 */
export function learnShapedColumns(rests: readonly string[], isUsual: boolean): ShapedColumns {
  const learned = learnColumns(rests);
  // A sign between the columns of some lines only is no word of all.
  const ofAll = haveSignAsWord(rests, learned) ? NO_COLUMNS : learned;
  if (ofAll.kinds.includes("level")) return { columns: ofAll };
  for (const shape of shapesOf(rests)) {
    if (isUsual && shape.index === 0 && shape.delimiter === undefined) continue;
    // Lines that all have a name there are of one layout, in which some have a level instead.
    if (ofAll.kinds[shape.index] === "name") continue;
    if (!isLayout(shape, rests.length)) continue;
    const columns = learnColumns(shape.rests);
    if (columns.kinds[shape.index] === "level") return { columns, others: ofAll };
  }
  return { columns: ofAll };
}

/** Whether a column has words in some lines and a lone bar in others. */
function haveSignAsWord(rests: readonly string[], { kinds, delimiter }: AppColumns): boolean {
  return delimiter === undefined && kinds.includes("word") && rests.some((rest) => {
    const tokens = tokensOf(rest, delimiter);
    return kinds.some((kind, i) => kind === "word" && tokens[i]?.text === "|");
  });
}

/** Groups texts by the place of their level, the largest group first; a text may be in several. */
function shapesOf(rests: readonly string[]): Shape[] {
  const shapes = new Map<string, Shape>();
  for (const rest of rests) {
    const delimiter = delimiterOf(rest);
    const tokens = tokensOf(rest, delimiter).slice(0, MOST_COLUMNS);
    for (const [index, { text, end }] of tokens.entries()) {
      if (levelOf(text) === undefined || rest.slice(end).trim() === "") continue;
      // Only a sign shows that a letter within a text is a level.
      if (delimiter === undefined && /^[A-Za-z]$/.test(text)) continue;
      const before = delimiter === undefined ? tokens.slice(0, index).map(formOf).join("") : "";
      const key = `${delimiter ?? ""}${index}${before}`;
      const shape = shapes.get(key) ?? { delimiter, index, rests: [], levels: [] };
      shapes.set(key, shape);
      shape.rests.push(rest);
      shape.levels.push(text);
    }
  }
  return [...shapes.values()].sort((a, b) => b.rests.length - a.rests.length || a.index - b.index);
}

/** What signs a token is, or is in. */
function formOf({ text }: Token): string {
  return isKind("dash", text) ? "-" : isKind("brackets", text) ? "[" : "w";
}

function delimiterOf(rest: string): Delimiter {
  return (["|", ";", "\t"] as const).find((sign) =>
    rest.startsWith(sign) || rest.trimStart().startsWith(sign)
  );
}

/** Whether so many lines have a level in the same place that it is no chance. */
function isLayout({ delimiter, rests, levels }: Shape, count: number): boolean {
  if (rests.length < Math.max(ENOUGH_LINES / 2, count * LEAST_SHARE)) return false;
  const isSure = (level: string) => SURE.test(level) || LETTER.test(level);
  if (levels.filter(isSure).length * 2 <= levels.length || !isLevel(levels, false)) return false;
  const areMarked = delimiter !== undefined || levels.every((level) => /^[[(<]/.test(level));
  const areMost = rests.length >= count * MOST_LINES;
  if (new Set(levels.map(levelOf)).size > 1) return areMarked || areMost;
  return areMost && (areMarked || levels.every((level) => CAPITALS.test(level)));
}
