import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

const PART = `  db.run("SAVEPOINT part");
  try {
    addRows(db, delivery);
    db.run("RELEASE part");
  } catch (error) {
    db.run("ROLLBACK TO part");
    db.run("RELEASE part");
    throw error;
  }`;

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "half-stored",
    seen: "the tables hold d2 (4 lines): 1 1, 2 2; balance 100",
    replace: [[PART, "  addRows(db, delivery);"]],
  },
  {
    id: "keeps-half",
    seen: "the tables hold d2 (4 lines): 1 1, 2 2; balance 100",
    replace: [[
      PART,
      `  db.run("SAVEPOINT part");
  try {
    addRows(db, delivery);
  } finally {
    db.run("RELEASE part");
  }`,
    ]],
  },
  {
    id: "undoes-by-hand",
    seen: "by 6 single statements",
    replace: [[
      PART,
      `  try {
    addRows(db, delivery);
  } catch (error) {
    db.run("DELETE FROM lines WHERE delivery = ?", [delivery.id]);
    db.run("DELETE FROM deliveries WHERE id = ?", [delivery.id]);
    throw error;
  }`,
    ]],
  },
  {
    id: "swallows",
    seen: "line 3 was refused, and store() returned",
    replace: [["\n    throw error;", "\n    void error;"]],
  },
  {
    id: "left-open",
    seen: "store() has thrown, and a transaction is open",
    replace: [[
      PART,
      `  db.run("SAVEPOINT part");
  addRows(db, delivery);
  db.run("RELEASE part");`,
    ]],
  },
  {
    id: "never-committed",
    seen: "a transaction is open after store()",
    replace: [[
      `    addRows(db, delivery);
    db.run("RELEASE part");`,
      "    addRows(db, delivery);",
    ]],
  },
  {
    id: "cannot-nest",
    seen: "cannot start a transaction within a transaction",
    replace: [[
      PART,
      `  db.run("BEGIN IMMEDIATE");
  try {
    addRows(db, delivery);
    db.run("COMMIT");
  } catch (error) {
    db.run("ROLLBACK");
    throw error;
  }`,
    ]],
  },
  {
    id: "ends-the-callers",
    seen: "a good delivery ended the transaction of its caller",
    replace: [[
      PART,
      `  if (!db.inTransaction) db.run("BEGIN IMMEDIATE");
  try {
    addRows(db, delivery);
    db.run("COMMIT");
  } catch (error) {
    db.run("ROLLBACK");
    throw error;
  }`,
    ]],
  },
] as const satisfies readonly WrongSolution[];
