import type { Subject } from "../../../notebooks/exercises/05/05.5_regex/check.ts";

type Parse = Subject["parseAccess"];
type Access = Exclude<ReturnType<Parse>, undefined>;

function built(texts: readonly string[], quoted: readonly string[]): Access | undefined {
  const [client = "", user = "", time = "", status = "", size = ""] = texts;
  const [request = "", referrer = "", agent = ""] = quoted;
  if (
    !/^\d{3}$/.test(status) || !/^(?:\d+|-)$/.test(size) || client === "" || user === "" ||
    time === ""
  ) {
    return undefined;
  }
  const bytes = size === "-" ? undefined : Number(size);
  return { client, user, time, request, status: Number(status), bytes, referrer, agent };
}

/** A place in a line that only moves forward. */
class Cursor {
  at = 0;
  readonly #line: string;

  constructor(line: string) {
    this.#line = line;
  }

  get isAtEnd(): boolean {
    return this.at === this.#line.length;
  }

  eat(text: string): boolean {
    if (!this.#line.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  until(mark: string): string | undefined {
    const end = this.#line.indexOf(mark, this.at);
    if (end < 0) return undefined;
    const text = this.#line.slice(this.at, end);
    this.at = end;
    return text;
  }

  quoted(): string | undefined {
    if (!this.eat('"')) return undefined;
    let text = "";
    for (let c = this.#line[this.at++]; c !== undefined; c = this.#line[this.at++]) {
      if (c === '"') return text;
      const next = this.#line[this.at];
      if (c !== "\\") text += c;
      else if (next === '"' || next === "\\") {
        text += next;
        this.at++;
      } else text += c;
    }
    return undefined;
  }
}

function byCursor(line: string): Access | undefined {
  const cursor = new Cursor(line);
  const [client, , user] = [1, 2, 3].map(() => {
    const word = cursor.until(" ");
    cursor.eat(" ");
    return word;
  });
  if (!cursor.eat("[")) return undefined;
  const time = cursor.until("]");
  if (!cursor.eat("] ")) return undefined;
  const request = cursor.quoted();
  if (request === undefined || !cursor.eat(" ")) return undefined;
  const status = cursor.until(" ");
  cursor.eat(" ");
  const size = cursor.until(" ");
  cursor.eat(" ");
  const referrer = cursor.quoted();
  if (referrer === undefined || !cursor.eat(" ")) return undefined;
  const agent = cursor.quoted();
  if (agent === undefined || !cursor.isAtEnd) return undefined;
  return built([client ?? "", user ?? "", time ?? "", status ?? "", size ?? ""], [
    request,
    referrer,
    agent,
  ]);
}

/** Cuts a line into tokens by one sticky expression. */
function byTokens(line: string): Access | undefined {
  const token = /"(?:[^"\\]|\\.)*"(?= |$)|\[[^\]]*\](?= )|[^ "[]+(?= )/sy;
  const tokens: string[] = [];
  for (let at = 0; at < line.length && tokens.length < 10; at++) {
    token.lastIndex = at;
    const found = token.exec(line)?.[0];
    if (found === undefined) return undefined;
    tokens.push(found);
    at += found.length;
  }
  const kinds = tokens.map((one) => one[0] === '"' ? "q" : one[0] === "[" ? "t" : "w").join("");
  if (kinds !== "wwwtqwwqq" || line.endsWith(" ")) return undefined;
  const [
    client = "",
    ,
    user = "",
    time = "",
    request = "",
    status = "",
    size = "",
    referrer = "",
    agent = "",
  ] = tokens;
  const text = (quoted: string) => quoted.slice(1, -1).replaceAll(/\\(\\|")/g, (_all, one) => one);
  return built(
    [client, user, time.slice(1, -1), status, size],
    [request, referrer, agent].map(text),
  );
}

/** Characters one by one through a table of states. */
function byStates(line: string): Access | undefined {
  const fields: string[] = [""];
  const kinds: string[] = [];
  let state: "word" | "time" | "quoted" | "escape" | "after" = "word";
  for (const c of line) {
    const last = fields.length - 1;
    if (state === "after") {
      if (c !== " ") return undefined;
      fields.push("");
      state = "word";
    } else if (state === "escape") {
      fields[last] += c === '"' || c === "\\" ? c : `\\${c}`;
      state = "quoted";
    } else if (state === "quoted") {
      if (c === "\\") state = "escape";
      else if (c === '"') {
        kinds.push("q");
        state = "after";
      } else fields[last] += c;
    } else if (state === "time") {
      if (c === "]") {
        kinds.push("t");
        state = "after";
      } else fields[last] += c;
    } else if (c === " ") {
      kinds.push("w");
      fields.push("");
    } else if (fields[last] === "" && c === '"') state = "quoted";
    else if (fields[last] === "" && c === "[") state = "time";
    else fields[last] += c;
    if (fields.length > 9) return undefined;
  }
  if (state !== "after" || kinds.join("") !== "wwwtqwwqq") return undefined;
  const [
    client = "",
    ,
    user = "",
    time = "",
    request = "",
    status = "",
    size = "",
    referrer = "",
    agent = "",
  ] = fields;
  return built([client, user, time, status, size], [request, referrer, agent]);
}

const Q = String.raw`"((?:[^"\\]|\\.)*)"`;
const SIMPLE = new RegExp(
  String.raw`^(\S+) \S+ (\S+) \[([^\]]+)\] ${Q} (\d{3}) (\d+|-) ${Q} ${Q}$`,
  "s",
);

function byExpression(line: string): Access | undefined {
  const match = line.length > 65_536 ? null : SIMPLE.exec(line);
  if (match === null) return undefined;
  const [
    ,
    client = "",
    user = "",
    time = "",
    request = "",
    status = "",
    size = "",
    referrer = "",
    agent = "",
  ] = match;
  const text = (quoted: string) =>
    quoted.split("\\\\").map((part) => part.replaceAll('\\"', '"')).join("\\");
  return built([client, user, time, status, size], [request, referrer, agent].map(text));
}

/** Unusual, and right. */
export const right: Record<string, { parseAccess: Parse }> = {
  "a cursor that only moves forward": { parseAccess: byCursor },
  "tokens of one sticky expression": { parseAccess: byTokens },
  "a state for each character": { parseAccess: byStates },
  "an expression, and no line over 64 KiB": { parseAccess: byExpression },
  "the quotes first": {
    parseAccess(line) {
      const head = /^(\S+) \S+ (\S+) \[([^\]]+)\] (?=")/.exec(line);
      const all = byCursor(line);
      return head === null ? undefined : all;
    },
  },
  "a getter for each field": {
    parseAccess(line) {
      const found = byStates(line);
      return found && Object.defineProperties(
        {},
        Object.fromEntries(
          Object.entries(found).map((
            [key, value],
          ) => [key, { get: () => value, enumerable: true }]),
        ),
      ) as Access;
    },
  },
  "null prototypes": {
    parseAccess(line) {
      const found = byTokens(line);
      return found === undefined ? undefined : Object.assign(Object.create(null), found);
    },
  },
  "two ways that must agree": {
    parseAccess(line) {
      const [one, two] = [byCursor(line), byStates(line)];
      if (JSON.stringify(one) !== JSON.stringify(two)) throw new Error("They differ");
      return one;
    },
  },
};
