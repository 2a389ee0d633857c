import type { About, Fields } from "../../../notebooks/exercises/04/04.3_one_line/stub.ts";
import type { Subject } from "../../../notebooks/exercises/04/04.3_one_line/check.ts";

const HIDDEN = new Set(["token", "password", "secret", "authorization"]);
const FIXED = ["time", "level", "event"];

/** Puts the fields of a line together. */
function gather(event: string, fields: Fields, { time, level, context }: About) {
  const merged = { ...context, ...fields };
  const renamed = Object.keys(merged).map((key) =>
    [FIXED.includes(key) ? `${key}_` : key, merged[key]] as const
  );
  return new Map<string, unknown>([["time", time], ["level", level], ["event", event], ...renamed]);
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
  const below = [...way, value];
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
  const way: object[] = [];
  return JSON.stringify(Object.fromEntries(gather(event, fields, about)), function (key, value) {
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
  readonly #fields: Record<string, unknown> = {};
  add(key: string, value: unknown): this {
    this.#fields[key in this.#fields && FIXED.includes(key) ? `${key}_` : key] = value;
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
    formatEvent(event, fields, { time, level, context }) {
      const line = new Line().add("time", time).add("level", level).add("event", event);
      for (const [key, value] of Object.entries({ ...context, ...fields })) line.add(key, value);
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
      return JSON.stringify(Object.assign({}, ...Object.values(line)));
    },
  },
  "reduce": {
    formatEvent: (...all) =>
      JSON.stringify(
        [...gather(...all)].reduce<Fields>(
          (line, [key, value]) => Object.assign({ ...line }, simple({ [key]: value })),
          {},
        ),
      ),
  },
  "spaces and a trailing blank": {
    formatEvent: (...all) => `${JSON.stringify(simple(Object.fromEntries(gather(...all))))} `,
  },
};
