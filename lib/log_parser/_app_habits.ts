import { BracketVotes } from "./_app_brackets.ts";
import {
  AGREED,
  type AppColumns,
  ENOUGH_LINES,
  FEW_LINES,
  learnColumns,
  NO_COLUMNS,
  setColumns,
} from "./_app_columns.ts";
import { ANY_HABITS, type AppHabits } from "./_app_fields.ts";
import { takeLastLogger } from "./_app_loggers.ts";
import type { LogRecord } from "./_log_record.ts";

/** How the lines of one file go on after their time. */
export interface LearnedHabits {
  readonly habits: AppHabits;
  /** What else stands before each message. */
  readonly columns: AppColumns;
}

/** Share of the lines that must have something, or it belongs to the message; levels may be rare. */
const HABIT = 0.5;
const RARE_LEVELS = 0.3;

/** Share of the lines that must have a logger of Odoo's own. */
const FEW_OF_ODOO = 0.2;

/** Reads the lines of a sample with some habits. */
type Reader = (habits: Partial<AppHabits>) => readonly LogRecord[];

/**
 * Learns the habits of a file from lines of it; of very few, only what their brackets hold.
 *
 * @param read Reads one of them with given habits.
 */
export function learnHabits(
  lines: readonly string[],
  read: (line: string, habits: AppHabits) => LogRecord | undefined,
): LearnedHabits {
  const votes = new BracketVotes();
  const reader = (all: AppHabits): Reader => (habits) =>
    lines.flatMap((line) => read(line, { ...all, isLearned: true, ...habits }) ?? []);
  const smallLevel = showLevels(
    reader({ ...ANY_HABITS, votes })({}),
    reader({ ...ANY_HABITS, smallLevel: false })({}),
    lines.length,
  );
  votes.settle();
  const any = { ...ANY_HABITS, smallLevel, votes };
  const records = reader(any);
  if (lines.length < FEW_LINES) {
    return { habits: { ...any, anyLogger: false }, columns: NO_COLUMNS };
  }
  const databases = records({}).filter(({ attributes }) => attributes?.["database"] !== undefined);
  const learned = {
    ...any,
    isLearned: true,
    threads: true,
    databases: databases.length >= lines.length * FEW_OF_ODOO,
  };
  if (haveLastLogger(records({ brackets: 0, logger: false }))) {
    const habits = { ...learned, brackets: 0, logger: false, lastLogger: true };
    return { habits, columns: NO_COLUMNS };
  }
  const { columns, ...order } = learnOrder(
    (habits) => records({ databases: learned.databases, ...habits }),
    lines.length,
  );
  return { habits: { ...learned, ...order }, columns };
}

/**
 * Whether small words that may be levels are a column of them: all lines have one, and of few lines they differ.
 *
 * @param others The same lines, read as if such words were text: a level in another form shows nothing.
 */
function showLevels(
  records: readonly LogRecord[],
  others: readonly LogRecord[],
  count: number,
): boolean {
  const isSure = others.map(hasLevel);
  const levels = records.filter((one, at) => hasLevel(one) && isSure[at] === false);
  const words = new Set(levels.map(({ severity_text }) => severity_text));
  return levels.length >= count * AGREED && (words.size > 1 || count >= FEW_LINES);
}

/** Learns what most lines have after their level. */
function learnOrder(
  records: Reader,
  count: number,
): Pick<AppHabits, "bareLevel" | "anyWord" | "brackets" | "logger"> & { columns: AppColumns } {
  const share = (less: Partial<AppHabits>, more: Partial<AppHabits>) => {
    const without = records(less);
    return records(more).filter(({ body }, i) => body !== without[i]?.body).length / count;
  };
  const areMany = count >= ENOUGH_LINES;
  const bareLevel = !areMany || records({}).filter(hasLevel).length >= count * RARE_LEVELS;
  let brackets = 0;
  while (
    brackets < ANY_HABITS.brackets &&
    share({ brackets, logger: false }, { brackets: brackets + 1, logger: false }) >= HABIT
  ) brackets++;
  // Of lines without levels, those few that seem to have one begin their message with it.
  const columnsWith = (habits: Partial<AppHabits>) =>
    learnColumns(
      records(habits).filter((record) => bareLevel || !hasLevel(record))
        .map(({ body = "" }) => body),
      { isRest: true, hasLevel: bareLevel },
    );
  const loggers = share({ brackets, logger: false }, { brackets });
  const without = { bareLevel, anyWord: areMany && bareLevel, brackets, logger: false };
  const habits = { ...without, logger: loggers >= HABIT };
  if (habits.logger && loggers < AGREED) {
    // A name that all lines have may be written in two ways.
    const columns = columnsWith({ ...without, threads: true });
    if (columns.kinds.includes("name")) return { ...without, columns };
  }
  return { ...habits, columns: columnsWith({ ...habits, threads: true }) };
}

/** Whether nearly all messages end with a logger, and none begins with one. */
function haveLastLogger(records: readonly LogRecord[]): boolean {
  return records.filter((record) => record.logger === undefined && takeLastLogger(record)).length >=
    records.length * AGREED;
}

function hasLevel({ severity_number }: LogRecord): boolean {
  return severity_number !== undefined;
}

/** Reads the columns that the bodies of a file's records begin with; those of lines without a level are not of one with it. */
export function setRestColumns(record: LogRecord, columns: AppColumns): void {
  if (columns.kinds.length === 0 || record.body === undefined) return;
  if (hasLevel(record) && columns.kinds.includes("level")) return;
  const body = setColumns(record, record.body, columns);
  if (body !== undefined) record.body = record.body.slice(body.start).trimStart();
}
