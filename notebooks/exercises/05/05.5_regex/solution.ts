/**
 * An engine that goes back tries, for a line that does not match, every way in which it could have matched. How many there
 * are is written in the expression: (\S+\s*)+ can cut a word of 30 letters in half a billion ways, and .* before .* before .*
 * is cubic. The lines that do not match are not ours to choose; scanners send them.
 *
 * The rule that makes an expression safe can be checked by eye: after each repetition comes a character that the repetition
 * cannot match, so that there is one place where it can end. [^ ]+ ends at a blank; [^"\\]* ends at a quote or a backslash.
 * Inside the quoted field the loop is (?:\\.[^"\\]*)*: it begins with a backslash, which the piece before it cannot match.
 *
 * ^ belongs to the rule: without it the engine starts again at every character, and a linear expression is quadratic.
 *
 * The same shape is what makes the fields right. "[^"]*" ends at the first quote, escaped or not; ".*" ends at the last one
 * of the line, which belongs to another field.
 *
 * @module
 */
/** A line of an access log. */
export interface Access {
  readonly client: string;
  readonly user: string;
  readonly time: string;
  readonly request: string;
  readonly status: number;
  readonly bytes: number | undefined;
  readonly referrer: string;
  readonly agent: string;
}

const QUOTED = String.raw`"([^"\\]*(?:\\.[^"\\]*)*)"`;
const LINE = new RegExp(
  String.raw`^([^ ]+) [^ ]+ ([^ ]+) \[([^\]]+)\] ${QUOTED} (\d{3}) (\d+|-) ${QUOTED} ${QUOTED}$`,
  "s",
);

/** Reads a line of an access log; `undefined` for a line of any other form. */
export function parseAccess(line: string): Access | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const [
    ,
    client = "",
    user = "",
    time = "",
    request = "",
    status,
    size,
    referrer = "",
    agent = "",
  ] = match;
  return {
    client,
    user,
    time,
    request: unescaped(request),
    status: Number(status),
    bytes: size === "-" ? undefined : Number(size),
    referrer: unescaped(referrer),
    agent: unescaped(agent),
  };
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\])/g, "$1");
}
