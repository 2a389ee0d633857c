import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { About, Fields } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "many-lines": {
    means: "Your line has line breaks: one event is counted as several, and the rest is no JSON",
    think: "Who escapes a line break for you, if you let them write the whole text?",
  },
  "in-the-message": {
    means:
      "You put values into the name of the event: no two lines have the same one, and nothing can be counted",
    think: "What is the same in every line of this event, and what differs?",
  },
  "overwritten": {
    means:
      "You let a field replace a fixed one: an API that sends `level` now sets your log's level",
    think: "In which order do you spread, and who should win?",
  },
  "lost-field": {
    means: "You dropped a field because its name was taken: what it said is gone",
    think: "What does the task do with such a name, and with one that is taken as well?",
  },
  "empty-error": {
    means: "You wrote an error as {}: JSON.stringify does not see message and cause",
    think: "Which properties of an Error are enumerable?",
  },
  "shallow-error": {
    means: "You wrote the error without its cause: the log has the wrapping, and not what is in it",
    think: "What may the cause of an error be?",
  },
  "throws": {
    means: "Your logger throws: the line that should explain the failure becomes the failure",
    think: "Which values does JSON.stringify refuse?",
  },
  "trusts-values": {
    means:
      "You trust a value to be readable: it is somebody else's object, and its own code runs when you read it",
    think: "How much of the line should one bad value cost, and where is the try that does it?",
  },
  "loses-dates": {
    means: "You copied an object by its own keys: a Date or a URL has none and becomes {}",
    think: "What does JSON.stringify ask an object before it looks at its keys?",
  },
  "twice-is-a-circle": {
    means: "You took an object that comes twice for a circle: only one that contains itself is",
    think: "Do you remember all that was seen, or the way down to this value?",
  },
  "leaks": {
    means: "You wrote a credential into the log",
    think: "At which depth, and in which case, may its name be?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const ABOUT: About = {
  time: "2026-11-26T02:00:00.000Z",
  level: "warning",
  context: { run_id: "01RUN", source: "shop" },
};

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["formatEvent"],
  mistakes: MISTAKES,
  expectations: [
    { name: "a line is one JSON object with its fields in their order", test: order },
    { name: "fixed fields stay, and a clash loses nothing", test: clashes },
    { name: "an error is written with its causes", test: errors },
    { name: "values are written as they are, and no kind of value makes it throw", test: odd },
    { name: "a value that cannot be read costs its own field alone", test: unreadable },
    { name: "no credential is written", test: secrets },
  ],
};

function order({ formatEvent }: Subject): void {
  const fields = { page: 7, reason: 'broke\noff\r\nhere \u2028 "quoted"', gone: undefined };
  const text = formatEvent("page-failed", fields, ABOUT);
  if (/[\r\n]/.test(text)) throw wrong("many-lines", JSON.stringify(text));
  const line = parse(text);
  if (line["event"] !== "page-failed" && String(line["event"]).includes("7")) {
    throw wrong("in-the-message", `the event is "${line["event"]}"`);
  }
  const wanted = {
    time: ABOUT.time,
    level: "warning",
    event: "page-failed",
    run_id: "01RUN",
    source: "shop",
    page: 7,
    reason: fields.reason,
  };
  same(line, wanted);
}

function clashes({ formatEvent }: Subject): void {
  const line = parse(formatEvent("page-failed", { level: 3, time: "noon", source: "b" }, ABOUT));
  const seen = JSON.stringify(line);
  if (line["level"] !== "warning" || line["time"] !== ABOUT.time) throw wrong("overwritten", seen);
  if (line["level_"] === undefined || line["time_"] === undefined) throw wrong("lost-field", seen);
  if (line["level_"] !== 3 || line["time_"] !== "noon" || line["source"] !== "b") {
    throw unexpected(`${seen}; wanted level_ 3, time_ "noon", source "b"`);
  }
  for (const fields of [{ level: 1, level_: 2 }, { level_: 2, level: 1 }]) {
    const text = formatEvent("page-failed", fields, ABOUT);
    const values = Object.values(parse(text));
    if (!values.includes(1) || !values.includes(2)) {
      throw wrong("lost-field", `${JSON.stringify(fields)} became ${text}`);
    }
  }
  const text = formatEvent("e", JSON.parse('{"constructor":1,"__proto__":2}'), ABOUT);
  if (parse(text)["constructor"] !== 1 || Object.entries(parse(text)).at(-1)?.[1] !== 2) {
    throw unexpected(`fields "constructor" 1 and "__proto__" 2 became ${text}`);
  }
}

