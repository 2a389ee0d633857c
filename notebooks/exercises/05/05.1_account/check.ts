import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "drops-silently": {
    means:
      "You skip lines that match nothing: the dashboard says twelve errors, and there were four thousand",
    think: "Which of the four results would show that a line was skipped?",
  },
  "stops-early": {
    means:
      "You end at the first bad line: one broken byte at two in the morning costs the rest of the day",
    think: "What is left to do for the lines after a bad one?",
  },
  "counts-records": {
    means:
      "You number the good lines instead of the lines: nobody finds the line that a reject speaks of",
    think: "When is your counter raised, and for which lines?",
  },
  "counts-the-end": {
    means: "You count a line after the last line end: every file has one line too many",
    think: 'How many pieces does "a\\n".split("\\n") have?',
  },
  "rejects-blanks": {
    means: "You reject blank lines: anyone who reads the rejects has to wade through nothing",
    think: "What does the task call a line of white space only?",
  },
  "alters-raw": {
    means: "You changed what you rejected: it is the only copy that can be parsed again",
    think: "What did you do to the line before you looked at it?",
  },
  "ends-at-return": {
    means:
      "You rejected good lines that have a \\r in them: every line of a machine with Windows does",
    think: "Which characters does a dot not stand for, without a flag?",
  },
  "alters-message": {
    means: "You changed the message: blanks in it are its own, and somebody will search for them",
    think: "Where does the message begin, and who says that it is trimmed?",
  },
  "invents-level": {
    means: "You gave a line a level that it does not have: an invented INFO hides an error",
    think: "What can be said of a line whose level is FATAL?",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const GOOD = "2026-05-01T10:00:00Z ERROR payment failed: card declined";

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["readLog"],
  mistakes: MISTAKES,
  expectations: [
    { name: "reads good lines", test: good },
    { name: "rejects each bad line, and goes on", test: bad },
    { name: "invents nothing", test: inventsNothing },
    { name: "numbers lines as they are in the file", test: numbers },
    { name: "counts blank lines, and a line end begins none", test: blanks },
    { name: "keeps what it rejects and reads as it was", test: unchanged },
    { name: "accounts for every line of any text", test: conserves },
  ],
};

function good({ readLog }: Subject): void {
  const { records, lines } = readLog(`${GOOD}\n2026-05-01T10:00:01Z INFO ok\n`);
  const found = records.map(({ time, level, message }) => `${time}|${level}|${message}`).join("; ");
  const wanted =
    "2026-05-01T10:00:00Z|ERROR|payment failed: card declined; 2026-05-01T10:00:01Z|INFO|ok";
  if (found !== wanted) {
    throw unexpected(`two good lines gave ${found || "no record"}, wanted ${wanted}`);
  }
  if (lines === 3) throw wrong("counts-the-end", "two lines, each with its line end, gave 3 lines");
  if (lines !== 2) throw unexpected(`two lines gave ${lines} lines`);
}

function bad({ readLog }: Subject): void {
  const text = `${GOOD}\nhello\n${GOOD}\n`;
  let report: ReturnType<Subject["readLog"]>;
  try {
    report = readLog(text);
  } catch (error) {
    if (String(error).includes("Not written yet")) throw error;
    throw wrong("stops-early", `"hello" between two good lines ended it: ${error}`);
  }
  const { records, rejects } = report;
  const seen =
    `of a good line, "hello" and a good line, ${records.length} became records and ${rejects.length} rejects`;
  if (rejects.length === 0 && records.length === 2) throw wrong("drops-silently", seen);
  if (records.length < 2) throw wrong("stops-early", seen);
  if (rejects.length !== 1) throw unexpected(seen);
  if (typeof rejects[0]?.reason !== "string" || rejects[0].reason === "") {
    throw unexpected("a reject has no reason");
  }
}

