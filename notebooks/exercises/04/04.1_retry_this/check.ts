import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import type { Action, Failure, Tried } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "retries-the-unretryable": {
    means: "You tried again what does not pass by itself: a revoked token stays revoked",
    think: "Which field says whether the same thing may succeed, unchanged?",
  },
  "reads-the-code": {
    means:
      "You decided by the text of the code: the same code may pass in one place and not in another",
    think: "The code that raised the failure knew whether it passes. Where does it say so?",
  },
  "rejects-an-outage": {
    means:
      "You put into quarantine what was never read: an outage is no bad record, and its data is lost",
    think: "What would lie in quarantine, if the request failed?",
  },
  "stops-for-a-record": {
    means: "You stopped everything for one bad record: the good ones next to it never arrive",
    think: "Whose fault is a record without an id, and who else should pay for it?",
  },
  "comes-back-early": {
    means:
      "You come back before the time that the server asked for: that is how a 429 becomes a ban",
    think: "What is left to do if the wait is longer than you may wait?",
  },
  "never-gives-up": {
    means: "You try forever: no number of attempts ends it",
    think: "How many attempts were made, and how many may be made in all?",
  },
  "repeats-harm": {
    means: "You repeated what must not happen twice: the first try may have worked",
    think: "What does repeatable: false say about the payment that timed out?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const TRIED: Tried = { attempts: 1, limit: 3, maxWait: 60_000 };

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["decide"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "a bad record is rejected, and nothing else is",
      task: '`of: "record"` | `"reject"`: quarantine, and the others go on',
      test: records,
    },
    {
      name: "what passes by itself is tried again, and nothing else is",
      task: '`of: "request"` or `"storage"`, and it passes by itself, may be repeated,',
      test: transients,
    },
    {
      name: "what must not happen twice is tried once",
      task: "`failure.repeatable` says whether a second try does no harm; `undefined`",
      test: repeats,
    },
    {
      name: "it gives up after the last attempt",
      task: "`tried.attempts` were made, of at most `tried.limit`.",
      test: attempts,
    },
    {
      name: "a wait that is too long suspends, and is not cut short",
      task: "`failure.wait` is what the server asks for, in ms; `undefined` if it asks",
      test: waits,
    },
  ],
};

function records({ decide }: Subject): void {
  for (const transient of [false, true]) {
    const found = decide({ code: "record-invalid", of: "record", transient }, TRIED);
    if (found === "stop") throw wrong("stops-for-a-record", `record-invalid: ${found}`);
    if (found !== "reject") throw unexpected(`record-invalid, transient ${transient}: ${found}`);
  }
  for (const kind of ["request", "storage"] as const) {
    const found = decide({ code: "http-reset", of: kind, transient: true }, {
      ...TRIED,
      attempts: 3,
    });
    if (found === "reject") throw wrong("rejects-an-outage", `${kind}, no attempt left: ${found}`);
  }
}

function transients({ decide }: Subject): void {
  for (const kind of ["request", "storage"] as const) {
    for (const code of ["http-status", "http-auth", "http-timeout", "storage-full", "odd"]) {
      const passing = decide({ code, of: kind, transient: true }, TRIED);
      const lasting = decide({ code, of: kind, transient: false }, TRIED);
      const seen = `${kind}, ${code}: transient true ${passing}, false ${lasting}`;
      if (passing === lasting && (passing === "retry" || passing === "stop")) {
        const other = decide({ code: "http-timeout", of: kind, transient: false }, TRIED);
        if (other !== decide({ code: "http-auth", of: kind, transient: false }, TRIED)) {
          throw wrong("reads-the-code", seen);
        }
      }
      if (lasting === "retry") throw wrong("retries-the-unretryable", seen);
      if (passing !== "retry" || lasting !== "stop") throw unexpected(seen);
    }
  }
  for (const transient of [true, false]) {
    expect(decide, { code: "config-invalid", of: "configuration", transient }, "stop");
  }
}

function repeats({ decide }: Subject): void {
  const failure: Failure = { code: "http-timeout", of: "request", transient: true };
  const found = decide({ ...failure, repeatable: false }, TRIED);
  if (found === "retry") throw wrong("repeats-harm", `repeatable false: ${found}`);
  expect(decide, { ...failure, repeatable: false }, "stop");
  expect(decide, { ...failure, repeatable: true }, "retry");
}

function attempts({ decide }: Subject): void {
  const failure: Failure = { code: "http-timeout", of: "request", transient: true };
  for (const [made, action] of [[1, "retry"], [2, "retry"], [3, "stop"], [4, "stop"]] as const) {
    const found = decide(failure, { ...TRIED, attempts: made });
    const seen = `attempt ${made} of 3 failed: ${found}`;
    if (found === "retry" && action === "stop") throw wrong("never-gives-up", seen);
    if (found !== action) throw unexpected(seen);
  }
  const last = decide({ ...failure, wait: 1e9 }, { ...TRIED, attempts: 3 });
  if (last !== "stop") throw unexpected(`no attempt left, a wait of 1e9 ms: ${last}, wanted stop`);
}

function waits({ decide }: Subject): void {
  const failure: Failure = { code: "http-status", of: "request", transient: true };
  for (const [wait, action] of [[0, "retry"], [60_000, "retry"], [60_001, "suspend"]] as const) {
    const found = decide({ ...failure, wait }, TRIED);
    const seen = `a wait of ${wait} ms, maxWait 60000: ${found}`;
    if (found === "retry" && action === "suspend") throw wrong("comes-back-early", seen);
    if (found !== action) throw unexpected(`${seen}, wanted ${action}`);
  }
}

function expect(decide: Subject["decide"], failure: Failure, action: Action): void {
  const found = decide(failure, TRIED);
  if (found !== action) throw unexpected(`${JSON.stringify(failure)}: ${found}, wanted ${action}`);
}

if (import.meta.main) await checkProcess(check);