function errors({ formatEvent }: Subject): void {
  const bottom = new RangeError("no space left");
  const error = new TypeError("Cannot write", { cause: bottom });
  const line = parse(formatEvent("run-failed", { error, list: [error] }, ABOUT));
  const seen = JSON.stringify(line["error"]) ?? "nothing";
  if (!seen.includes("Cannot write")) throw wrong("empty-error", seen);
  if (!seen.includes("no space left")) throw wrong("shallow-error", seen);
  const wanted = {
    name: "TypeError",
    message: "Cannot write",
    cause: { name: "RangeError", message: "no space left" },
  };
  same(line["error"], wanted);
  if (JSON.stringify(line["list"]).includes("circular")) {
    throw wrong("twice-is-a-circle", `an error twice in a line: ${JSON.stringify(line["list"])}`);
  }
  same(line["list"], [wanted]);
  same(parse(formatEvent("e", { error: new Error("x", { cause: "text" }) }, ABOUT))["error"], {
    name: "Error",
    message: "x",
    cause: "text",
  });
}

function odd({ formatEvent }: Subject): void {
  const circle: Record<string, unknown> = { a: 1 };
  circle["self"] = circle;
  const shared = { b: 2 };
  const values: readonly (readonly [Fields, unknown])[] = [
    [{ value: 12345678901234567890n }, "12345678901234567890"],
    [{ value: circle }, { a: 1, self: "[circular]" }],
    [{ value: [shared, shared] }, [shared, shared]],
    [{ value: null }, null],
    [{ value: { when: 0, ok: false } }, { when: 0, ok: false }],
    [{ value: new Date(0) }, "1970-01-01T00:00:00.000Z"],
    [{ value: [new URL("http://a.example/b")] }, ["http://a.example/b"]],
  ];
  for (const [fields, wanted] of values) {
    let line: Fields;
    try {
      line = parse(formatEvent("odd", fields, ABOUT));
    } catch (error) {
      if (isUnwritten(error)) throw error;
      throw wrong("throws", `for ${Deno.inspect(fields["value"])}: ${error}`);
    }
    const found = JSON.stringify(line["value"]) ?? "nothing";
    if (/^\[?\{\}/.test(found)) {
      throw wrong("loses-dates", `${Deno.inspect(fields["value"])} became ${found}`);
    }
    if (Array.isArray(wanted) && found.includes("circular")) {
      throw wrong("twice-is-a-circle", `an object twice in a list: ${found}`);
    }
    same(line["value"], wanted);
  }
}

function unreadable({ formatEvent }: Subject): void {
  for (const [what, value] of unreadables()) {
    const fields = { before: 1, value, after: 2 };
    if (what.startsWith("a field's")) Object.defineProperty(fields, "value", { get: boom });
    let text: string;
    try {
      text = formatEvent("odd", fields, ABOUT);
    } catch (error) {
      if (isUnwritten(error)) throw error;
      throw wrong("trusts-values", `for ${what}: ${error}`);
    }
    const { before, value: found, after } = parse(text);
    const seen = `${what}: ${text.slice(0, 300)}`;
    if (before !== 1 || after !== 2) throw wrong("trusts-values", seen);
    // One that can write what is so deep has done more than it must.
    const isSaid = text.includes("[unreadable]") || what.includes("list") && Array.isArray(found);
    if (!isSaid) throw unexpected(`${seen}; wanted "[unreadable]" in its place`);
  }
}

function boom(): never {
  throw new TypeError("not now");
}

function unreadables(): readonly (readonly [string, unknown])[] {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  let deep: unknown = 1;
  for (let n = 0; n < 5_000; n++) deep = [deep];
  return [
    ["a field's getter that throws", 0],
    ["a getter that throws", Object.defineProperty({}, "x", { get: boom, enumerable: true })],
    ["a toJSON that throws", [{ toJSON: boom }]],
    ["a revoked proxy", { proxy }],
    ["an error that cannot be read", Object.defineProperty(new Error(), "message", { get: boom })],
    ["a list in a list 5,000 times", deep],
  ];
}

/** The stub's own error is no error of a logger. */
function isUnwritten(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Not written yet");
}

function secrets({ formatEvent }: Subject): void {
  const fields = {
    token: "hunter2",
    headers: { Authorization: "Bearer hunter2", accept: "json" },
    list: [{ PASSWORD: "hunter2" }, { secret: { deep: "hunter2" } }],
    made: { toJSON: () => ({ user: "u", password: "hunter2" }) },
    tokens: 3,
  };
  const text = formatEvent("request", fields, { ...ABOUT, context: { token: "hunter2" } });
  if (text.includes("hunter2")) throw wrong("leaks", text);
  same(parse(text)["headers"], { Authorization: "***", accept: "json" });
  same(parse(text)["list"], [{ PASSWORD: "***" }, { secret: "***" }]);
  if (parse(text)["tokens"] !== 3) throw unexpected("a field named tokens was hidden: it is none");
}

function parse(text: string): Fields {
  try {
    return JSON.parse(text);
  } catch {
    throw unexpected(`it is no JSON: ${text}`);
  }
}

function same(found: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw unexpected(`${a}, wanted ${b}`);
}

if (import.meta.main) await checkProcess(check);
