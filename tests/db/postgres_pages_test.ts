import { assertEquals, assertRejects } from "@std/assert";
import { PostgresPages } from "../../lib/db/postgres_pages.ts";

type Asking = ConstructorParameters<typeof PostgresPages>[0];
type Range = Parameters<PostgresPages["page"]>[0];
type Row = Awaited<ReturnType<Asking["all"]>>[number];

const RANGE: Range = {
  table: {
    name: "t",
    sql: "t",
    columns: [{ name: "id", type: "integer", notNull: true, sparkType: "long" }],
    unique: [["id"]],
  },
  key: ["id"],
  nulls: [],
};

/** A page of two rows that ends with a key, as a statement returns it; of several, with the key that it comes after. */
function pageTo(last: number, ...after: number[]): Row {
  return ["2", "2", `{"id":${last - 1}}\n{"id":${last}}`, String(last), ...after.map(String)];
}

/** Reads pages of two rows; the first is 2, and what is asked for next is answered by `ahead`. */
async function lastKeys(ahead: readonly Promise<Row | undefined>[], most: number) {
  let alone = 0;
  const pages = new PostgresPages({
    all: () => Promise.resolve([pageTo(alone++ === 0 ? 2 : 100)]),
    each: () => Promise.resolve([...ahead]),
    lanes: () => Promise.resolve(1),
  });
  const found: string[] = [];
  let after: readonly string[] | undefined;
  while (found.length < most) {
    const page = await pages.page({ ...RANGE, after }, 2);
    after = page?.last;
    found.push(String(after));
  }
  return { found, alone };
}

Deno.test("pages that are read ahead are taken only if each begins where the one before has ended", async () => {
  const rows = (...all: (Row | undefined)[]) => all.map((row) => Promise.resolve(row));
  const good = rows(pageTo(4, 2), pageTo(6, 4), undefined);
  assertEquals(await lastKeys(good, 3), { found: ["2", "4", "6"], alone: 1 });
  // Another snapshot, or another order.
  const wrong = rows(pageTo(4, 2), pageTo(8, 6), pageTo(10, 8));
  assertEquals(await lastKeys(wrong, 3), { found: ["2", "4", "100"], alone: 2 });
});

Deno.test("what fails while pages are read ahead is heard by whoever asks for the next one", async () => {
  const broken = Promise.reject(new Error("Connection terminated"));
  broken.catch(() => {});
  const ahead = [Promise.resolve(pageTo(4, 2)), broken];
  await assertRejects(() => lastKeys(ahead, 3), Error, "terminated");
});
