import { AGREED, type AppColumns, ENOUGH_LINES, learnColumns, setColumns } from "./_app_columns.ts";
import { ANY_HABITS, type AppHabits } from "./_app_fields.ts";
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

/**
 * Learns the habits of a file from lines of it.
 *
 * @param read Reads one of them with given habits.
 * @returns `undefined` for too few lines.
 */
export function learnHabits(
  lines: readonly string[],
  read: (line: string, habits: AppHabits) => LogRecord | undefined,
): LearnedHabits | undefined {
  if (lines.length < ENOUGH_LINES) return undefined;
  const records = (habits: Partial<AppHabits>) =>
    lines.flatMap((line) => read(line, { ...ANY_HABITS, ...habits }) ?? []);
  const share = (less: Partial<AppHabits>, more: Partial<AppHabits>) => {
    const without = records(less);
    return records(more).filter(({ body }, i) => body !== without[i]?.body).length / lines.length;
  };
  const levels = records({}).filter(hasLevel).length;
  const bareLevel = levels >= lines.length * RARE_LEVELS;
  let brackets = 0;
  while (
    brackets < ANY_HABITS.brackets &&
    share({ brackets, logger: false }, { brackets: brackets + 1, logger: false }) >= HABIT
  ) brackets++;
  // Of lines without levels, those few that seem to have one begin their message with it.
  const columnsWith = (habits: AppHabits) =>
    learnColumns(
      records(habits).filter((record) => bareLevel || !hasLevel(record))
        .map(({ body = "" }) => body),
      { isRest: true, hasLevel: bareLevel },
    );
  const loggers = share({ brackets, logger: false }, { brackets });
  const without = { bareLevel, anyWord: bareLevel, brackets, logger: false };
  const habits = { ...without, logger: loggers >= HABIT };
  if (habits.logger && loggers < AGREED) {
    // A name that all lines have may be written in two ways.
    const columns = columnsWith(without);
    if (columns.kinds.includes("name")) return { habits: without, columns };
  }
  return { habits, columns: columnsWith(habits) };
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
