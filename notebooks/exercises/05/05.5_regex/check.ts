import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "ends-at-escaped-quote": {
    means:
      "You ended a field at a quote that was escaped: every day, the same few hundred lines are lost or wrong",
    think: "What comes before a quote that belongs to the text?",
  },
  "ends-at-last-quote": {
    means:
      "You let a field run on to the last quote of the line: the request swallows referrer and agent",
    think: "How far does .* go before it thinks of coming back?",
  },
  "keeps-escapes": {
    means: "You kept the escapes in the text: anyone who searches for the agent does not find it",
    think: 'What did the client send, if the log says a\\"b?',
  },
  "needs-content": {
    means: "You ask for text between quotes: an empty field is valid, and the line with it",
    think: "What do * and + say?",
  },
  "dash-is-number": {
    means: 'You made a number of "-": NaN or 0 bytes, where nobody knows how many there were',
    think: 'What is Number("-"), and what does the task want instead?',
  },
  "takes-parts": {
    means:
      "You read a line that only has such a line in it: an access that is quoted in another log is counted",
    think: "What does your expression say of the start and the end of the line?",
  },
  "explodes": {
    means:
      "You wrote an expression with a choice at every character: one hostile line takes the whole night",
    think: "Where could your expression go on in two ways for the same character?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const HEAD = "203.0.113.9 - frank [12/Jan/2026:06:29:59 +0100]";
const PLAIN = `${HEAD} "GET /a HTTP/1.1" 301 96 "-" "curl/8"`;
/** Milliseconds that a line of 100,000 characters may take; a linear expression needs one or two. */
const MOST_MS = 150;

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["parseAccess"],
  mistakes: MISTAKES,
  expectations: [
    { name: "reads a plain line", test: plain },
    { name: "reads quoted fields up to the quote that ends them", test: quotes },
    { name: "takes the escapes off", test: escapes },
    { name: "reads empty fields, and knows that a dash is no number", test: edges },
    { name: "reads nothing else", test: others },
    { name: "takes no longer than a line is long", test: hostile },
  ],
};

function plain({ parseAccess }: Subject): void {
  const found = parseAccess(PLAIN);
  if (found === undefined) throw unexpected("the line of the task gave undefined");
  if (found.request.includes('"')) {
    throw wrong("ends-at-last-quote", `the request is ${JSON.stringify(found.request)}`);
  }
  const seen = [
    found.client,
    found.user,
    found.time,
    found.request,
    found.status,
    found.bytes,
    found.referrer,
    found.agent,
  ];
  const wanted = [
    "203.0.113.9",
    "frank",
    "12/Jan/2026:06:29:59 +0100",
    "GET /a HTTP/1.1",
    301,
    96,
    "-",
    "curl/8",
  ];
  if (JSON.stringify(seen) === JSON.stringify(wanted)) return;
  throw unexpected(
    `the line of the task gave ${JSON.stringify(seen)}, wanted ${JSON.stringify(wanted)}`,
  );
}

function quotes({ parseAccess }: Subject): void {
  const line = `${HEAD} "GET /a HTTP/1.1" 200 1 "http://r/?q=\\"x\\"" "a \\"b\\" c"`;
  const found = parseAccess(line);
  const seen = `an agent with escaped quotes gave ${JSON.stringify(found?.agent)}`;
  if (found === undefined || /^a \\?$/.test(found.agent)) {
    throw wrong("ends-at-escaped-quote", seen);
  }
  const end = parseAccess(`${HEAD} "GET /a HTTP/1.1" 200 1 "-" "a\\\\"`);
  if (end === undefined) {
    throw unexpected("an agent that ends in an escaped backslash gave undefined");
  }
}

