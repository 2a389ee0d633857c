import { assertEquals } from "@std/assert";
import { normalize } from "./_normalize.ts";

async function read(...texts: readonly string[]) {
  const { rows } = await normalize(texts.map((text) => `2026-01-12 06:25:01 ${text}\n`).join(""));
  return rows.map(({ logger, body }) => [logger, body]);
}

Deno.test("normalizeLog() takes no first word of a text for a logger that no other line shows", async () => {
  const texts = [
    ...["done - 5 files", "report.pdf - 5 pages", "example.com: certificate expires"],
    ...["bob@x.com: hi", "v1.2.3: released", "db1.internal: down"],
  ];
  for (const text of texts) assertEquals(await read(`INFO ${text}`), [[undefined, text]]);
  for (const name of ["com.acme.Foo", "app.core", "MyApp"]) {
    assertEquals(await read(`INFO ${name} - up`), [[name, "up"]]);
  }
  assertEquals(await read("[main] INFO app - up"), [["app", "up"]]);
  const many = await read(...Array.from({ length: 8 }, (_, i) => `INFO shop - request ${i} done`));
  assertEquals(many[0], ["shop", "request 0 done"]);
});

Deno.test("normalizeLog() takes the name of the first thread for no logger where one follows", async () => {
  const lines = (text: (i: number) => string) =>
    read(...Array.from({ length: 6 }, (_, i) => text(i)));
  assertEquals((await lines((i) => `- main - INFO - shop.db - request ${i} done`))[0], [
    ...["shop.db", "request 0 done"],
  ]);
  assertEquals((await lines((i) => `- main - INFO - request ${i} done`))[0], [
    ...["main", "request 0 done"],
  ]);
});
