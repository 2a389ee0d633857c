import { assertEquals } from "@std/assert";
import { EVERY_CASE } from "../_sample.ts";
import { normalize } from "./_normalize.ts";

const LEVELS = ["INFO", "WARN", "ERROR"];

function timeOf(i: number): string {
  return `10:${String(Math.floor(i / 60)).padStart(2, "0")}:${String(i % 60).padStart(2, "0")}`;
}

/** Layouts whose level only the columns of all lines show. */
const LAYOUTS: Readonly<Record<string, (i: number, level: string) => string>> = {
  "bars, thread first": (i, level) =>
    `2026-10-01 ${timeOf(i)}.123 | T-${i % 4} | ${level} | shop.cart | order ${i} saved`,
  "logger and thread first": (i, level) =>
    `2026-10-01 ${timeOf(i)}.123 shop.cart T-${i % 4} ${level} order ${i} saved`,
  "semicolons": (i, level) =>
    `2026-10-01T${timeOf(i)}.123Z;${level.slice(0, 1)};mod${i % 3};order ${i} saved`,
  "brackets": (i, level) =>
    `[2026-10-01 ${timeOf(i)}.123] [req-${i}] [T-${i % 4}] [${level}] order ${i} saved`,
  "dashes": (i, level) =>
    `10/1/2026 ${timeOf(i)} AM - ${level[0]}${level.slice(1).toLowerCase()} - order ${i} saved`,
};

/** Lines of others, and what is read of them. */
const FOREIGN: Readonly<Record<string, (i: number) => readonly (string | undefined)[]>> = {
  "no level": (i) => [`2026-10-01 ${timeOf(i)} item ${i} done`, undefined],
  "an ISO time": (i) => [`2026-10-01T${timeOf(i)}Z item ${i} done`, undefined],
  "log4j": (i) => [`2026-10-01 ${timeOf(i)},000 INFO [main] a.B - item ${i} done`, "INFO"],
};

/** Which lines are foreign: scattered, the first, or the last ones. */
const PLACES: Readonly<Record<string, (i: number, share: number) => boolean>> = {
  mixed: (i, share) => Math.floor((i + 1) * share / 100) > Math.floor(i * share / 100),
  first: (i, share) => i < 2 * share,
  last: (i, share) => i >= 200 - 2 * share,
};

for (const [name, layout] of Object.entries(LAYOUTS)) {
  Deno.test(`normalizeLog() reads a layout beside lines of another: ${name}`, async () => {
    const levels = Array.from({ length: 200 }, (_, i) => LEVELS[i % 3] ?? "");
    const own = levels.map((level, i) => layout(i, level));
    const { rows: alone } = await normalize(own.join("\n") + "\n");
    assertEquals(alone.map((row) => row.severity_number), levels.map((level) => NUMBERS[level]));
    const shares = EVERY_CASE ? [1, 3, 6, 20, 40, 48] : [3, 40];
    for (const [kind, foreign] of Object.entries(FOREIGN)) {
      for (const [place, isForeign] of Object.entries(PLACES)) {
        for (const share of shares) {
          const lines = own.map((line, i) => isForeign(i, share) ? foreign(i)[0] : line);
          const { rows } = await normalize(lines.join("\n") + "\n");
          const found = rows.map((row, i) =>
            isForeign(i, share) ? [row.severity_text, String(row.body).slice(-11)] : columnsOf(row)
          );
          const want = alone.map((row, i) =>
            isForeign(i, share) ? [foreign(i)[1], `item ${i} done`.slice(-11)] : columnsOf(row)
          );
          assertEquals([kind, place, share, found], [kind, place, share, want]);
        }
      }
    }
  });
}

const NUMBERS: Readonly<Record<string, number>> = { INFO: 9, WARN: 13, ERROR: 17 };

function columnsOf(row: Awaited<ReturnType<typeof normalize>>["rows"][number]): unknown[] {
  const { severity_text, logger, thread_name, process_pid, attributes, body } = row;
  return [severity_text, logger, thread_name, process_pid, attributes, body];
}

Deno.test("normalizeLog() takes no level from texts of which some have such a word", async () => {
  const texts = [
    (i: number) => `job ${i} has often raised ERROR ${i}`,
    (i: number) => `user ${i} logged in`,
    (i: number) => `SERVICE ALERT: web${i};HTTP;CRITICAL`,
    (i: number) => `request ${i} returned ${LEVELS[i % 5 % 3]} code ${i}`,
    (i: number) => `request ${i} returned ${LEVELS[i % 7 % 3]} code ${i}`,
  ];
  for (const shift of texts.keys()) {
    const lines = Array.from(
      { length: 100 },
      (_, i) => `2026-10-01 ${timeOf(i)} ${texts[(i + shift) % texts.length]?.(i)}`,
    );
    const { rows } = await normalize(lines.join("\n") + "\n");
    assertEquals(rows.flatMap(({ severity_text }) => severity_text ?? []), []);
  }
});

Deno.test("normalizeLog() reads columns between bars where others have one word before their level", async () => {
  const others = [
    (i: number) => `[2026-10-01 ${timeOf(i)} +0000] [12] [INFO] item ${i} done`,
    (i: number) => `2026-10-01 ${timeOf(i)} [main] INFO c.a.App - item ${i} done`,
    (i: number) => `[2026-10-01 ${timeOf(i)}] [main] [INFO] item ${i} done`,
  ];
  for (const other of others) {
    for (const [foreign, all] of [[1, 20], [2, 60], [6, 60]] as const) {
      const isForeign = (i: number) => i % (all / foreign) === 3;
      const lines = Array.from(
        { length: all },
        (_, i) =>
          isForeign(i)
            ? other(i)
            : `2026-10-01 ${timeOf(i)} | ${LEVELS[i % 3]} | app.db | order ${i} saved`,
      );
      const { rows } = await normalize(lines.join("\n") + "\n");
      const found = rows.map(({ severity_text, logger, body }) => [severity_text, logger, body]);
      const own = rows.map((_, i) => [LEVELS[i % 3], "app.db", `order ${i} saved`])
        .filter((_, i) => !isForeign(i));
      assertEquals(found.filter((_, i) => !isForeign(i)), own);
      assertEquals(
        found.filter((_, i) => isForeign(i)).map(([level]) => level),
        Array(foreign).fill("INFO"),
      );
    }
  }
});

Deno.test("normalizeLog() finds messages that come again behind columns of several words", async () => {
  const texts = ["Order saved", "Cache rebuilt", "Payment declined by bank"];
  const columns: readonly ((i: number, text: string) => string)[] = [
    (i, text) => `user ${i} at shop | ${text}`,
    (i, text) => `(pkg/check.go:${i} in Run) | ${text}`,
    (i, text) => `GET /orders/${i} | ${text}`,
    (i, text) => `app.db | ${text} | ${i} ms`,
  ];
  for (const write of columns) {
    for (const separator of ["|", "\t"]) {
      const lines = Array.from(
        { length: 30 },
        (_, i) =>
          `2026-10-01 ${timeOf(i)} | ${LEVELS[i % 3]} | ${write(i, texts[i % 7 % 3] ?? "")}`
            .replaceAll(" | ", separator === "|" ? " | " : separator),
      );
      const { rows } = await normalize(lines.join("\n") + "\n");
      assertEquals(rows.map(({ body }) => body), lines.map((_, i) => texts[i % 7 % 3]));
    }
  }
});
