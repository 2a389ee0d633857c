import type { About, Fields } from "../../../notebooks/exercises/04/04.3_one_line/stub.ts";
import type { Subject } from "../../../notebooks/exercises/04/04.3_one_line/check.ts";

const HIDDEN = new Set(["token", "password", "secret", "authorization"]);
const FIXED = ["time", "level", "event"];

/** Puts the fields of a line together. */
function gather(event: string, fields: Fields, { time, level, context }: About) {
  const line = new Map<string, unknown>([["time", time], ["level", level], ["event", event]]);
  const keys = new Set([context, fields].flatMap(Object.keys));
  for (const key of keys) {
    let name = FIXED.includes(key) ? `${key}_` : key;
    while (name !== key && keys.has(name)) name += "_";
    line.set(name, read(key in fields && Object.hasOwn(fields, key) ? fields : context, key));
  }
  return line;
}

function read(from: Fields, key: string): unknown {
  try {
    return from[key];
  } catch {
    return "[unreadable]";
  }
}

function simple(value: unknown, way: readonly object[] = []): unknown {
  switch (typeof value) {
    case "bigint":
      return value.toString();
    case "object":
      return value === null ? null : ofObject(value, way);
    default:
      return value;
  }
}

function ofObject(value: object, way: readonly object[]): unknown {
  if (way.includes(value)) return "[circular]";
  try {
    return way.length > 500 ? "[unreadable]" : ofReadable(value, [...way, value]);
  } catch {
    return "[unreadable]";
  }
}

function ofReadable(value: object, below: readonly object[]): unknown {
  if ("toJSON" in value && value.toJSON instanceof Function) return simple(value.toJSON(), below);
  if (Array.isArray(value)) return Array.from(value, (item) => simple(item, below));
  const pairs: [string, unknown][] = value instanceof Error
    ? [["name", value.name], ["message", value.message], ["cause", value.cause]]
    : Object.entries(value);
  const shown = pairs.filter(([, item]) => item !== undefined).map(([key, item]) =>
    [key, HIDDEN.has(key.toLowerCase()) ? "***" : simple(item, below)] as const
  );
  return Object.fromEntries(shown);
}

/** By the replacer of JSON.stringify, whose `this` is the object around a value. */
function byReplacer(event: string, fields: Fields, about: About): string {
  const texts: string[] = [];
  for (const [key, value] of gather(event, fields, about)) {
    let text: string;
    try {
      text = replaced({ [key]: value });
    } catch {
      text = JSON.stringify({ [key]: "[unreadable]" });
    }
    if (text !== "{}") texts.push(text.slice(1, -1));
  }
  return `{${texts}}`;
}

function replaced(field: Fields): string {
  const way: object[] = [];
  return JSON.stringify(field, function (key, value) {
    while (way.length > 0 && way.at(-1) !== this) way.pop();
    if (HIDDEN.has(key.toLowerCase()) && value !== undefined) return "***";
    if (typeof value === "bigint") return `${value}`;
    if (typeof value !== "object" || value === null) return value;
    if (way.includes(value)) return "[circular]";
    const shown = value instanceof Error
      ? {
        name: value.name,
        message: value.message,
        ...(value.cause === undefined ? {} : { cause: value.cause }),
      }
      : value;
    way.push(shown);
    return shown;
  });
}

class Line {
  readonly #fields: Record<string, unknown> = Object.create(null);
  add(key: string, value: unknown): this {
    this.#fields[key] = value;
    return this;
  }
  toString(): string {
    return JSON.stringify(simple(this.#fields));
  }
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "a map, and a switch": {
    formatEvent: (...all) => JSON.stringify(simple(Object.fromEntries(gather(...all)))),
  },
  "a replacer": { formatEvent: byReplacer },
  "a class that adds": {
    formatEvent(...all) {
      const line = new Line();
      for (const [key, value] of gather(...all)) line.add(key, value);
      return line.toString();
    },
  },
  "joined by hand from pairs": {
    formatEvent(...all) {
      const pairs = Object.entries(simple(Object.fromEntries(gather(...all))) as Fields)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
      return `{ ${pairs.join(", ")} }`;
    },
  },
  "two calls of stringify": {
    formatEvent: (...all) => {
      const tree = JSON.parse(JSON.stringify(simple(Object.fromEntries(gather(...all)))));
      return JSON.stringify(tree);
    },
  },
  "Object.assign and defineProperty": {
    formatEvent(event, fields, about) {
      const line = {};
      for (const [key, value] of gather(event, fields, about)) {
        Object.defineProperty(line, key, { value: simple({ [key]: value }), enumerable: true });
      }
      return JSON.stringify(
        Object.fromEntries(Object.values(line).flatMap((one) => Object.entries(one as Fields))),
      );
    },
  },
  "reduce": {
    formatEvent: (...all) =>
      JSON.stringify(
        [...gather(...all)].reduce<Fields>(
          (line, [key, value]) => ({ ...line, ...simple({ [key]: value }) as Fields }),
          {},
        ),
      ),
  },
  "spaces and a trailing blank": {
    formatEvent: (...all) => `${JSON.stringify(simple(Object.fromEntries(gather(...all))))} `,
  },
};
