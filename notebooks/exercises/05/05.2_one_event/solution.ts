/**
 * The question is what begins an event. Of a header it is known what it looks like; of the rest of an event nothing is: traces
 * of Java have "Caused by:" at the margin, those of Python end at the margin, those of Go have blank lines, and a message
 * may be a poem. Anyone who lists what continues an event finds the next exception to the list in production.
 *
 * One event is open at a time. What ends it comes later: the next header, or the end of the input, which is the one that is
 * forgotten, since no line announces it. That the memory is one event, and not the file, follows by itself from yield in the loop.
 *
 * Blank lines are a question that only the next line answers: inside a trace they belong to it, before the next header they
 * are nobody's. So they wait, next to the event and not in it.
 *
 * A JSON object is never a part of a text. A library that logs JSON into the log of another one would vanish in the event
 * above it, with its level: the errors that are counted as none.
 *
 * What comes before the first header is an event that somebody cut off, most often by rotation. It has a number and its
 * lines, and no header; a parser that has nowhere to put it drops it.
 *
 * @module
 */
/** What happened at one moment, in one line or many. */
export interface LogEvent {
  /** Number of its first line, from 1. */
  readonly line: number;
  /** Whether its first line is a header or a JSON object. */
  readonly header: boolean;
  /** Its lines, unchanged. */
  readonly lines: readonly string[];
}

const HEADER = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/;

/** Joins the lines of a log to events. */
export function* events(lines: Iterable<string>): Generator<LogEvent, void> {
  let open: { line: number; header: boolean; lines: string[]; isJson: boolean } | undefined;
  let blanks: string[] = [];
  let number = 0;
  for (const line of lines) {
    number++;
    if (line.trim() === "") {
      blanks.push(line);
      continue;
    }
    const isJson = isObject(line);
    const header = isJson || HEADER.test(line);
    if (header || open === undefined || open.isJson) {
      if (open !== undefined) yield eventOf(open);
      open = { line: number, header, lines: [line], isJson };
    } else {
      open.lines.push(...blanks, line);
    }
    blanks = [];
  }
  if (open !== undefined) yield eventOf(open);
}

function eventOf({ line, header, lines }: LogEvent): LogEvent {
  return { line, header, lines };
}

function isObject(line: string): boolean {
  if (!line.startsWith("{") || !line.endsWith("}")) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false; // It looks like JSON, and is a part of a text.
  }
}
