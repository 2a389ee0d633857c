import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "line-is-event": {
    means:
      "You made an event of each line: a trace of forty lines is forty errors, and somebody is woken",
    think: "What do you do with a line that is no header?",
  },
  "needs-indent": {
    means:
      'You took white space for the sign of a continuation: "Caused by:" is at the margin, and became an event',
    think: "Of what do you know how it begins: of events, or of what continues them?",
  },
  "last-lost": {
    means: "You lost the last event: the next header that would have ended it never comes",
    think: "What is still in your hands when the lines have ended?",
  },
  "first-lost": {
    means:
      "You lost the lines before the first header: a log that was rotated begins in the middle of a trace",
    think: "Where does a line go if no event is open?",
  },
  "splits-at-blank": {
    means: "You ended an event at a blank line: Go and Python have blank lines inside their traces",
    think: "Which line can tell you whether a blank one is inside or after?",
  },
  "keeps-last-blanks": {
    means: "You gave an event the blank lines after it: they belong to nobody",
    think: "When do you know that a blank line was the last one?",
  },
  "swallows-json": {
    means:
      "You took a JSON object for a part of the event above: its level, and it may be an error, is gone",
    think: "Which line can never be a part of a text?",
  },
  "glues-to-json": {
    means:
      "You joined what follows a JSON object to it: the object was whole, and what follows is nobody's",
    think: "What is open after a line that is an event of its own?",
  },
  "braces-are-json": {
    means: "You took everything in braces for JSON: a line of code in a trace became an event",
    think: "Who can say whether a text is JSON?",
  },
  "collects-all": {
    means:
      "You gave out the first event after the last line: a log larger than memory ends the process",
    think: "Where is your yield: inside the loop, or after it?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const [A, B, C] = [
  "2026-05-01 10:00:00 ERROR a",
  "2026-05-01 10:00:01 INFO b",
  "2026-05-01 10:00:02 INFO c",
] as const;
const JSON_LINE = '{"level":"error","msg":"boom"}';

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["events"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "gives an event for each header",
      task: "A header is a line that begins with a time such as `2026-05-01 10:00:00`. It",
      test: headers,
    },
    {
      name: "joins a trace, at the margin or not",
      task: "Every other line belongs to the event above it, indented or not. Blank lines",
      test: traces,
    },
    {
      name: "keeps blank lines inside, and drops those at the end",
      task: "Every other line belongs to the event above it, indented or not. Blank lines",
      test: blanks,
    },
    {
      name: "loses nothing before the first header",
      task: "Lines before the first header are an event without a header, too: they are not lost.",
      test: orphans,
    },
    {
      name: "takes a JSON object for an event, wherever it is",
      task: "A line that is a whole JSON object (it begins with `{` and ends with `}`,",
      test: json,
    },
    {
      name: "gives an event out as soon as it has ended",
      task: "In one pass: an event goes out when the line comes that ends it, and not",
      test: lazy,
    },
  ],
};

function headers({ events }: Subject): void {
  const found = collect(events, [A, B]);
  if (found === show([[1, true, [A]]])) throw wrong("last-lost", "two headers gave one event");
  demand(events, [A, B], [[1, true, [A]], [2, true, [B]]]);
  demand(events, [], []);
}

function traces({ events }: Subject): void {
  const trace = [A, "java.lang.X: y", "\tat a.b(C.java:1)", "Caused by: z", "\t... 2 more"];
  const found = [...events([...trace, B])];
  const seen = `a header, a trace of 4 lines and a header gave ${found.length} events`;
  if (found.length === 6) throw wrong("line-is-event", seen);
  if (found.length > 2) throw wrong("needs-indent", seen);
  demand(events, [...trace, B], [[1, true, trace], [6, true, [B]]]);
  const last = collect(events, trace);
  if (last === show([])) throw wrong("last-lost", "a log that ends in a trace gave no event");
  demand(events, trace, [[1, true, trace]]);
}

function blanks({ events }: Subject): void {
  const trace = [A, "panic: x", "", " ", "goroutine 1 [running]:"];
  const found = [...events([...trace, B])];
  if (found.length !== 2) {
    throw wrong(
      "splits-at-blank",
      `a trace with two blank lines inside gave ${found.length - 1} events`,
    );
  }
  demand(events, [...trace, B], [[1, true, trace], [6, true, [B]]]);
  for (const lines of [[A, "", " ", B, ""], [A, "", " ", B]]) {
    const events_ = [...events(lines)];
    const kept = events_.flatMap((event) =>
      event.lines
    ).filter((line) => line.trim() === "").length;
    if (kept > 0) throw wrong("keeps-last-blanks", `${kept} blank lines after events were kept`);
    demand(events, lines, [[1, true, [A]], [4, true, [B]]]);
  }
}

function orphans({ events }: Subject): void {
  const lines = ["\tat a.b(C.java:1)", "Caused by: z", A];
  const [first] = events(lines);
  if (first?.lines[0] === A) {
    throw wrong("first-lost", "two lines before the first header are in no event");
  }
  demand(events, lines, [[1, false, lines.slice(0, 2)], [3, true, [A]]]);
  demand(events, ["", "x"], [[2, false, ["x"]]]);
}

function json({ events }: Subject): void {
  const found = [...events([A, JSON_LINE, B])];
  if (found.length === 2) {
    throw wrong(
      "swallows-json",
      `${JSON_LINE} between two headers became a part of the first event`,
    );
  }
  demand(events, [A, JSON_LINE, B], [[1, true, [A]], [2, true, [JSON_LINE]], [3, true, [B]]]);
  const after = [JSON_LINE, "\tat a.b", "more", A];
  const [first] = events(after);
  if (first !== undefined && first.lines.length > 1) {
    throw wrong(
      "glues-to-json",
      `${first.lines.length - 1} lines after a JSON object became a part of it`,
    );
  }
  demand(events, after, [[1, true, [JSON_LINE]], [2, false, ["\tat a.b", "more"]], [4, true, [A]]]);
  const code = [A, "{ return x; }", "{not json}", B];
  const braces = [...events(code)];
  if (braces.length > 2) {
    throw wrong("braces-are-json", '"{ return x; }" in a trace became an event');
  }
  demand(events, code, [[1, true, code.slice(0, 3)], [4, true, [B]]]);
}

function lazy({ events }: Subject): void {
  let taken = 0;
  function* source() {
    for (const line of [A, "x", B, C, A, B, C]) {
      taken++;
      yield line;
    }
  }
  const [first] = firstOf(events(source()));
  if (first === undefined || first.lines.length !== 2) {
    throw unexpected(`the first event was ${JSON.stringify(first)}`);
  }
  // The header that ends it, and one line that somebody may look at in advance.
  if (taken <= 4) return;
  throw wrong(
    "collects-all",
    `${taken} of 7 lines were read before the first event of 2 lines came`,
  );
}

function firstOf<T>(items: Iterable<T>): T[] {
  for (const item of items) return [item];
  return [];
}

type Wanted = readonly (readonly [line: number, header: boolean, lines: readonly string[]])[];

function collect(events: Subject["events"], lines: readonly string[]): string {
  return show([...events(lines)].map(({ line, header, lines }) => [line, header, lines] as const));
}

function demand(events: Subject["events"], lines: readonly string[], wanted: Wanted): void {
  const found = collect(events, lines);
  if (found !== show(wanted)) {
    throw unexpected(`${JSON.stringify(lines)} gave ${found}, wanted ${show(wanted)}`);
  }
}

function show(events: Wanted): string {
  return JSON.stringify(events);
}

if (import.meta.main) await checkProcess(check);
