import { fieldStarts, fieldTexts, textStart } from "./_fields.ts";
import { isClosed } from "./_look_ahead.ts";
import { CsvScanner } from "./csv_scanner.ts";
import type { Dialect } from "./dialect.ts";
import { findFooter } from "./_find_footer.ts";

const DELIMITERS = [",", ";", "\t", "|", "\x01", "^", "~", "#", " "] as const;
/** They are in texts, too: each row must have as many. */
const RARE = /^[\^~#]$/;
const QUOTES = ['"', "'", "none"] as const;
const MOST_PREAMBLE = 50;
/** Share of the rows that must have the columns; a space is between words too. */
const LEAST_ALIKE = 0.5;
const LEAST_ALIKE_BY_SPACE = 0.9;

/** A dialect that would fit, and why. */
export interface ProposedDialect {
  /** Only what is not the default, and the delimiter. */
  readonly dialect: Dialect;
  /** 0 to 1: how well it fits. */
  readonly score: number;
  /** What speaks for it, one phrase each. */
  readonly evidence: readonly string[];
}

/** A dialect that fits a sample of a file, and what the sample is by it. */
export interface Fit extends ProposedDialect {
  readonly columns: readonly string[] | null;
  readonly rows: number;
}

/** A row as one dialect cuts it. */
export interface SampleRow {
  readonly fields: readonly string[];
  readonly line: number;
  readonly text: string;
  /** Whether a line end follows it. */
  readonly isEnded: boolean;
  /** Whether a quote is in the wrong place: a header that has one rejects the file. */
  readonly isStray: boolean;
}

/** The start of a file, and its end. */
export interface Sample {
  readonly text: Uint8Array;
  /** Whether `text` is the whole file. */
  readonly whole: boolean;
  /** Its last lines, if they are not in `text`; empty if they are, or are not known. */
  readonly tail: Uint8Array;
}

/** A dialect to try on a sample. */
interface Trial {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape?: string;
}

/** What a sample looks like by one dialect. */
interface Trialled {
  readonly rows: readonly SampleRow[];
  readonly bad: number;
  readonly quoted: number;
}

/** Tries dialects on a sample; returns those that fit, the best first. */
export function fitDialects(sample: Sample): Fit[] {
  const start = new TextDecoder().decode(sample.text);
  const quotes = QUOTES.filter((quote) =>
    quote === '"' || start.includes(quote === "'" ? "'" : '"')
  );
  const trials = DELIMITERS.filter((delimiter) => start.includes(delimiter)).flatMap((delimiter) =>
    quotes.flatMap((quote): Trial[] => [
      { delimiter, quote },
      ...(start.includes(`\\${quote}`) ? [{ delimiter, quote, escape: "\\" }] : []),
    ])
  );
  return trials.map((trial) => fitOf(sample, trial)).filter((fit) => fit !== undefined)
    .sort((a, b) => b.score - a.score);
}

function tryDialect(
  { text, whole }: Pick<Sample, "text" | "whole">,
  { delimiter, quote: mark, escape }: Trial,
): Trialled {
  const quote = mark === "none" ? null : mark.charCodeAt(0);
  const bytes = {
    ...{ delimiter: delimiter.charCodeAt(0), quote, escape: escape?.charCodeAt(0) },
    skipSpaces: delimiter.length === 2,
  };
  const rows: SampleRow[] = [];
  let bad = 0;
  let quoted = 0;
  const scanner = new CsvScanner({
    row: (row) => {
      if (quote !== null) {
        quoted += fieldStarts(row, bytes)
          .filter((start) =>
            start < row.end && row.bytes[textStart(row.bytes, start, bytes)] === quote
          )
          .length;
      }
      if (row.stray) bad++;
      const text = new TextDecoder().decode(row.bytes.subarray(row.start, row.end));
      rows.push({
        fields: fieldTexts(row, bytes),
        line: row.line,
        text,
        isEnded: row.next > row.end,
        isStray: row.stray,
      });
    },
    reject: () => bad++,
    blank: () => {},
  }, { ...bytes, maxRowBytes: 1 << 16 });
  scanner.push(text.slice());
  while (scanner.doubt !== undefined) scanner.settle(isClosed(text, scanner.doubt, bytes));
  // The last row of a sample is as a rule cut.
  if (whole) scanner.finish();
  return { rows, bad, quoted };
}

/** Judges a sample by one dialect; `undefined` if it gives a single column, or rows too different. */
function fitOf(sample: Sample, trial: Trial): Fit | undefined {
  const { delimiter, quote, escape } = trial;
  const { rows, bad, quoted } = tryDialect(sample, trial);
  const { width, start } = shapeOf(rows);
  const body = rows.slice(start);
  const same = body.filter(({ fields }) => fields.length === width);
  if (isSpaced(same, delimiter)) return fitOf(sample, { ...trial, delimiter: `${delimiter} ` });
  const read = body.length + bad;
  const isRare = RARE.test(delimiter);
  const least = isRare ? 1 : delimiter === " " ? LEAST_ALIKE_BY_SPACE : LEAST_ALIKE;
  if (width === 1 || start > MOST_PREAMBLE || same.length - bad < least * read) return undefined;
  const isComment = rows.slice(0, start).every(({ fields }) => fields[0]?.startsWith("#"));
  // Quotes that quote nothing say nothing, and neither does a table that begins late.
  const odd = quote === '"' ? 0 : quote === "none" ? 0.1 : quoted > 0 ? 0.02 : 0.2;
  const all = isComment ? read : rows.length + bad;
  const unlikely = odd + (escape === undefined ? 0 : 0.01) +
    (delimiter === " " || isRare ? 0.05 : 0);
  const score = Math.max(0, same.length / all - bad / all - unlikely) * (1 - 1 / (1 + width));
  const at = headerIndex(same.map(({ fields }) => fields));
  const header = same[at];
  const data = rows.slice(header === undefined ? start : rows.indexOf(header) + 1);
  const tail = sample.whole ? data : tryDialect({ text: sample.tail, whole: true }, trial).rows;
  const footer = findFooter(tail, { width, delimiter });
  const isStray = header?.isStray === true && !delimiter.startsWith("\t");
  const isLate = header !== undefined && (at > 0 || start > 0 && !isComment);
  return {
    dialect: {
      delimiter,
      ...(quote === '"' ? {} : { quote }),
      ...(escape === undefined ? {} : { escape }),
      ...(header === undefined || isStray
        ? { header: "none" as const }
        : isLate
        ? { header: header.line }
        : {}),
      ...(start > 0 && isComment ? { comment: "#" } : {}),
      ...(footer === undefined ? {} : { footer: footer.pattern }),
    },
    score: Math.round(score * 1000) / 1000,
    evidence: [
      `${same.length} of ${read} rows have ${width} columns`,
      ...evidenceOf({ quoted, bad, before: start, isComment, at, footer, same, delimiter }),
      ...(isStray ? ["the names have a quote in the wrong place: say them, in columns"] : []),
    ],
    columns: isStray ? null : header?.fields ?? null,
    rows: Math.max(0, same.length - (at + 1)),
  };
}

/**
 * Reads a sample as rows of one column, which no delimiter shows: every row must have one field.
 *
 * @param delimiter The one that is read by if none is said, for a text whose name says that it is of rows.
 */
export function fitOneColumn(sample: Sample, delimiter: string): Fit | undefined {
  const { rows, bad, quoted } = tryDialect(sample, { delimiter, quote: '"' });
  const isComment = rows[0]?.text.startsWith("#") === true && rows.length > 1;
  const body = isComment ? rows.filter(({ text }) => !text.startsWith("#")) : rows;
  const isMarkup = rows[0]?.text.trimStart().startsWith("<") === true;
  if (isMarkup || bad > 0 || body.length === 0) return undefined;
  if (body.some(({ fields }) => fields.length > 1)) return undefined;
  const at = headerIndex(body.map(({ fields }) => fields));
  const header = at < 0 ? undefined : body[at];
  return {
    dialect: {
      ...(header === undefined ? { header: "none" as const } : {}),
      ...(isComment ? { comment: "#" } : {}),
    },
    score: 0.5,
    evidence: [
      `${body.length} of ${body.length} rows have one column`,
      ...evidenceOf({
        ...{ quoted, bad, isComment, at, delimiter },
        ...{ before: rows.length - body.length, footer: undefined, same: [] },
      }),
    ],
    columns: header?.fields ?? null,
    rows: body.length - (at + 1),
  };
}

/** Number of columns that most rows have, and the index of the first of those rows. */
function shapeOf(rows: readonly SampleRow[]) {
  const widths = Map.groupBy(rows, ({ fields }) => fields.length);
  // Of two tables after each other it is the first.
  const [width = 1] =
    [...widths].filter(([width]) => width > 1).sort((a, b) => b[1].length - a[1].length)[0] ?? [];
  const isWide = (widths.get(width)?.length ?? 0) >= (widths.get(1)?.length ?? 0);
  const found = isWide ? width : 1;
  return {
    width: found,
    start: Math.max(0, rows.findIndex(({ fields }) => fields.length === found)),
  };
}

/** Whether a space follows each delimiter, as people type lists. */
function isSpaced(rows: readonly SampleRow[], delimiter: string): boolean {
  if (!/^[,;|]$/.test(delimiter)) return false;
  const fields = rows.flatMap(({ fields }) => fields.slice(1));
  return fields.length > 0 &&
    fields.filter((text) => text.startsWith(" ")).length > 0.95 * fields.length;
}

function evidenceOf(about: {
  readonly quoted: number;
  readonly bad: number;
  readonly before: number;
  readonly isComment: boolean;
  readonly at: number;
  readonly footer: { readonly rows: number } | undefined;
  readonly same: readonly SampleRow[];
  readonly delimiter: string;
}): string[] {
  const { quoted, bad, before, isComment, at, footer, same, delimiter } = about;
  const decimals = delimiter.startsWith(",") ? 0 : countDecimalCommas(same);
  return [
    ...(quoted > 0 ? [`fields in quotes: ${quoted}`] : []),
    ...(bad > 0 ? [`quotes in the wrong place: ${bad}`] : []),
    ...(before > 0 ? [`${isComment ? "comments" : "other rows"} before them: ${before}`] : []),
    at < 0
      ? "its first row holds numbers like the others"
      : at === 0
      ? "its first row looks like names"
      : `rows that are nearly empty before the names: ${at}`,
    ...(footer === undefined ? [] : [`rows at the end that are not data: ${footer.rows}`]),
    ...(decimals > 0 ? [`decimal commas, which stay text: ${decimals}`] : []),
  ];
}

/** Returns the index of the row of names, none of which is a value; -1 if there is none. */
function headerIndex(rows: readonly (readonly string[])[]): number {
  const firstValues = rows.findIndex((row) => row.some(isValue));
  const [first = []] = rows;
  if (firstValues === 0) return -1;
  // Titles may be above the names, in a cell or two of an otherwise empty row.
  const isFilled = (row: readonly string[]) =>
    2 * row.filter((text) => text.trim() !== "").length >= row.length;
  const above = rows.slice(0, firstValues < 0 ? 1 : firstValues);
  const hasNames = first.filter((name) => name.trim() !== "").length === new Set(first).size;
  return hasNames || firstValues > 0 ? Math.max(0, above.findIndex(isFilled)) : -1;
}

/** Whether a text is a number, an amount, a date or a time. */
function isValue(text: string): boolean {
  return /^(?:[-+]?[$€£]?\d[\d.,]*%?|\d{1,4}([-/.])\d\d?\1\d.*|\d\d?:\d\d.*)$/.test(text.trim());
}

function countDecimalCommas(rows: readonly SampleRow[]): number {
  return rows.reduce(
    (sum, { fields }) => sum + fields.filter((text) => /^-?\d+,\d+$/.test(text.trim())).length,
    0,
  );
}
