import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "zone-ignored": {
    means: "You took local times for UTC: every join with another log is off by the zone",
    think: "Which of the two options says what clock wrote the stamps?",
  },
  "fixed-offset": {
    means: "You took one offset for the whole year: half of it is off by an hour",
    think: "How far is Berlin from UTC in January, and how far in July?",
  },
  "future": {
    means:
      "You put the last line into the future: the report for the new year has eleven months that did not happen yet",
    think: "What does the time of the file's last change say about its last line?",
  },
  "never-as-last": {
    means:
      "You let a time that never was decide the year: one bad line at the end moves the whole file",
    think: "Which stamp is the last one that has an instant at all?",
  },
  "turn-missed": {
    means:
      "You gave both sides of New Year one year: December comes after the January that follows it",
    think: "How do you see, without a year, that one has begun?",
  },
  "line-by-line": {
    means: "You decided the year for each line by itself: neighbors of one night get two years",
    think: "Which is the only line whose year you can be sure of?",
  },
  "late-is-new-year": {
    means:
      "You began a new year with a line that was a little late: the rest of the log is a year ahead",
    think: "How large is a step back at New Year, and how large is one of a late line?",
  },
  "moves-impossible": {
    means:
      "You moved a day that does not exist to one that does: an invented time looks like any other",
    think: "What does your library do with 30 February if nobody asks it to refuse?",
  },
  "moves-skipped": {
    means: "You gave an instant to a time that the clocks skipped: nobody ever saw it on a clock",
    think: "What local time does your instant have in its zone?",
  },
  "later-of-two": {
    means: "You took the second of two equal hours: the task asks for the earlier one",
    think: "Which two instants are 02:30 on the night when clocks go back?",
  },
  "drops-or-sorts": {
    means: "You left out or moved stamps: nobody knows any more which line an instant belongs to",
    think: "How long is the result, and in whose order is it?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const BERLIN = "Europe/Berlin";

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["instants"],
  mistakes: MISTAKES,
  expectations: [
    { name: "reads stamps of one year by the clock of their zone", test: zones },
    { name: "puts no line after the file's last change", test: past },
    { name: "sees the turn of the year, once for the file", test: turns },
    { name: "begins no year with a late line", test: late },
    { name: "gives no instant to a time that never was, and keeps its place", test: never },
    { name: "knows the nights when clocks change", test: changes },
  ],
};

function zones({ instants }: Subject): void {
  const clock = { zone: "UTC", modified: "2026-08-01T00:00:00Z" };
  demand(instants, ["Jul  1 10:00:00"], clock, ["2026-07-01T10:00:00Z"]);
  const berlin = { ...clock, zone: BERLIN };
  const stamps = ["Jan 10 10:00:00", "Jul  1 10:00:00"];
  const found = read(instants, stamps, berlin);
  const seen = `10 o'clock in Berlin, in January and in July: ${found.join(", ")}`;
  if (found[1] === "2026-07-01T10:00:00Z") throw wrong("zone-ignored", seen);
  const wanted = ["2026-01-10T09:00:00Z", "2026-07-01T08:00:00Z"];
  if (found.join() === wanted.join()) return;
  const [winter = "", summer = ""] = found.map((one) => one?.slice(11, 13));
  throw winter === summer
    ? wrong("fixed-offset", seen)
    : unexpected(`${seen}, wanted ${wanted.join(", ")}`);
}

function past({ instants }: Subject): void {
  const clock = { zone: "UTC", modified: "2026-01-02T06:00:00Z" };
  const stamps = ["Dec 30 10:00:00", "Dec 31 10:00:00"];
  const found = read(instants, stamps, clock);
  if (found[1]?.startsWith("2026")) {
    throw wrong("future", `a file of 2 January 2026 ends with Dec 31: ${found.join(", ")}`);
  }
  demand(instants, stamps, clock, ["2025-12-30T10:00:00Z", "2025-12-31T10:00:00Z"]);
  // In UTC it is 2026 already.
  const west = { zone: "America/New_York", modified: "2026-01-01T04:30:00Z" };
  demand(instants, ["Dec 31 23:00:00"], west, ["2026-01-01T04:00:00Z"]);
  const east = { zone: "Pacific/Auckland", modified: "2025-12-31T11:30:00Z" };
  demand(instants, ["Jan  1 00:10:00"], east, ["2025-12-31T11:10:00Z"]);
}

function turns({ instants }: Subject): void {
  const clock = { zone: "UTC", modified: "2026-03-01T00:00:00Z" };
  const stamps = ["Dec 31 23:59:58", "Jan  1 00:00:01", "Feb 28 10:00:00"];
  const found = read(instants, stamps, clock);
  const seen = `Dec 31, Jan 1, Feb 28 in a file of March 2026: ${found.join(", ")}`;
  if (found[0]?.startsWith("2026")) throw wrong("turn-missed", seen);
  demand(instants, stamps, clock, [
    "2025-12-31T23:59:58Z",
    "2026-01-01T00:00:01Z",
    "2026-02-28T10:00:00Z",
  ]);
  // A log that ends in autumn, and was copied in spring.
  const old = { zone: "UTC", modified: "2026-04-10T00:00:00Z" };
  const autumn = ["Mar 20 10:00:00", "Apr 20 10:00:00", "Oct  1 10:00:00"];
  const copied = read(instants, autumn, old);
  const years = new Set(copied.map((one) => one?.slice(0, 4)));
  if (years.size > 1) {
    throw wrong("line-by-line", `Mar 20, Apr 20, Oct 1, read in April 2026: ${copied.join(", ")}`);
  }
  demand(instants, autumn, old, [
    "2025-03-20T10:00:00Z",
    "2025-04-20T10:00:00Z",
    "2025-10-01T10:00:00Z",
  ]);
  const two = [
    "Nov  1 00:00:00",
    "Mar  1 00:00:00",
    "Jul  1 00:00:00",
    "Nov  2 00:00:00",
    "Feb  1 00:00:00",
  ];
  demand(instants, two, clock, [
    "2024-11-01T00:00:00Z",
    "2025-03-01T00:00:00Z",
    "2025-07-01T00:00:00Z",
    "2025-11-02T00:00:00Z",
    "2026-02-01T00:00:00Z",
  ]);
}