function inventsNothing({ readLog }: Subject): void {
  for (
    const line of [
      "2026-05-01T10:00:00Z FATAL out of memory",
      "2026-05-01T10:00:00Z out of memory",
      "2026-05-01T10:00:00Z error payment failed",
    ]
  ) {
    const { records, rejects } = readLog(`${line}\n`);
    const [record] = records;
    if (record !== undefined) {
      throw wrong("invents-level", `"${line}" became a record of level "${record.level}"`);
    }
    if (rejects.length !== 1) {
      throw wrong("drops-silently", `"${line}" is neither a record nor a reject`);
    }
  }
  for (const line of ["10:00 ERROR x", `x ${GOOD}`, "2026-05-01T10:00:00 ERROR x"]) {
    const { records, rejects } = readLog(`${line}\n`);
    if (records.length > 0 || rejects.length !== 1) {
      throw unexpected(
        `"${line}" gave ${records.length} records and ${rejects.length} rejects, wanted one reject`,
      );
    }
  }
}

function numbers({ readLog }: Subject): void {
  const { records, rejects } = readLog(`${GOOD}\nbad\n${GOOD}\nbad\n`);
  const found = `records ${records.map(({ line }) => line)}; rejects ${
    rejects.map(({ line }) => line)
  }`;
  if (found === "records 1,3; rejects 2,4") return;
  throw wrong(
    "counts-records",
    `good, bad, good, bad gave ${found}, wanted records 1,3; rejects 2,4`,
  );
}

function blanks({ readLog }: Subject): void {
  const { rejects, blank, lines } = readLog(`${GOOD}\n\n \t\n${GOOD}`);
  const seen =
    `two blank lines between two good ones: ${blank} blank, ${rejects.length} rejects, ${lines} lines`;
  if (rejects.length > 0) throw wrong("rejects-blanks", seen);
  if (blank !== 2 || lines !== 4) throw unexpected(`${seen}, wanted 2, 0 and 4`);
  const empty = readLog("");
  if (empty.lines !== 0) throw wrong("counts-the-end", `an empty text gave ${empty.lines} lines`);
}

function unchanged({ readLog }: Subject): void {
  const odd = "  two blanks first, é and a tab\t";
  const { rejects, records } = readLog(`${odd}\n2026-05-01T10:00:00Z WARN  late  \n`);
  if (rejects[0]?.raw !== odd) {
    throw wrong(
      "alters-raw",
      `${JSON.stringify(odd)} was kept as ${JSON.stringify(rejects[0]?.raw)}`,
    );
  }
  const [record] = records;
  if (record?.message !== " late  ") {
    throw wrong(
      "alters-message",
      `the message " late  " became ${JSON.stringify(record?.message)}`,
    );
  }
  for (const message of ["done\r", "a\u2028b"]) {
    const [found] = readLog(`2026-05-01T10:00:00Z INFO ${message}\n`).records;
    const seen = `the message ${JSON.stringify(message)} became ${
      JSON.stringify(found?.message) ?? "a reject"
    }`;
    if (found === undefined) throw wrong("ends-at-return", seen);
    if (found.message !== message) throw wrong("alters-message", seen);
  }
}

function conserves({ readLog }: Subject): void {
  const pieces = [GOOD, "", " ", "bad", "2026-05-01T10:00:00Z INFO x", "\t", "é"];
  for (let n = 0; n < 200; n++) {
    const lines = Array.from(
      { length: n % 9 },
      (_, i) => pieces[(n * 31 + i * 17) % pieces.length],
    );
    const text = lines.join("\n") + (n % 2 === 0 && lines.length > 0 ? "\n" : "");
    const report = readLog(text);
    const sum = report.records.length + report.rejects.length + report.blank;
    if (sum !== report.lines) {
      throw unexpected(`${JSON.stringify(text)}: ${report.lines} lines, but ${sum} accounted for`);
    }
    const wanted = text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
    if (report.lines !== wanted) {
      throw unexpected(`${JSON.stringify(text)}: ${report.lines} lines, wanted ${wanted}`);
    }
  }
}

if (import.meta.main) await checkProcess(check);
