import { findClock } from "./clock_patterns.ts";
import type { Unwrapped } from "./_envelope.ts";
import { isDoubtful, isRaised } from "./_exceptions.ts";
import type { OpenEvent } from "./_open_event.ts";
import { hasHeader } from "./_timed_line.ts";
import { isTraceLine, isTracePart, isTraceStart } from "./_traces.ts";

/** Share of the lines after a time of nine digits that have a header of their own, if a container's runtime wrote the first one. */
const OWN_HEADERS = 0.1;
/** What may be before a time: a level, Ruby's letter, brackets. */
const BEFORE_TIME = /^(?:[DIWEFA], |[A-Z]{4,8}:? +)?[[(<]?(?=\d|[A-Z][a-z]{2} )/;

/**
 * Whether the time before the lines of a file is not their own. An application may write such a time, too, and what follows it
 * is then its header.
 */
export function areStamped(envelopes: readonly (Unwrapped | undefined)[]): boolean {
  const stamped = envelopes.filter((one) => one?.stamp !== undefined);
  const dated = stamped.filter((one) => isOwnLine(one?.text ?? ""));
  return dated.length > 0 && dated.length >= stamped.length * OWN_HEADERS;
}

/** Uvicorn's and morgan's lines, which have no time of their own. */
const UNTIMED = /^(?:[A-Z]{4,8}: +\S{1,99}:\d+ - "[A-Z]+ |[A-Z]{3,7} \/\S* \d{3} (?:[\d.]+|-) ms)/;

function isOwnLine(text: string): boolean {
  if (hasHeader(text) || UNTIMED.test(text)) return true;
  const at = BEFORE_TIME.exec(text)?.[0].length;
  const found = at === undefined ? undefined : findClock(text, at, "bare");
  return found !== undefined && found.clock.epochSeconds === undefined;
}

/** Whether what follows a time of nine digits is a part of a trace, or begins one, whoever wrote the time. */
export function isStampedTrace(open: OpenEvent | undefined, text: string): boolean {
  if (isTraceStart(text)) return !isDoubtful(text);
  if (open === undefined) return false;
  const { record, texts } = open;
  if (isTracePart(text) || isRaised(record.body ?? "", texts, text)) return true;
  const isInTrace = record.format === "trace" || texts.length > 0;
  return isInTrace && isTraceLine(text) && !PADDED_LEVEL.test(text);
}

/** A level that is padded is no text of a frame. */
const PADDED_LEVEL = /^ {1,3}(?:TRACE|DEBUG|INFO|WARN|ERROR)\b/;
