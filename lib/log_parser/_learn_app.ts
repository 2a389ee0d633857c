import { type AppLayout, layoutParser, learnLayout } from "./_app_layout.ts";
import { ENOUGH_LINES } from "./_app_columns.ts";
import { APP_LOG, BARE_APP_LOG, learnAppLog } from "./_app_log.ts";
import type { FileTimes } from "./_file_times.ts";
import { afterWord } from "./_foreign_header.ts";
import type { LineParser } from "./_line_parser.ts";
import { groupByForm, headerFormOf } from "./_header_forms.ts";
import { isLoose } from "./_line_parser.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import { learnSyslog, RFC3164 } from "./_rfc3164.ts";
import { isTraceLine } from "./_traces.ts";

/** Lines that show what stands before the messages of all, and how many of them in a row. */
const MOST_SHOWN = 600;
const RUN = 20;

/** What a file shows of the lines that no format of their own claims. */
export interface LearnedApp {
  /** For lines that begin as no usual order does. */
  readonly layout: readonly LineParser[];
  /** For those in the usual orders. */
  readonly app: LineParser;
  /** For those with no date, or no time at all. */
  readonly bare: LineParser;
  /** For those of syslog. */
  readonly syslog: LineParser;
}

/** What a file shows that has no such lines. */
export const NOTHING_LEARNED: LearnedApp = {
  layout: [],
  app: APP_LOG,
  bare: BARE_APP_LOG,
  syslog: RFC3164,
};

/** Learns the layout of those lines that no format of their own claims, if it says more than the usual orders do. */
export function learnApp(
  lines: readonly string[],
  parsers: readonly LineParser[],
  times: FileTimes,
): LearnedApp {
  const app: string[] = [];
  const unknown: string[] = [];
  const syslog: LogRecord[] = [];
  let levels = 0;
  let loggers = 0;
  for (const line of lines) {
    // A line that breaks its format is known too.
    const parser = parsers.find((one) => !isLoose(one) && one.parse(line, times) !== undefined);
    if (parser === undefined) {
      if (!isTraceLine(line) || PADDED.test(line)) unknown.push(line);
    } else if (parser === APP_LOG) {
      const record = APP_LOG.parse(line, times);
      if (!(record instanceof LogRecord)) continue;
      app.push(line);
      if (record.severity_number !== undefined) levels++;
      if (record.logger !== undefined) loggers++;
    } else if (parser === RFC3164) {
      const record = RFC3164.parse(line, times);
      if (record instanceof LogRecord) syslog.push(record);
    }
  }
  const [few, fewUnknown] = [someOf(app), someOf(unknown)];
  const usual = {
    ...NOTHING_LEARNED,
    app: learnAppLog(APP_LOG, few, times),
    bare: learnAppLog(BARE_APP_LOG, fewUnknown.filter((line) => isBare(line, times)), times),
    syslog: learnSyslog(syslog, app.filter((line) => line.charCodeAt(10) === 84).length),
  };
  const sorted = { app, unknown, levels, loggers, lines: lines.length };
  const usualLayout = layoutOf(sorted, times);
  const forms = formsOf(sorted, usualLayout, usual.app, times);
  const isRead = (line: string) =>
    usualLayout.some((parser) => parser.parse(line, times) instanceof LogRecord);
  const isAlike = restsOf(app, unknown, times).length > 0;
  const afterOne = isAlike ? [] : afterWordParser(unknown.filter((line) => !isRead(line)), times);
  const layout = [...forms, ...usualLayout, ...afterOne];
  const left = few.filter((line) => !isRead(line));
  // What the layout reads says nothing of the habits of the others.
  const isLeft = left.length < few.length && left.length > 0;
  return { ...usual, layout, app: isLeft ? learnAppLog(APP_LOG, left, times) : usual.app };
}

/** A form of headers that fewer lines have is not looked at; from the second number on, it is a layout of its own. */
const FEW_LINES = 5;

/**
 * Learns the lines of each form of header by themselves, as if they were a file: what those of other forms have says
 * nothing of them. A form of few lines may be a variant of another; it is learned so only if that says more.
 */
