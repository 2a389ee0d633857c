import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

const UPSERT = `    \`INSERT INTO orders (id, version, status) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status
       WHERE excluded.version > orders.version\`,`;

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "dies-of-a-repeat",
    seen: "UNIQUE constraint failed",
    replace: [[UPSERT, '    "INSERT INTO orders (id, version, status) VALUES (?, ?, ?)",']],
  },
  {
    id: "keeps-the-first",
    seen: "version 2 came after version 1, and the table holds a 1 new",
    replace: [[
      UPSERT,
      '    "INSERT INTO orders (id, version, status) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",',
    ]],
  },
  {
    id: "steps-back",
    seen: "b 3, a 1 came, and a 2 paid, b 4 paid, c 2 new became a 1 new, b 3 new, c 2 new",
    replace: [[
      "       WHERE excluded.version > orders.version",
      "       WHERE excluded.version <> orders.version",
    ]],
  },
  {
    id: "same-version",
    seen: "a 1 came again with another status: the table holds a 1 other",
    replace: [[
      "       WHERE excluded.version > orders.version",
      "       WHERE excluded.version >= orders.version",
    ]],
  },
  {
    id: "hides-bad-rows",
    seen: "a message without a status: 1 stored, 0 replaced, 1 duplicates",
    replace: [
      [
        UPSERT,
        `    isNew
      ? "INSERT OR IGNORE INTO orders (id, version, status) VALUES (?, ?, ?)"
      : "UPDATE OR IGNORE orders SET version = ?2, status = ?3 WHERE id = ?1 AND version < ?2",`,
      ],
    ],
  },
  {
    id: "half-a-call",
    seen:
      "the second of 2 messages was refused, the table holds a 1 new, b 4 paid, c 2 new, d 1 new",
    replace: [[
      `  return db.transaction(() => {
    const counts = { stored: 0, replaced: 0, duplicates: 0 };
    for (const message of messages) counts[take(db, message)]++;
    return counts;
  });`,
      `  const counts = { stored: 0, replaced: 0, duplicates: 0 };
  for (const message of messages) counts[db.transaction(() => take(db, message))]++;
  return counts;`,
    ]],
  },
  {
    id: "counts-messages",
    seen: "a 1, b 4, c 2 came again: 0 stored, 3 replaced, 0 duplicates",
    replace: [
      ["  const changed = db.run(", "  db.run("],
      ['  if (changed === 0) return "duplicates";\n', ""],
    ],
  },
  {
    id: "remembers-itself",
    seen: "order a was deleted and came again: the table holds b 4 paid, c 2 new",
    replace: [
      [
        "function take(db: Db, { id, version, status }: Message): keyof Delivered {",
        `const seen = new WeakMap<Db, Set<string>>();

function take(db: Db, { id, version, status }: Message): keyof Delivered {
  const known = seen.get(db) ?? new Set<string>();
  seen.set(db, known);
  if (known.has(\`\${id} \${version}\`)) return "duplicates";
  known.add(\`\${id} \${version}\`);`,
      ],
    ],
  },
] as const satisfies readonly WrongSolution[];
