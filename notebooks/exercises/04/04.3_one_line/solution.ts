/**
 * Two steps: first the fields are put together, then every value is made plain. Names are decided in the first, where fixed
 * fields win and a clash gets an underscore; a log whose `level` can be set by an API is a log that lies.
 *
 * Making values plain is a recursion with the ancestors of a value. Only an ancestor is a circle: the same object twice, side
 * by side, is none. JSON.stringify would throw for a circle and for a BigInt, and would write {} for an Error, whose fields
 * are not enumerable.
 *
 * Secrets are found by name, at any depth, before anything is written. That is not enough in production (a secret may be
 * in a text), but the names are where most of them are.
 *
 * Line breaks need no care at all: JSON escapes them. That is why the text is built as JSON and not by hand.
 *
 * @module
 */
/** Named values. */
export type Fields = Readonly<Record<string, unknown>>;

/** What every line says. */
export interface About {
  /** ISO-8601, UTC. */
  readonly time: string;
  readonly level: "debug" | "info" | "warning" | "error";
  /** Run, source, page: where it happened. */
  readonly context: Fields;
}

const SECRET = /^(token|password|secret|authorization)$/i;

/** Returns a log line, as JSON. */
export function formatEvent(event: string, fields: Fields, about: About): string {
  const fixed = { time: about.time, level: about.level, event };
  const line: Record<string, unknown> = { ...fixed };
  for (const [key, value] of Object.entries({ ...about.context, ...fields })) {
    line[key in fixed ? `${key}_` : key] = value;
  }
  return JSON.stringify(plain(line, []));
}

function plain(value: unknown, parents: readonly unknown[]): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (parents.includes(value)) return "[circular]";
  const below = [...parents, value];
  if (Array.isArray(value)) return value.map((item) => plain(item, below));
  if (value instanceof Error) {
    const { name, message } = value;
    return { name, message, ..."cause" in value ? { cause: plain(value.cause, below) } : {} };
  }
  return Object.fromEntries(
    Object.entries(value).map((
      [key, item],
    ) => [key, SECRET.test(key) && item !== undefined ? "***" : plain(item, below)]),
  );
}
