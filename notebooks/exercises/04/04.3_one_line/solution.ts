/**
 * Two steps: a name for every field, then its value as text. Names are decided in the first, where fixed fields win and a
 * clash gets underscores until the name is free; a log whose `level` can be set by an API is a log that lies.
 *
 * Making values plain is a recursion with the ancestors of a value. Only an ancestor is a circle: the same object twice, side
 * by side, is none. JSON.stringify would throw for a circle and for a BigInt, and would write {} for an Error, whose fields
 * are not enumerable. It would also call toJSON when the secrets have been looked for already, so that it is called here.
 *
 * The values are other people's: a getter throws, a proxy is revoked, a list is deeper than the stack. There is no list of
 * all that, so each field is tried for itself, reading included, and what throws costs one field and not the line.
 *
 * Secrets are found by name, at any depth, before anything is written. That is not enough in production (a secret may be
 * in a text), but the names are where most of them are.
 *
 * Line breaks need no care at all: JSON escapes them. That is why every text in the line is made by JSON.stringify.
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
  const owners = new Map<string, Fields>();
  for (const owner of [about.context, fields]) {
    for (const key of Object.keys(owner)) owners.set(key, owner);
  }
  const line = new Map(Object.entries(fixed).map(([key, value]) => [key, JSON.stringify(value)]));
  for (const [key, owner] of owners) {
    let name = key;
    while (line.has(name)) name += "_";
    const text = textOf(key, owner);
    if (text !== undefined) line.set(name, text);
  }
  return `{${[...line].map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
}

/** A field's value as text; whatever it does, it ends here. */
function textOf(key: string, owner: Fields): string | undefined {
  try {
    return JSON.stringify(plain(key, owner[key], []));
  } catch {
    return '"[unreadable]"';
  }
}

function plain(key: string, value: unknown, parents: readonly unknown[]): unknown {
  if (SECRET.test(key) && value !== undefined) return "***";
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (parents.includes(value)) return "[circular]";
  const below = [...parents, value];
  if (value instanceof Error) {
    const { name, message } = value;
    return { name, message, ..."cause" in value ? { cause: plain("", value.cause, below) } : {} };
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return plain(key, value.toJSON(key), below);
  }
  if (Array.isArray(value)) return value.map((item) => plain("", item, below));
  return Object.fromEntries(Object.entries(value).map(([k, item]) => [k, plain(k, item, below)]));
}