function formsOf(
  { app, unknown }: Sorted,
  layout: readonly LineParser[],
  usual: LineParser,
  times: FileTimes,
): LineParser[] {
  const parsers = new Map<string, LineParser["parse"]>();
  const groups = groupByForm(app, unknown, FEW_LINES);
  if (groups.size === 0 || mayHaveWordBefore(app, unknown, times)) return [];
  for (const [form, lines] of groups) {
    const some = someOf(lines);
    const own = learnAppLog(APP_LOG, some, times);
    const all = { app: lines, unknown: [], ...levelsIn(lines, times), lines: lines.length };
    const parse = firstOf([...layoutOf(all, times), own]);
    const says = (one: LineParser["parse"]) => saidBy(one, some, times);
    // Columns of other lines may only seem to fit, and a sign between columns may be left in the text.
    const isLaidOut = says(firstOf(layout)) > 0 || /[|;\t]$/.test(form);
    const least = says(firstOf([...layout, usual])) + (isLaidOut ? 0 : 1);
    if (lines.length >= ENOUGH_LINES || says(parse) >= least) parsers.set(form, parse);
  }
  if (parsers.size === 0) return [];
  const parse: LineParser["parse"] = (line, times) =>
    parsers.get(headerFormOf(line) ?? "")?.(line, times);
  return [{ formats: APP_LOG.formats, joins: APP_LOG.joins, parse }];
}

/** Whether lines in a usual order are those of others, which have one word more before the time. */
function mayHaveWordBefore(
  app: readonly string[],
  unknown: readonly string[],
  times: FileTimes,
): boolean {
  return restsOf(app, unknown, times).length * 2 > unknown.length ||
    commonLayout(app, unknown, times) !== undefined;
}

/** Reads a line with the first parser that can. */
function firstOf(parsers: readonly LineParser[]): LineParser["parse"] {
  return (line, times) => {
    for (const { parse } of parsers) {
      const record = parse(line, times);
      if (record instanceof LogRecord) return record;
    }
    return undefined;
  };
}

/** How many columns of their headers a parser reads of lines. */
function saidBy(parse: LineParser["parse"], lines: readonly string[], times: FileTimes): number {
  return lines.reduce((sum, line) => {
    const record = parse(line, times);
    if (!(record instanceof LogRecord)) return sum;
    return sum + HEADER.filter((name) => record[name] !== undefined).length;
  }, 0);
}

const HEADER = ["severity_number", "logger", "thread_name", "process_pid"] as const;

/** Lines in a usual order and others, and how many of the former have a level and a logger. */
interface Sorted {
  readonly app: readonly string[];
  readonly unknown: readonly string[];
  readonly levels: number;
  readonly loggers: number;
  /** Of the whole sample. */
  readonly lines: number;
}

/** Learns the layout of the lines, if it says more than the usual orders do. */
function layoutOf(
  { app, unknown, levels, loggers, lines }: Sorted,
  times: FileTimes,
): LineParser[] {
  const common = commonLayout(app, unknown, times);
  if (common !== undefined) return [common];
  const rests = restsOf(app, unknown, times);
  const isShared = rests.length * 2 > unknown.length;
  const isApp = isShared || app.length * 2 > unknown.length;
  if (!isApp && unknown.length * 2 < lines) return [];
  const some = someOf(isShared ? [...app, ...rests] : isApp ? app : unknown);
  const layout = learnLayout(some, { isUsual: isApp && !isShared });
  if (layout === undefined) return [];
  if (!isApp) {
    const isUsual = layout.prefix === 0 && !layout.isGlued && layout.columns.kinds.length === 0;
    if (isUsual) return [];
    const parser = layoutParser(layout, some, times);
    if (layout.others === undefined) return [parser];
    const others = some.filter((line) => !(parser.parse(line, times) instanceof LogRecord));
    return [parser, layoutParser({ ...layout, columns: layout.others }, others, times)];
  }
  if (saysMore(layout, some, { app, levels, loggers }, times)) {
    return [layoutParser(layout, some, times)];
  }
  // Of two layouts, the usual orders may read only the one.
  const others = isShared ? [] : some.filter((line) => levelsIn([line], times).levels === 0);
  const other = others.length * 3 < some.length
    ? undefined
    : learnLayout(others, { isUsual: true, areMixed: false });
  const isOther = other?.columns.kinds.includes("level") === true && other.prefix === 0;
  return isOther ? [layoutParser(other, others, times)] : [];
}

