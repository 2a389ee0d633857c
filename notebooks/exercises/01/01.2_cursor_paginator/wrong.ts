import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "all-at-once",
    seen: "5 requests were made before the first page was handed out",
    replace: [
      [
        "  let cursor = state?.next;",
        `  let cursor = state?.next;
  const done: PageDone[] = [];`,
      ],
      [
        `    yield { name, count: page.items.length };
    if (page.next === null) return;
    cursor = page.next;
  }`,
        `    done.push({ name, count: page.items.length });
    if (page.next === null) break;
    cursor = page.next;
  }
  yield* done;`,
      ],
    ],
  },
  {
    id: "asks-again",
    seen: "a second run after a complete one made 5 requests",
    replace: [
      [
        `  if (state?.next === null) return;
  let cursor = state?.next;`,
        "  let cursor = state?.next ?? undefined;",
      ],
    ],
  },
  {
    id: "starts-over",
    seen: "write 3: 2 pages were read twice",
    replace: [
      ["  let cursor = state?.next;", "  let cursor: string | undefined;"],
    ],
  },
  {
    id: "cursor-before-data",
    seen: "write 1, then a second run: 1, 2, 3 lost",
    replace: [
      [
        `    await store.writePage(name, page.items);
    await store.save({ next: page.next });`,
        `    await store.save({ next: page.next });
    await store.writePage(name, page.items);`,
      ],
    ],
  },
  {
    id: "names-start-over",
    seen: 'then a second run: 1, 2, 3 lost; page "page-1" was overwritten',
    replace: [
      [
        `  while (true) {
    const page = await fetchPage(url, cursor);
    const name = cursor === undefined ? "first" : \`cursor-\${cursor}\`;`,
        `  for (let number = 1;; number++) {
    const page = await fetchPage(url, cursor);
    const name = \`page-\${number}\`;`,
      ],
    ],
  },
  {
    id: "never-ends",
    seen: "16 pages of 5 were yielded",
    replace: [
      [
        `    if (page.next === null) return;
    cursor = page.next;`,
        "    cursor = page.next ?? undefined;",
      ],
    ],
  },
  {
    id: "raw-cursor",
    seen: 'the cursor "b2Zmc2V0PTM=&p" and was asked for "b2Zmc2V0PTM="',
    replace: [
      [
        `  const address = new URL(url);
  if (cursor !== undefined) address.searchParams.set("cursor", cursor);`,
        "  const address = new URL(cursor === undefined ? url : `${url}?cursor=${cursor}`);",
      ],
    ],
  },
  {
    id: "repeats-too-much",
    seen: "write 2: 2 pages were read twice",
    replace: [
      ["  while (true) {", "  for (let count = 1;; count++) {"],
      [
        "    await store.save({ next: page.next });",
        "    if (count % 3 === 0 || page.next === null) await store.save({ next: page.next });",
      ],
    ],
  },
  {
    id: "silent-end",
    seen: "4 answered 500, and ingest() ended as if all 9 items were there",
    replace: [
      [
        `  if (response.status === 200) return await response.json();
  await response.body?.cancel();
  throw new Error(\`Cannot read \${address.pathname}: status \${response.status}, wanted 200\`);`,
        `  const { items = [], next = null } = await response.json();
  return { items, next };`,
      ],
    ],
  },
  {
    id: "stops-at-empty",
    seen: "1, 2, 3, 4, 5, 6 in the store",
    replace: [
      [
        "    if (page.next === null) return;",
        "    if (page.next === null || page.items.length === 0) return;",
      ],
    ],
  },
] as const satisfies readonly WrongSolution[];
