import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "deferred",
    seen: 'another job wrote between your read and your write: "database is locked" (517)',
    replace: [['  db.run("BEGIN IMMEDIATE");', '  db.run("BEGIN");']],
  },
  {
    id: "gives-up",
    seen: 'BEGIN IMMEDIATE was busy once (5), and it threw "database is locked" (5)',
    replace: [["if (!isBusy(error) || n >= RETRIES) throw error;", "throw error;"]],
  },
  {
    id: "one-code",
    seen: 'BEGIN IMMEDIATE was busy once (261), and it threw "database is locked" (261)',
    replace: [["(Number(error.errcode) & 0xff) === BUSY", "Number(error.errcode) === BUSY"]],
  },
  {
    id: "reads-the-message",
    seen: '"CHECK constraint failed: database_is_locked" (275) was tried 6 times',
    replace: [[
      `  if (!(error instanceof Error && "errcode" in error)) return false;
  return (Number(error.errcode) & 0xff) === BUSY;`,
      '  return error instanceof Error && error.message.includes("locked");',
    ]],
  },
  {
    id: "work-once",
    seen: "100, 10 added, and 2 by others: the balance is 110, wanted 112",
    replace: [
      [
        "  for (let n = 0;; n++) {",
        '  const [before] = db.all("SELECT balance FROM account");\n  for (let n = 0;; n++) {',
      ],
      [
        "      return attempt(db, work);",
        "      return attempt(db, () => work({ ...db, all: () => before ? [before] : [] }));",
      ],
    ],
  },
  {
    id: "sleeps-inside",
    seen: "COMMIT was busy: it waited 2 times with a lock held",
    replace: [
      [
        "      await tools.sleep(tools.random() * Math.min(1000, 50 * 2 ** n));",
        `      await tools.sleep(tools.random() * Math.min(1000, 50 * 2 ** n));
      if (db.inTransaction) db.run("ROLLBACK");`,
      ],
      [
        `    if (db.inTransaction) db.run("ROLLBACK");
    throw error;`,
        `    if (db.inTransaction && !isBusy(error)) db.run("ROLLBACK");
    throw error;`,
      ],
    ],
  },
  {
    id: "left-open",
    seen: "cannot start a transaction within a transaction",
    replace: [['    if (db.inTransaction) db.run("ROLLBACK");\n', ""]],
  },
  {
    id: "another-number",
    seen: "always busy: 5 attempts, 4 waits",
    replace: [["n >= RETRIES", "n + 1 >= RETRIES"]],
  },
  {
    id: "other-waits",
    seen: "random() is 0: it waited 50, 100, 200, 400, 800 ms, wanted 0, 0, 0, 0, 0",
    replace: [["tools.random() * Math.min(1000, 50 * 2 ** n)", "Math.min(1000, 50 * 2 ** n)"]],
  },
] as const satisfies readonly WrongSolution[];