/** Whether a layout says more of the lines that have it than the usual orders do. */
function saysMore(
  layout: AppLayout,
  some: readonly string[],
  all: Pick<Sorted, "app" | "levels" | "loggers">,
  times: FileTimes,
): boolean {
  const { kinds, delimiter, tail } = layout.columns;
  if (layout.isSyslog || layout.isGlued && layout.levelAt < 0) return false;
  let { levels, loggers, app: { length: count } } = all;
  if (layout.others !== undefined) {
    const parser = layoutParser(layout, some, times);
    const own = some.filter((line) => parser.parse(line, times) instanceof LogRecord);
    ({ levels, loggers } = levelsIn(own, times));
    count = own.length;
  }
  return kinds.includes("level") && levels < count * 0.95 ||
    layout.levelAt >= 0 && levels < count * 0.95 || layout.prefix === 0 && (
        (kinds.includes("name") || kinds.includes("word")) && loggers < count / 2 ||
        delimiter === ";" || tail > 0 || delimiter !== undefined && kinds.length > 1 ||
        layout.isOpen && kinds.length > 0
      );
}

/** Of how many lines the usual orders read a level and a logger. */
function levelsIn(lines: readonly string[], times: FileTimes): Pick<Sorted, "levels" | "loggers"> {
  const found = lines.flatMap((line) => {
    const record = APP_LOG.parse(line, times);
    return record instanceof LogRecord ? [record] : [];
  });
  return {
    levels: found.filter(({ severity_number }) => severity_number !== undefined).length,
    loggers: found.filter(({ logger }) => logger !== undefined).length,
  };
}

/**
 * The layout that lines in a usual order share with lines in none: the word before the time is a level in some of them,
 * and the others must not vanish in their text.
 */
function commonLayout(
  app: readonly string[],
  unknown: readonly string[],
  times: FileTimes,
): LineParser | undefined {
  if (app.length === 0 || unknown.length === 0) return undefined;
  const lines = someOf([...app, ...unknown]);
  const layout = learnLayout(lines, { areMixed: false });
  if (layout === undefined || layout.prefix === 0 || layout.isSyslog) return undefined;
  const parser = layoutParser(layout, lines, times);
  const read = lines.filter((line) => parser.parse(line, times) instanceof LogRecord);
  const shared = unknown.filter((line) => parser.parse(line, times) instanceof LogRecord);
  const areShared = shared.length * 2 > unknown.length;
  return areShared && read.length >= lines.length * 0.9 ? parser : undefined;
}

/** Lines that show what the others would, too: runs of them from the whole sample, since events may have several. */
function someOf(lines: readonly string[]): readonly string[] {
  const step = Math.ceil(lines.length / MOST_SHOWN);
  return lines.filter((_, i) => Math.floor(i / RUN) % step === 0);
}

/** FreeSWITCH writes the id of a call before the time, if there is one: what follows it is in the order of the others. */
function restsOf(app: readonly string[], unknown: readonly string[], times: FileTimes): string[] {
  const rests = app.length === 0 ? [] : unknown.flatMap((line) => restOf(line, times));
  if (rests.length === 0) return [];
  const forms = new Set(app.map(headerFormOf));
  return rests.filter((rest) => forms.has(headerFormOf(rest)));
}

/** Reads lines with one word before a time and a level, if there are several that no other parser knows. */
function afterWordParser(unknown: readonly string[], times: FileTimes): LineParser[] {
  const rests = unknown.flatMap((line) => restOf(line, times)).filter((rest) => {
    const record = APP_LOG.parse(rest, times);
    return record instanceof LogRecord && record.severity_number !== undefined;
  });
  if (rests.length < FEW_LINES) return [];
  const own = learnAppLog(APP_LOG, someOf(rests), times);
  const parse: LineParser["parse"] = (line, times) => {
    const split = afterWord(line);
    const record = split === undefined ? undefined : own.parse(split.rest, times);
    if (split === undefined || !(record instanceof LogRecord)) return undefined;
    if (record.severity_number === undefined) return undefined;
    setAttribute(record, "prefix_1", split.word);
    return record;
  };
  return [{ formats: APP_LOG.formats, joins: APP_LOG.joins, parse }];
}

/** What follows the first word, if it is a line in a usual order. */
function restOf(line: string, times: FileTimes): string[] {
  const rest = afterWord(line)?.rest;
  return rest !== undefined && APP_LOG.parse(rest, times) instanceof LogRecord ? [rest] : [];
}

function isBare(line: string, times: FileTimes): boolean {
  return BARE_APP_LOG.parse(line, times) instanceof LogRecord;
}

/** A number that is padded to its width begins the line. */
const PADDED = /^ {1,8}\d+[ :]/;
