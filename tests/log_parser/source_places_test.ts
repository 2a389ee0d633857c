import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

const TIME = "2026-05-01 10:00:00,123";
const MESSAGES = ["table orders: 17 rows", "no connection", "x = 3", "Saved it", "cache is full"];

/** What stands before a message; `{place}` is where in the code. */
const LAYOUTS = [
  ...[`${TIME} - {place} - INFO - `, `${TIME} - INFO - {place} - `, `${TIME} {place} - INFO - `],
  ...[`${TIME} | INFO | {place} | `, `${TIME} | {place} | INFO | `, `${TIME} INFO {place} | `],
  ...[`${TIME} INFO {place}: `, `${TIME} INFO: {place}: `, `${TIME} [INFO] {place}: `],
  ...[`${TIME}:INFO:{place}:`, "INFO:{place}:", `${TIME} {place} INFO `, `${TIME} INFO {place} - `],
  ...[`${TIME}\tINFO\t{place}\t`, `${TIME} INFO [{place}] `, `${TIME} - a.b - INFO - {place} - `],
  ...["2026/05/01 10:00:00 {place}: ", "2026/05/01 10:00:00.123456 {place}: "],
];

Deno.test("normalizeLog() has a place in the code in attributes.source, whatever is around it", async () => {
  const places = [
    ...["app.py:12", "src/db_pool.go:120", "gpu_init.cc(523)", "cmd/web.go:123:runWeb()"],
  ];
  for (const layout of LAYOUTS) {
    for (const place of places) {
      const isGo = layout.endsWith("00 {place}: ") || layout.endsWith("456 {place}: ");
      if (/[(:]INFO:|^INFO:/.test(layout) && !place.startsWith("app")) continue;
      if (isGo && place !== "src/db_pool.go:120") continue;
      for (const times of [1, 6]) {
        // Only many lines show what stands around a place of another form.
        if (times === 1 && !/:\d+$/.test(place)) continue;
        const text = MESSAGES.map((message) => `${layout.replace("{place}", place)}${message}\n`);
        const { rows } = await normalize(text.join("").repeat(times));
        const [row] = rows;
        assertEquals([layout, place, row?.logger ?? null, row?.attributes, row?.body], [
          ...[layout, place, layout.includes("a.b") ? "a.b" : null, { source: place }],
          MESSAGES[0],
        ]);
      }
    }
  }
});

Deno.test("normalizeLog() takes no line number for a part of a logger, and no message for a place", async () => {
  const cases = [
    [`${TIME} INFO com.foo.Main:12 - x`, "com.foo.Main", { line: "12" }, "x"],
    [`${TIME} INFO com.foo.Main.run:12 - x`, "com.foo.Main.run", { line: "12" }, "x"],
    // A port.
    [`${TIME} INFO db.internal.lan:5432 - x`, "db.internal.lan:5432", null, "x"],
    ["2026-05-01 10:00:00.123 | INFO     | app.db:connect:42 - x", "app.db", {
      function: "connect",
      line: "42",
    }, "x"],
    ["2026/05/01 10:00:00 main.go:12:3: x", null, null, "main.go:12:3: x"],
    ["2026/05/01 10:00:00 [error] main.go:12 failed", null, null, "main.go:12 failed"],
  ] as const;
  for (const [line, logger, attributes, body] of cases) {
    const { rows: [row] } = await normalize(`${line}\n`);
    assertEquals([line, row?.logger ?? null, row?.attributes ?? null, row?.body], [
      ...[line, logger, attributes, body],
    ]);
  }
});
