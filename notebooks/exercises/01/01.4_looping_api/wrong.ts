import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "calls-it-complete",
    seen: "after 90 rows: 90 rows written in 4 requests, complete: true",
    replace: [
      [
        '    if (items.length === 0) return end("empty-page", total === undefined || read >= total);',
        '    if (items.length === 0) return end("empty-page", true);',
      ],
    ],
  },
  {
    id: "counts-the-loop",
    seen: "120 rows written in 4 requests, complete: false; read: 160",
    replace: [
      [
        `    const identity = JSON.stringify(items.map(({ id }) => id));
    if (pages.has(identity)) return end("loop", false);
    pages.add(identity);`,
        "    const identity = JSON.stringify(items.map(({ id }) => id));",
      ],
      [
        '    if (total !== undefined && read >= total) return end("total-reached", true);',
        `    if (total !== undefined && read >= total) return end("total-reached", true);
    if (pages.has(identity)) return end("loop", false);
    pages.add(identity);`,
      ],
    ],
  },
  {
    id: "drops-on-loop",
    seen: "40 rows came: 0 rows written in 4 requests, complete: false",
    replace: [
      [
        "  const ids = new Set<number>();",
        `  const ids = new Set<number>();
  const rows: Item[] = [];`,
      ],
      [
        `    if (items.length === 0) return end("empty-page", total === undefined || read >= total);
    const identity = JSON.stringify(items.map(({ id }) => id));
    if (pages.has(identity)) return end("loop", false);`,
        `    if (items.length === 0) {
      for (const row of rows) await write(row);
      return end("empty-page", total === undefined || read >= total);
    }
    const identity = JSON.stringify(items.map(({ id }) => id));
    if (pages.has(identity)) return { ...end("loop", false), read: 0, written: 0, duplicates: 0 };`,
      ],
      [
        `      await write(item);
      ids.add(item.id);
    }
    if (total !== undefined && read >= total) return end("total-reached", true);`,
        `      ids.add(item.id);
      rows.push(item);
    }
    if (total === undefined || read < total) continue;
    for (const row of rows) await write(row);
    return end("total-reached", true);`,
      ],
    ],
  },
  {
    id: "first-row-decides",
    seen: "each another one: 3 rows written in 2 requests, complete: false",
    replace: [
      ["  const pages = new Set<string>();", "  const pages = new Set<number | undefined>();"],
      [
        "    const identity = JSON.stringify(items.map(({ id }) => id));",
        "    const identity = items[0]?.id;",
      ],
    ],
  },
  {
    id: "keeps-duplicates",
    seen: "the rows 60, 7 were written twice",
    replace: [
      [
        `      read++;
      if (ids.has(item.id)) continue;`,
        "      read++;",
      ],
    ],
  },
  {
    id: "known-rows-loop",
    seen: "each another one: 6 rows written in 3 requests, complete: false",
    replace: [
      [
        `  const ids = new Set<number>();
  const pages = new Set<string>();`,
        "  const ids = new Set<number>();",
      ],
      [
        `    const identity = JSON.stringify(items.map(({ id }) => id));
    if (pages.has(identity)) return end("loop", false);
    pages.add(identity);`,
        '    if (items.every(({ id }) => ids.has(id))) return end("loop", false);',
      ],
    ],
  },
  {
    id: "looks-back-one",
    seen: "came in turn: 120 rows written in 41 requests, complete: false",
    replace: [
      ["  const pages = new Set<string>();", '  let before = "";'],
      [
        `    if (pages.has(identity)) return end("loop", false);
    pages.add(identity);`,
        `    if (identity === before) return end("loop", false);
    before = identity;`,
      ],
    ],
  },
  {
    id: "needs-a-total",
    seen: "40 rows written in 1 requests, complete: true",
    replace: [
      [
        '    if (total !== undefined && read >= total) return end("total-reached", true);',
        `    if (read < (total ?? 0)) continue;
    return end("total-reached", true);`,
      ],
    ],
  },
  {
    id: "no-loop-guard",
    seen: "40 rows came: 120 rows written in 41 requests, complete: false",
    replace: [
      [
        `  const ids = new Set<number>();
  const pages = new Set<string>();`,
        "  const ids = new Set<number>();",
      ],
      [
        `    if (items.length === 0) return end("empty-page", total === undefined || read >= total);
    const identity = JSON.stringify(items.map(({ id }) => id));
    if (pages.has(identity)) return end("loop", false);
    pages.add(identity);`,
        '    if (items.length === 0) return end("empty-page", total === undefined || ids.size >= total);',
      ],
      [
        '    if (total !== undefined && read >= total) return end("total-reached", true);',
        '    if (total !== undefined && ids.size >= total) return end("total-reached", true);',
      ],
    ],
  },
  {
    id: "short-page-ends",
    seen: "written in 1 requests, complete: true, 210 rows are missing",
    replace: [
      [
        '    if (total !== undefined && read >= total) return end("total-reached", true);',
        '    if (items.length < limit) return end("total-reached", true);',
      ],
    ],
  },
  {
    id: "skips-rows",
    seen: "130 rows are missing; offsets asked for: 0, 100, 200, 300",
    replace: [
      [
        `  while (true) {
    const { items, total } = await fetchPage(url, read, limit);`,
        `  for (let offset = 0;; offset += limit) {
    const { items, total } = await fetchPage(url, offset, limit);`,
      ],
    ],
  },
] as const satisfies readonly WrongSolution[];
