import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

/** Names of levels, of which each begins a text as well. */
const NAMES = [
  ...["error", "info", "debug", "warning", "warn", "fatal", "notice", "critical", "emergency"],
  ...["err", "crit", "emerg", "panic", "alert", "trace"],
];
const TIMES = ["2026/01/12 06:25:02", "[2026-01-12 06:25:02,123]", "2026-01-12T06:25:02Z"];

async function read(...lines: readonly string[]) {
  const { rows } = await normalize(lines.map((line) => `${line}\n`).join(""));
  return rows.map(({ severity_number = 0, body }) => [severity_number, body]);
}

Deno.test("normalizeLog() takes a small word straight before a text for a part of it", async () => {
  for (const time of TIMES) {
    for (const name of NAMES) {
      const text = `${name} exit of the hall opened: 5`;
      assertEquals(await read(`${time} ${text}`), [[0, text]]);
    }
  }
  // The lines next to it have no levels.
  const others = Array.from({ length: 9 }, (_, i) => `2026/01/12 06:25:0${i} request ${i} done`);
  const rows = await read(...others, "2026/01/12 06:25:09 error reading config: open x");
  assertEquals(rows.at(-1), [0, "error reading config: open x"]);
});

Deno.test("normalizeLog() takes a small word for a level if a sign, a gap or the other lines show it", async () => {
  const shown = ["error: boom", "[error] boom", "error  boom", "error [main] boom", "error | boom"];
  for (const text of shown) {
    assertEquals(await read(`2026/01/12 06:25:02 ${text}`), [[17, "boom"]]);
  }
  const time = "2026/01/12 06:25:02";
  assertEquals(await read(`${time} error reading config`, `${time} info ready`), [
    ...[[17, "reading config"], [9, "ready"]],
  ]);
  const same = await read(...[1, 2, 3, 4, 5].map((i) => `2026/01/12 06:25:0${i} info step ${i}`));
  assertEquals(same[0], [9, "step 1"]);
});
