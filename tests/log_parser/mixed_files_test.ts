import { assertEquals } from "@std/assert";
import { EVERY_CASE } from "../_sample.ts";
import { normalize, type Row } from "./_normalize.ts";

/** A line, and what must be read of it: time, level, logger, thread and process. */
type Layout = (i: number) => readonly [line: string, ...columns: (string | undefined)[]];

const LEVELS = ["INFO", "WARN", "INFO", "ERROR"];
const MTIME_MS = Date.UTC(2026, 6, 1);

function clock(i: number): string {
  return `10:${String(Math.floor(i / 60)).padStart(2, "0")}:${String(i % 60).padStart(2, "0")}`;
}

const LAYOUTS: Readonly<Record<string, Layout>> = {
  "kafka": (i) => [
    `[2026-05-01 ${clock(i)},123] ${level(i)} [Broker id=${i % 3}] ${text(i)} (kafka.server.Log${
      "AB"[i % 2]
    })`,
    `2026-05-01T${clock(i)}.123000Z`,
    level(i),
    `kafka.server.Log${"AB"[i % 2]}`,
    undefined,
    undefined,
    `[Broker id=${i % 3}] ${text(i)}`,
  ],
  "oslo": (i) => [
    `2026-05-01 ${clock(i)}.123 ${2931 + i % 2} ${level(i)} nova.compute.m${
      i % 3
    } [req-${i}-1 - - - -] ${text(i)}`,
    `2026-05-01T${clock(i)}.123000Z`,
    level(i),
    `nova.compute.m${i % 3}`,
    undefined,
    `${2931 + i % 2}`,
    text(i),
  ],
  "odoo": (i) => [
    `2026-05-01 ${clock(i)},123 ${1234 + i % 2} ${level(i)} shop odoo.modules.m${i % 3}: ${
      text(i)
    }`,
    `2026-05-01T${clock(i)}.123000Z`,
    level(i),
    `odoo.modules.m${i % 3}`,
    undefined,
    `${1234 + i % 2}`,
    text(i),
  ],
  ".NET": (i) => [
    `${["info", "warn", "info", "fail"][i % 4]}: Microsoft.Hosting.Lifetime[0]\n      ${text(i)}`,
    undefined,
    ["info", "warn", "info", "fail"][i % 4],
    "Microsoft.Hosting.Lifetime",
    undefined,
    undefined,
    text(i),
  ],
  "log4j": (i) => [
    `2026-05-01 ${clock(i)},123 [main-${i % 4}] ${level(i).padEnd(5)} com.acme.C${i % 3} - ${
      text(i)
    }`,
    `2026-05-01T${clock(i)}.123000Z`,
    level(i),
    `com.acme.C${i % 3}`,
    `main-${i % 4}`,
    undefined,
    text(i),
  ],
  "python": (i) => [
    `2026-05-01 ${clock(i)},123 - app.m${i % 3} - ${level(i)} - ${text(i)}`,
    `2026-05-01T${clock(i)}.123000Z`,
    level(i),
    `app.m${i % 3}`,
    undefined,
    undefined,
    text(i),
  ],
  "tabs": (i) => [
    `2026-05-01 ${clock(i)}\t${level(i)}\tapp.m${i % 3}\t${text(i)}`,
    `2026-05-01T${clock(i)}.000000Z`,
    level(i),
    `app.m${i % 3}`,
    undefined,
    undefined,
    text(i),
  ],
  "bars": (i) => [
    `2026-05-01 ${clock(i)} | ${level(i)} | app.m${i % 3} | ${text(i)}`,
    `2026-05-01T${clock(i)}.000000Z`,
    level(i),
    `app.m${i % 3}`,
    undefined,
    undefined,
    text(i),
  ],
  "gunicorn": (i) => [
    `[2026-05-01 ${clock(i)} +0000] [${77 + i % 2}] [${level(i)}] ${text(i)}`,
    `2026-05-01T${clock(i)}.000000Z`,
    level(i),
    undefined,
    undefined,
    `${77 + i % 2}`,
    text(i),
  ],
  "a level": (i) => [
    `2026-05-01T${clock(i)}Z ${level(i)} ${text(i)}`,
    `2026-05-01T${clock(i)}.000000Z`,
    level(i),
    undefined,
    undefined,
    undefined,
    text(i),
  ],
  "no level": (i) => [
    `2026-05-01 ${clock(i)} ${text(i)}`,
    `2026-05-01T${clock(i)}.000000Z`,
    undefined,
    undefined,
    undefined,
    undefined,
    text(i),
  ],
};

const TEXTS = ["order saved", "[cache] miss of user", "Failed to fetch", "took all", "retrying"];

function text(i: number): string {
  return `${TEXTS[i * 3 % 5]} ${i}`;
}

function level(i: number): string {
  return LEVELS[i * 5 % 7 % 4] ?? "";
}

function columnsOf(row: Row): unknown[] {
  const { timestamp, severity_text, logger, thread_name, process_pid, body } = row;
  return [timestamp, severity_text, logger, thread_name, process_pid, body];
}

/** Reads a file and compares the columns of each line with those that its layout gives. */
async function assertColumns(name: string, layout: Layout, lines = 120): Promise<void> {
  const cases = Array.from({ length: lines }, (_, i) => layout(i));
  const { rows } = await normalize(cases.map(([line]) => `${line}\n`).join(""), {
    mtimeMs: MTIME_MS,
  });
  assertEquals([name, rows.map(columnsOf)], [name, cases.map(([, ...columns]) => columns)]);
}

