import { assertEquals } from "@std/assert";
import { normalize, oneRow } from "./_normalize.ts";

const T = "2026-01-12 06:25:01,123";

/** What a line says: level, logger, thread, message. */
type Said = readonly [level: unknown, logger: unknown, thread: unknown, body: unknown];

async function saidBy(line: string): Promise<Said> {
  const { severity_number, logger, thread_name, body } = await oneRow(line);
  return [severity_number, logger, thread_name, body];
}

Deno.test("normalizeLog() reads level, logger and thread of a file of one line by their form", async () => {
  const none = undefined;
  const cases: readonly (readonly [line: string, said: Said])[] = [
    [`${T} main ERROR Unable to locate appender`, [17, none, "main", "Unable to locate appender"]],
    [`${T} main ERROR com.acme.Foo - boom`, [17, "com.acme.Foo", "main", "boom"]],
    [`${T} MainThread root ERROR boom`, [17, none, "MainThread", "boom"]],
    [`${T} com.acme.Foo ERROR boom`, [17, "com.acme.Foo", none, "boom"]],
    [`${T} com.acme.Foo [1234] ERROR - boom`, [17, "com.acme.Foo", none, "boom"]],
    [`${T} shop [1234] WARN boom`, [13, none, none, "boom"]],
    [`${T} o.a.s.d.w.Foo main [ERROR] boom`, [17, "o.a.s.d.w.Foo", "main", "boom"]],
    [`[2026-01-12 06:25:01] frigate.app       ERROR   : boom`, [17, "frigate.app", none, "boom"]],
    [`${T} | main | ERROR | boom`, [17, none, "main", "boom"]],
    [`${T} | shop | ERROR | boom`, [17, none, none, "boom"]],
    [`${T} | PROD | ERROR | boom`, [17, none, none, "boom"]],
    [`${T}\tmain\tERROR\tcom.acme.Foo\tboom`, [17, "com.acme.Foo", "main", "boom"]],
    [`${T}\tERROR\tmain\tcom.acme.Foo\tboom`, [17, "com.acme.Foo", "main", "boom"]],
    [`${T} | WARN  | it is hot | com.acme.Foo | main`, [13, "com.acme.Foo", "main", "it is hot"]],
    [`${T} | WARN  | it | is | hot`, [13, none, none, "it | is | hot"]],
  ];
  for (const [line, said] of cases) assertEquals([line, await saidBy(line)], [line, said]);
});

Deno.test("normalizeLog() reads levels that few programs write so", async () => {
  const none = undefined;
  const place = "tensorflow/core/x.cc:3] boom";
  const cases: readonly (readonly [line: string, said: Said])[] = [
    [`2026-01-12 06:25:01.123456: W ${place}`, [13, none, none, place]],
    ["2026-01-12T06:25:01 [E|app|1a2b] boom", [17, "app", none, "boom"]],
    [`${T} [42] main/103/interactive E> boom`, [17, none, "main/103/interactive", "boom"]],
    ["2026-01-12 06:25:01 +0100 Puppet (err): boom", [17, "Puppet", none, "boom"]],
    ["06:25:01.123456789: Error Shell opened", [17, none, none, "Shell opened"]],
    [`${T} Error [main] a.b.C: boom`, [17, "a.b.C", "main", "boom"]],
  ];
  for (const [line, said] of cases) assertEquals([line, await saidBy(line)], [line, said]);
  const texts = ["Failed (error): boom", "Error [x] a.b.C: boom", "W is a letter", "key E> 5"];
  for (const body of texts) {
    assertEquals(await saidBy(`${T} ${body}`), [undefined, undefined, undefined, body]);
  }
});

Deno.test("normalizeLog() takes no word of a sentence for a level because others stand before it", async () => {
  for (
    const body of [
      ...["got ERROR from server", "unexpected ERROR in module", "example.com ERROR page shown"],
      ...["user wrote a | ERROR | b", "shop ERROR boom", "the WARN flag; INFO; x"],
      ...["bob | success | 3 s", "door\tALERT\topen", "disk | FAIL | sda"],
    ]
  ) assertEquals(await saidBy(`${T} ${body}`), [undefined, undefined, undefined, body]);
});

Deno.test("normalizeLog() reads levels that three lines have in the same place", async () => {
  const read = async (lines: readonly string[]) =>
    (await normalize(lines.map((line) => `${T} ${line}\n`).join(""))).rows.map((
      { severity_number, body },
    ) => [severity_number, body]);
  const lines = ["shop ERROR boom", "cart INFO fine", "shop WARN hot"];
  assertEquals(await read(lines), [[17, "boom"], [9, "fine"], [13, "hot"]]);
  // Two may be chance, and so are three of the same.
  for (const texts of [lines.slice(0, 2), Array.from({ length: 3 }, () => "got ERROR from x")]) {
    assertEquals(await read(texts), texts.map((text) => [undefined, text]));
  }
});

Deno.test("normalizeLog() reads the level behind Python's root, and takes no small words of a few texts for levels", async () => {
  for (const head of ["root", "root [1234]"]) {
    const { rows } = await normalize(`2026-01-12 06:25:01,123 ${head} ERROR boom\n`);
    assertEquals(rows.map(({ severity_text, body }) => [severity_text, body]), [["ERROR", "boom"]]);
  }
  const texts = ["listening on :80", "error reading x", "connected to db", "debug endpoint at /d"];
  const { rows } = await normalize(
    texts.map((text, i) => `2026/01/12 06:25:0${i} ${text}\n`).join(""),
  );
  assertEquals(
    rows.map(({ severity_text, body }) => [severity_text, body]),
    texts.map((text) => [undefined, text]),
  );
});

Deno.test("normalizeLog() takes no exception and no file for a logger, and no small word for a level beside other levels", async () => {
  const raised = ["java.io.IOException", "System.InvalidOperationException", "a.exc.SomeError"];
  for (const name of raised) {
    const row = await oneRow(`${T} ERROR [main] ${name}: bad`);
    assertEquals([row.logger, row.body], [undefined, `${name}: bad`]);
  }
  for (const name of ["app.log", "main.py", "Foo.java"]) {
    const row = await oneRow(`${T} INFO ${name}: rotated`);
    assertEquals([row.logger, row.body], [undefined, `${name}: rotated`]);
  }
  for (const other of ["INFO up", "[INFO] up", "INFO: up", "INFO a.b.C - x"]) {
    const { rows } = await normalize(
      `${T} ${other}\n2026-01-12 06:25:02,123 error pages enabled\n`,
    );
    assertEquals([rows[1]?.severity_number, rows[1]?.body], [undefined, "error pages enabled"]);
  }
});
