import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { ResponseClock } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "seconds-as-milliseconds": {
    means:
      "You took seconds for milliseconds: a thousand times too early is how addresses get blocked",
    think: "In which unit does the header speak, and in which does your function answer?",
  },
  "guesses": {
    means: "You made a number of something that is none of the known forms",
    think: "Which of parseInt, Number and Date.parse look at the whole text before they answer?",
  },
  "trusts-date-parse": {
    means:
      "You let Date.parse say what a date is: it reads nearly everything, and fills in what is missing",
    think: "Which parts does each of the three forms have? Does your pattern ask for every one?",
  },
  "not-a-number": {
    means:
      "You answered NaN: every comparison with it is false, so a guard after it lets everything pass",
    think: "What does your function return if no form fits?",
  },
  "local-clock": {
    means: "You counted from this machine's clock: if it is wrong, the wait is wrong by as much",
    think: "Which header of the same response says what the server's clock showed?",
  },
  "negative-wait": {
    means:
      "You answered a negative wait for a date that has passed: timers take it for none, sums and logs do not",
    think: "What is the least that a wait can be?",
  },
  "one-form": {
    means:
      "You know only today's form of a date; a proxy or an old server sends one of the other two",
    think: "The README shows all three; how do the other two differ?",
  },
  "local-time": {
    means:
      "You read the asctime form as local time: right in a container that runs on UTC, hours off on every other machine",
    think: "Which of the three forms says no zone, and which zone is meant?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);

const MOMENT = Date.UTC(2026, 10, 21, 3, 0, 0);
const FORMS = {
  "today's": "Sat, 21 Nov 2026 03:00:00 GMT",
  "RFC 850's": "Saturday, 21-Nov-26 03:00:00 GMT",
  "asctime's": "Sat Nov 21 03:00:00 2026",
};
const NONSENSE = [
  "",
  "soon",
  "3 hours",
  "-5",
  "+5",
  "1e3",
  "0x10",
  "5.",
  "2026-11-21T03:00:00Z",
  "12 Nov",
];

/** Date.parse knows a moment for each of these; they are none of the three forms, or no day. */
const LOOSE_DATES = [
  "21 Nov 2026 03:00:00 GMT",
  "Sat, 21 Nov 2026 03:00 GMT",
  "2026-11-21 03:00:00 GMT",
  "Nov 21 2026 GMT",
  "Wed, 31 Feb 2027 03:00:00 GMT",
];

/** The server's clock stands 90 s before the moment, the local one is an hour ahead of it. */
const CLOCK: ResponseClock = {
  date: "Sat, 21 Nov 2026 02:58:30 GMT",
  now: MOMENT - 90_000 + 3_600_000,
};

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["parseRetryAfter"],
  mistakes: MISTAKES,
  expectations: [
    { name: "digits are seconds, the answer is milliseconds", test: seconds },
    { name: "a date counts from the response's own Date header", test: serverClock },
    { name: "without Date, the local clock has to do", test: withoutDate },
    { name: "a date that has passed means no wait", test: past },
    { name: "the two older forms mean the same moment", test: olderForms },
    { name: "nothing, and nonsense, is undefined", test: nonsense },
  ],
};

async function seconds({ parseRetryAfter }: Subject): Promise<void> {
  for (const [text, wanted] of [["120", 120_000], ["0", 0], [" 7 ", 7_000]] as const) {
    const found = await parseRetryAfter(text, CLOCK);
    if (found === wanted) continue;
    const seen = call(text, found, wanted);
    throw found === wanted / 1000 ? wrong("seconds-as-milliseconds", seen) : unexpected(seen);
  }
}

async function serverClock({ parseRetryAfter }: Subject): Promise<void> {
  const text = FORMS["today's"];
  const found = await parseRetryAfter(text, CLOCK);
  if (found === 90_000) return;
  const seen = `${
    call(text, found, 90_000)
  }; Date was ${CLOCK.date}, the local clock an hour ahead`;
  const byLocal = MOMENT - CLOCK.now;
  const local = found === byLocal || found === 0 ||
    Math.abs((found ?? 0) - (MOMENT - Date.now())) < 60_000;
  throw local ? wrong("local-clock", seen) : unexpected(seen);
}

async function withoutDate({ parseRetryAfter }: Subject): Promise<void> {
  const text = FORMS["today's"];
  const found = await parseRetryAfter(text, { date: null, now: MOMENT - 5_000 });
  if (found !== 5_000) throw unexpected(call(text, found, 5_000));
}

async function past({ parseRetryAfter }: Subject): Promise<void> {
  const text = "Sat, 21 Nov 2026 02:00:00 GMT";
  const found = await parseRetryAfter(text, CLOCK);
  if (found === 0) return;
  const seen = call(text, found, 0);
  throw found !== undefined && found < 0 ? wrong("negative-wait", seen) : unexpected(seen);
}

async function olderForms({ parseRetryAfter }: Subject): Promise<void> {
  for (const [name, text] of Object.entries(FORMS)) {
    const found = await parseRetryAfter(text, CLOCK);
    if (found === 90_000) continue;
    const seen = `${name} form: ${call(text, found, 90_000)}`;
    if (found === undefined || Number.isNaN(found)) throw wrong("one-form", seen);
    throw name === "asctime's" ? wrong("local-time", seen) : unexpected(seen);
  }
}

async function nonsense({ parseRetryAfter }: Subject): Promise<void> {
  for (const text of [null, ...NONSENSE]) {
    const found = await parseRetryAfter(text, CLOCK);
    if (found === undefined) continue;
    const seen = call(text, found, undefined);
    throw Number.isNaN(found) ? wrong("not-a-number", seen) : wrong("guesses", seen);
  }
  for (const text of LOOSE_DATES) {
    const found = await parseRetryAfter(text, CLOCK);
    if (found !== undefined) throw wrong("trusts-date-parse", call(text, found, undefined));
  }
}

function call(text: string | null, found: unknown, wanted: unknown): string {
  return `parseRetryAfter(${JSON.stringify(text)}) gave ${found}, wanted ${wanted}`;
}

if (import.meta.main) await checkProcess(check);