function escapes({ parseAccess }: Subject): void {
  for (
    const [written, wanted] of [
      ['a\\"b', 'a"b'],
      ["a\\\\b", "a\\b"],
      ['a\\\\\\"b', 'a\\"b'],
      ["a\\x16b", "a\\x16b"],
      ["\\\\\\\\", "\\\\"],
      ["a\\\u2028b", "a\\\u2028b"],
    ] as const
  ) {
    const found = parseAccess(`${HEAD} "GET / HTTP/1.1" 200 1 "-" "${written}"`)?.agent;
    if (found === wanted) continue;
    const seen = `the agent ${written} became ${found}, wanted ${wanted}`;
    throw found === written ? wrong("keeps-escapes", seen) : unexpected(seen);
  }
}

function edges({ parseAccess }: Subject): void {
  const empty = parseAccess(`${HEAD} "" 400 0 "" ""`);
  if (empty === undefined) {
    throw wrong("needs-content", 'a line with "" as request, referrer and agent gave undefined');
  }
  if (empty.request !== "" || empty.bytes !== 0) {
    throw unexpected(`the empty line gave ${JSON.stringify(empty)}`);
  }
  const dash = parseAccess(`${HEAD} "-" 408 - "-" "-"`);
  if (dash === undefined) throw unexpected('a line with "-" as bytes gave undefined');
  if (dash.bytes !== undefined) throw wrong("dash-is-number", `"-" bytes became ${dash.bytes}`);
  if (dash.request !== "-" || dash.agent !== "-") {
    throw unexpected(`"-" as request gave ${JSON.stringify(dash)}`);
  }
}

function others({ parseAccess }: Subject): void {
  for (const line of [`x: bad upstream for ${PLAIN}`, `${PLAIN} 12`, `${PLAIN}${PLAIN}`]) {
    const found = parseAccess(line);
    if (found !== undefined) {
      throw wrong(
        "takes-parts",
        `${JSON.stringify(line.slice(0, 40))}… was read as an access of ${found.client}`,
      );
    }
  }
  for (
    const line of [
      "",
      "hello",
      HEAD,
      PLAIN.slice(0, -1),
      PLAIN.replace("301", "30"),
      PLAIN.replace(" 96", ""),
    ]
  ) {
    if (parseAccess(line) !== undefined) {
      throw unexpected(`${JSON.stringify(line)} was read as an access`);
    }
  }
}

function hostile({ parseAccess }: Subject): void {
  const LINES: readonly (readonly [string, (n: number) => string])[] = [
    ["a request of blanks", (n) => `${HEAD} "GET${" ".repeat(n)}`],
    ["a request of blanks, closed", (n) => `${HEAD} "GET${" ".repeat(n)}" 200`],
    ["a line of brackets", (n) => "b [c".repeat(n / 4)],
    ["a line of words", (n) => "x ".repeat(n / 2)],
    ["a line of letters", (n) => "x".repeat(n)],
    ["an agent of backslashes", (n) => `${HEAD} "GET / HTTP/1.1" 200 1 "-" "${"\\".repeat(n)}`],
    [
      "an agent of escaped quotes",
      (n) => `${HEAD} "GET / HTTP/1.1" 200 1 "-" "${'\\"'.repeat(n / 2)}`,
    ],
    ["a line of quotes", (n) => `${HEAD} ${'"" '.repeat(n / 3)}`],
  ];
  for (const [name, lineOf] of LINES) {
    // Lines grow until one takes too long: of an expression that explodes, the short ones say it already.
    for (const n of [16, 24, 200, 2000, 20_000, 100_000]) {
      const line = lineOf(n);
      let ms = Infinity;
      // Something else may run at the same moment: the best of three counts.
      for (let run = 0; run < 3 && ms > MOST_MS; run++) {
        const start = performance.now();
        parseAccess(line);
        ms = Math.min(ms, performance.now() - start);
      }
      if (ms > MOST_MS) {
        throw wrong(
          "explodes",
          `${name}, ${line.length} characters in all, took ${Math.round(ms)} ms`,
        );
      }
    }
  }
}

if (import.meta.main) await checkProcess(check);