function late({ instants }: Subject): void {
  const clock = { zone: "UTC", modified: "2026-06-01T00:00:00Z" };
  const stamps = ["May  1 10:00:00", "Apr 30 23:59:59", "May  1 09:59:00", "May  2 10:00:00"];
  const found = read(instants, stamps, clock);
  if (new Set(found.map((one) => one?.slice(0, 4))).size > 1) {
    throw wrong("late-is-new-year", `May 1, a late Apr 30, May 1, May 2: ${found.join(", ")}`);
  }
  demand(
    instants,
    stamps,
    clock,
    stamps.map((stamp) =>
      `2026-${stamp.startsWith("Apr") ? "04-30" : `05-0${stamp[5]}`}T${stamp.slice(7)}Z`
    ),
  );
  const night = ["Dec 31 23:59:50", "Jan  1 00:00:01", "Dec 31 23:59:59", "Jan  1 00:00:02"];
  const newYear = read(instants, night, clock);
  if (newYear.map((one) => one?.slice(0, 4)).join() === "2025,2026,2025,2026") return;
  throw wrong("late-is-new-year", `Dec 31, Jan 1, a late Dec 31, Jan 1: ${newYear.join(", ")}`);
}

function never({ instants }: Subject): void {
  const clock = { zone: "UTC", modified: "2026-06-01T00:00:00Z" };
  const stamps = ["Feb 27 10:00:00", "Feb 30 10:00:00", "Mar  1 25:00:00", "Mar  1 10:00:00"];
  const found = read(instants, stamps, clock);
  const seen = `Feb 30 and 25 o'clock, between two good stamps: ${found.join(", ")}`;
  if (found.length !== 4) throw wrong("drops-or-sorts", seen);
  if (found[1] !== null || found[2] !== null) throw wrong("moves-impossible", seen);
  demand(instants, stamps, clock, ["2026-02-27T10:00:00Z", null, null, "2026-03-01T10:00:00Z"]);
  const evening = { zone: "UTC", modified: "2025-12-31T23:30:00Z" };
  const last = read(instants, ["Dec 31 22:00:00", "Dec 32 23:00:00"], evening);
  if (last.join() !== "2025-12-31T22:00:00Z,") {
    const what = "Dec 31, and then Dec 32, in a file of Dec 31";
    throw wrong("never-as-last", `${what}: ${last.map(String).join(", ")}`);
  }
  const unsorted = ["May  2 10:00:00", "May  1 10:00:00"];
  const order = read(instants, unsorted, clock);
  if (order[0]?.startsWith("2026-05-01")) {
    throw wrong("drops-or-sorts", `May 2, then May 1: ${order.join(", ")}`);
  }
}

function changes({ instants }: Subject): void {
  const clock = { zone: BERLIN, modified: "2026-12-01T00:00:00Z" };
  const spring = read(instants, ["Mar 29 02:30:00", "Mar 29 03:30:00"], clock);
  if (spring[0] !== null) {
    throw wrong("moves-skipped", `02:30 on the night when clocks skip that hour: ${spring[0]}`);
  }
  if (spring[1] !== "2026-03-29T01:30:00Z") {
    throw unexpected(`03:30 in the night of the change: ${spring[1]}`);
  }
  const [twice] = read(instants, ["Oct 25 02:30:00"], clock);
  if (twice === "2026-10-25T01:30:00Z") {
    throw wrong("later-of-two", `02:30 on the night when that hour happens twice: ${twice}`);
  }
  if (twice !== "2026-10-25T00:30:00Z") throw unexpected(`02:30 on 25 October in Berlin: ${twice}`);
}

type Instants = Subject["instants"];
type Clock = Parameters<Instants>[1];

function read(instants: Instants, stamps: readonly string[], clock: Clock): (string | null)[] {
  return [...instants(stamps, clock)].map((one) =>
    one === null || one === undefined ? null : one.replace(/\.0+Z$/, "Z")
  );
}

function demand(
  instants: Instants,
  stamps: readonly string[],
  clock: Clock,
  wanted: readonly (string | null)[],
): void {
  const found = read(instants, stamps, clock);
  if (found.join() === wanted.join()) return;
  throw unexpected(
    `${stamps.join(", ")} in ${clock.zone}, changed ${clock.modified}: ${
      found.join(", ")
    }; wanted ${wanted.join(", ")}`,
  );
}

if (import.meta.main) await checkProcess(check);
