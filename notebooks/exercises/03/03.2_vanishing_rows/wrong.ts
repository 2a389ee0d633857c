import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "offset",
    seen: "rows were missed: 2026-01-01/5",
    replace: [
      ["  let after = position;", "  let after = position;\n  let read = 0;"],
      ["pageAfter(db, size, after);", "pageAfter(db, size, read === 0 ? after : null, read);"],
      [
        "    after = { day: last.day, number: last.number };",
        "    after = { day: last.day, number: last.number };\n    read += rows.length;",
      ],
      [
        "function pageAfter(db: Db, size: number, after: Key | null): Event[] {",
        "function pageAfter(db: Db, size: number, after: Key | null, skip: number): Event[] {",
      ],
      [
        "return db.all<Event>(`SELECT day, number, body FROM events ${order}`, [size]);",
        "return db.all<Event>(`SELECT day, number, body FROM events ${order} OFFSET ?`, [size, skip]);",
      ],
    ],
  },
  {
    id: "one-column",
    seen: "rows were missed: 2026-01-01/5, 2026-01-01/6",
    replace: [
      ["WHERE (day, number) > (?, ?) ${order}", "WHERE day > ? ${order}"],
      ["[after.day, after.number, size]", "[after.day, size]"],
    ],
  },
  {
    id: "both-greater",
    seen: "rows were missed: 2026-01-01/5, 2026-01-01/6, 2026-01-02/1",
    replace: [["WHERE (day, number) > (?, ?) ${order}", "WHERE day > ? AND number > ? ${order}"]],
  },
  {
    id: "reads-it-again",
    seen: "2026-01-01/4 was read twice",
    replace: [["WHERE (day, number) > (?, ?) ${order}", "WHERE (day, number) >= (?, ?) ${order}"]],
  },
  {
    id: "glued-key",
    seen: "were missed",
    replace: [
      ["WHERE (day, number) > (?, ?) ${order}", "WHERE day || number > ? ${order}"],
      ["[after.day, after.number, size]", "[`${after.day}${after.number}`, size]"],
    ],
  },
  {
    id: "all-at-once",
    seen: "size: 4: a query returned 24 rows",
    replace: [
      [
        "    const rows = pageAfter(db, size, after);",
        "    const rows = pageAfter(db, 1000, after).slice(0, size);",
      ],
    ],
  },
  {
    id: "reads-ahead",
    seen: "24 rows were read before the first page was handed out",
    replace: [
      ["  let after = position;", "  let after = position;\n  const pages: Page[] = [];"],
      ["    if (last === undefined) return;", "    if (last === undefined) break;"],
      ["    yield { rows, position: after };", "    pages.push({ rows, position: after });"],
      [
        "    if (rows.length < size) return;\n  }",
        "    if (rows.length < size) break;\n  }\n  yield* pages;",
      ],
    ],
  },
  {
    id: "starts-over",
    seen: "after 2026-01-02/9 the first row was 2026-01-01/1",
    replace: [["  let after = position;", "  let after: Key | null = null;"]],
  },
  {
    id: "empty-page",
    seen: "0 rows, size: 4: page 1",
    replace: [
      [
        "    if (last === undefined) return;\n    after = { day: last.day, number: last.number };",
        '    after = { day: last?.day ?? after?.day ?? "", number: last?.number ?? after?.number ?? 0 };',
      ],
    ],
  },
] as const satisfies readonly WrongSolution[];