/** Layouts whose columns are like those of others, or that have no date. */
const NEAR: Readonly<Record<string, Layout>> = {
  "logback": (i) => [
    `${clock(i)}.123 [main-${i % 4}] ${level(i).padEnd(5)} com.acme.C${i % 3} - ${text(i)}`,
    undefined,
    level(i),
    `com.acme.C${i % 3}`,
    `main-${i % 4}`,
    undefined,
    text(i),
  ],
  "cassandra": (i) => [
    `${level(i).padEnd(5)} [Compaction:${i % 3}] 2026-05-01 ${clock(i)},123 Task.java:155 - ${
      text(i)
    }`,
    `2026-05-01T${clock(i)}.123000Z`,
    level(i),
    undefined,
    `Compaction:${i % 3}`,
    undefined,
    text(i),
  ],
  "words": (i) => [
    `2026-05-01 ${clock(i)}.123 worker-${i % 3} ${level(i)} app.m${i % 3} ${text(i)}`,
    `2026-05-01T${clock(i)}.123000Z`,
    level(i),
    `app.m${i % 3}`,
    `worker-${i % 3}`,
    undefined,
    text(i),
  ],
};

/** Which of the lines are of the other layout. */
const PLACES: readonly ((i: number) => boolean)[] = [
  (i) => i % 2 === 1,
  (i) => i % 5 === 3,
  (i) => i >= 80,
  (i) => i < 50,
];

for (const [name, layout] of Object.entries(LAYOUTS)) {
  Deno.test(`normalizeLog() reads the lines of two layouts as in files of their own: ${name}`, async () => {
    const others = Object.entries(LAYOUTS).filter(([other]) => other !== name);
    for (const [other, foreign] of others) {
      for (const isForeign of EVERY_CASE ? PLACES : PLACES.slice(1, 3)) {
        await assertColumns(other, (i) => isForeign(i) ? foreign(i) : layout(i));
      }
    }
  });
}

Deno.test("normalizeLog() reads few lines of a layout by what they are, not by the columns of others", async () => {
  const { gunicorn, oslo, bars, tabs } = LAYOUTS;
  for (const [name, layout] of Object.entries(NEAR)) {
    for (const few of [gunicorn, oslo, bars, tabs, ...Object.values(NEAR)]) {
      if (few === undefined || few === layout) continue;
      await assertColumns(name, (i) => i % 20 === 3 ? few(i) : layout(i));
    }
  }
});

Deno.test("normalizeLog() reads few lines with a time of another form as the others of the file", async () => {
  const lines = Array.from(
    { length: 100 },
    (_, i) =>
      i % 16 === 3
        ? `2026-05-01 ${clock(i)} INFO [cache] miss ${i}`
        : `2026-05-01 ${clock(i)}.5 INFO ${text(i)}`,
  );
  const { rows } = await normalize(lines.map((line) => `${line}\n`).join(""));
  assertEquals(
    rows.map(({ severity_text, body, attributes }) => [severity_text, body, attributes]),
    lines.map((line) => ["INFO", line.slice(line.indexOf("INFO") + 5), undefined]),
  );
});

Deno.test("normalizeLog() reads modules of others in a log of Odoo, and takes no text for one elsewhere", async () => {
  const write = (own: string) =>
    Array.from(
      { length: 10 },
      (_, i) =>
        `2026-05-01 ${clock(i)},123 1234 INFO shop ${i % 2 === 0 ? own : "sale.order"}: up ${i}`,
    );
  const read = async (lines: readonly string[]) => {
    const { rows } = await normalize(lines.map((line) => `${line}\n`).join(""));
    return rows.map(({ logger, process_pid, attributes, body }) => [
      logger,
      (attributes as Record<string, string>)["database"] ?? process_pid,
      body,
    ]);
  };
  assertEquals(
    await read(write("odoo.http")),
    Array.from(
      { length: 10 },
      (_, i) => [i % 2 === 0 ? "odoo.http" : "sale.order", "shop", `up ${i}`],
    ),
  );
  assertEquals(
    (await read(write("host"))).map(([logger]) => logger),
    Array.from({ length: 10 }, () => undefined),
  );
});

Deno.test("normalizeLog() reads a documented process where the brackets of other lines are threads", async () => {
  const { gunicorn, log4j } = LAYOUTS;
  if (gunicorn === undefined || log4j === undefined) throw new Error("no such layout");
  await assertColumns("gunicorn", (i) => i % 20 === 3 ? gunicorn(i) : log4j(i), 60);
});

Deno.test("normalizeLog() reads lines with a host before the time beside lines of another form", async () => {
  for (const count of [15, 40]) {
    for (
      const other of [
        (i: number) => `177762960${i % 10}.123 INFO ${text(i)}`,
        (i: number) => `[2026-05-01 ${clock(i)},5] INFO ${text(i)}`,
      ]
    ) {
      const isOther = (i: number) => i % 3 === 0;
      const lines = Array.from(
        { length: count },
        (_, i) =>
          isOther(i) ? other(i) : `web${i % 2} 2026-05-01 ${clock(i)} ${level(i)} ${text(i)}`,
      );
      const { rows, rejects } = await normalize(lines.map((line) => `${line}\n`).join(""), {
        mtimeMs: MTIME_MS,
      });
      assertEquals(rejects, []);
      assertEquals(
        rows.map(({ severity_text, body, attributes }) => [severity_text, body, attributes]),
        lines.map((_, i) =>
          isOther(i)
            ? ["INFO", text(i), undefined]
            : [level(i), text(i), { prefix_1: `web${i % 2}` }]
        ),
      );
    }
  }
});
