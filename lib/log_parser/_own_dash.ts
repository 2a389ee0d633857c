import type { LogRecord } from "./_log_record.ts";

/** Share of the lines with a level that must have a dash after it, or no dash separates anything. */
const SEPARATED = 0.9;
const AFTER_WORD = /(\S+)[ \t]+(-{1,3} +)$/;
const DASH_BEFORE = / -{1,3} /;
const MOST_HEAD = 200;

/**
 * Whether a dash between level and message is a part of some messages, as of "--- begin ---" or a list: a separator is in
 * all lines of a file.
 */
export function haveOwnDashes(
  lines: readonly string[],
  read: (line: string) => LogRecord | undefined,
): boolean {
  let [levels, dashes] = [0, 0];
  for (const line of lines) {
    const record = read(line);
    if (record?.severity_number === undefined) continue;
    levels++;
    if (dashOf(record, line) !== undefined) dashes++;
  }
  return dashes > 0 && dashes < levels * SEPARATED;
}

/** Gives a message the dash back that was taken for a separator. */
export function restoreDash(record: LogRecord, line: string): void {
  const dash = dashOf(record, line);
  if (dash !== undefined) record.body = dash + (record.body ?? "");
}

/** The dash between level and message; who writes one before the level, too, separates by it. */
function dashOf({ body, severity_text }: LogRecord, line: string): string | undefined {
  if (body === undefined || severity_text === undefined || !line.endsWith(body)) return undefined;
  const head = line.slice(0, line.length - body.length).slice(-MOST_HEAD);
  const [, word, dash] = AFTER_WORD.exec(head) ?? [];
  if (word === undefined || dash === undefined || !word.includes(severity_text)) return undefined;
  return DASH_BEFORE.test(head.slice(0, -dash.length)) ? undefined : dash;
}
