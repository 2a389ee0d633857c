/** Shape of an exception's name, with what may introduce it and its message; the name of a counter has it, too. */
const EXCEPTION =
  /^(Exception in thread "[^"]*" |Caused by: |Uncaught |Unhandled exception\. )?((?:[A-Za-z_$][\w$]*[.:]{1,2})*(?:[A-Za-z_$][\w$]*)?(?:Exception|Error|Throwable|Failure|Fault|Interrupt|Exit)\w*)(?:: (.*))?$/;
/** Longer lines are no exception names; the limit also bounds the expression's work. */
export const EXCEPTION_LENGTH = 2048;
const QUALIFIED = /\.|::/;
const SIMPLE = /[^.:]*$/;
/** Names that end so are of classes; `Errors`, `ErrorHandler` and `ErrorRate` are names of numbers and settings. */
const CLASS = /(?:Exception|Error|Throwable|Failure|Fault|Interrupt|Exit)(?:Group|\d*)$/;
const PLURAL = /(?:Exception|Error|Throwable|Failure|Fault|Interrupt|Exit)s$/;
/** A name that says which error of several it is, or how many there may be. */
const LABEL = /^(?:Last|First|Previous|Max|Min|Total|Num|No|Mean|Average)(?=[A-Z])/;
/** A name of one word, by which a form or a table has its errors, too. */
const WORD = /^(?:Exception|Error|Throwable|Failure|Fault|Interrupt|Exit)$/;
const NOTHING = String
  .raw`(?:none|null|nil|n/a|no|yes|off|on|false|true|ok|default|disabled|enabled|never|unknown|0|-+|\[\]|\{\})?`;
const NOTHING_ONLY = new RegExp(`^${NOTHING}$`, "i");
const NUMBER = /^[-+]?\d[\d.,]*%?$/;
/** `panic: none` and the like: a setting, or a line of a report. */
const NO_CRASH = new RegExp(
  `^(?:panic|fatal error|Unhandled exceptions?|Uncaught \\w+): *${NOTHING}$`,
  "i",
);
const WARN = 13;
const ERROR = 17;

/** Whether a line has the shape of an exception: the line, its class and its message. */
export function exceptionOf(line: string): readonly [string, string, string | undefined] | null {
  const match = line.length <= EXCEPTION_LENGTH ? EXCEPTION.exec(line) : null;
  return match === null ? null : [match[0], match[2] ?? "", match[3]];
}

/**
 * Whether a line is an exception, as far as it and the level of its record can show it: it has an introduction or a qualified
 * class; or the record is a warning or an error, and the line no setting or count. Frames below it would show it, too.
 */
export function isException(line: string, level = 0): boolean {
  const match = line.length <= EXCEPTION_LENGTH ? EXCEPTION.exec(line) : null;
  if (match === null) return false;
  const [, introduction, name = "", message] = match;
  const simple = SIMPLE.exec(name)?.[0] ?? "";
  const isWord = WORD.test(simple);
  const isEmpty = NOTHING_ONLY.test(message ?? "");
  if (PLURAL.test(simple) || LABEL.test(simple)) return false;
  if (isWord && (isEmpty || NUMBER.test(message ?? ""))) return false;
  if (introduction !== undefined) return true;
  if (QUALIFIED.test(name)) return CLASS.test(simple) || level >= ERROR;
  if (!CLASS.test(simple)) return false;
  return message === undefined ? level >= ERROR : level >= WARN && !isEmpty;
}

/** Whether a line that would begin a trace may be a setting or a count just as well. */
export function isDoubtful(line: string): boolean {
  if (NO_CRASH.test(line)) return true;
  const [, name, message = ""] = exceptionOf(line) ?? [];
  if (name === undefined) return false;
  return !isException(line, ERROR) || NUMBER.test(message) && !QUALIFIED.test(name);
}

/** Whether a line says that nothing has crashed. */
export function isNoCrash(line: string): boolean {
  return NO_CRASH.test(line);
}

/** What begins a trace of Python; its exception stands below the frames. A group's has a margin of its own. */
const TRACEBACK = /^([\s|]*)(\+ Exception Group )?Traceback \(most recent call last\):/;
const TRACEBACK_BELOW = /Traceback \(most recent call last\):\s*$/;
/** Python writes module and class, whatever they are called. */
const RAISED =
  /^((?:[\p{L}_][\p{L}\p{N}_]*|<locals>)(?:\.(?:[\p{L}_][\p{L}\p{N}_]*|<locals>))*)(?:: (.*))?$/u;

/** Whether lines begin with a trace of Python. */
export function isTraceback(line: string): boolean {
  return TRACEBACK.test(line);
}

/** Whether a line is the exception that a trace of Python has been waiting for: the first one that is not indented. */
export function isRaised(first: string, rest: readonly string[], line: string): boolean {
  if (line.length > EXCEPTION_LENGTH || !RAISED.test(line)) return false;
  let at = rest.length;
  while (at > 0 && /^\s/.test(rest[at - 1] ?? "")) at--;
  return at < rest.length && TRACEBACK_BELOW.test(rest[at - 1] ?? first);
}

/**
 * Returns the exception of a trace of Python: the line itself, its class and its message. Of a chain it is the last one, which
 * the others led to; of a group, the group.
 */
export function raisedIn(
  lines: readonly string[],
): readonly [string, string, string | undefined] | undefined {
  let outer: number | undefined;
  let width: number | undefined;
  let hasFrames = false;
  let found: readonly [string, string, string | undefined] | undefined;
  for (const line of lines) {
    const [all, margin = "", group] = TRACEBACK.exec(line) ?? [];
    if (all !== undefined) {
      outer ??= margin.length + (group === undefined ? 2 : 0);
      // What is further in is a part of a group.
      if (margin.length > outer) continue;
      width = margin.length + (group === undefined ? 0 : 2);
      hasFrames = false;
      continue;
    }
    if (width === undefined) continue;
    const text = line.slice(width);
    if (text.trim() === "" || /^\s/.test(text)) {
      hasFrames ||= text.trim() !== "";
      continue;
    }
    width = undefined;
    const match = text.length <= EXCEPTION_LENGTH ? RAISED.exec(text) : null;
    if (match === null || !hasFrames && !isException(text, ERROR)) continue;
    found = [text, match[1] ?? "", match[2]];
  }
  return found;
}
