import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import fc from "../_property.ts";
import { gunzipSync } from "node:zlib";
import { DataError } from "../../lib/errors/mod.ts";
import { prepareFile, snakeCase } from "../../lib/files/mod.ts";
import { ON_DISK, TempFolder, text } from "./_support.ts";

for (
  const [name, snake] of [
    ["Order ID", "order_id"],
    ["unitPrice (€)", "unit_price"],
    ["HTTPStatus2xx", "http_status2xx"],
    ["Größe/Straße", "grosse_strasse"],
    ["_id", "_id"],
    ["2026 sales", "_2026_sales"],
    ["名前", "名前"],
    ["???", "_c7"],
    ["a".repeat(63), "a".repeat(63)],
    ["a".repeat(64), "a".repeat(50) + "_ffe054fe"],
  ] as const
) {
  Deno.test(`snakeCase() turns "${name}" into "${snake}"`, () => {
    assertEquals(snakeCase(name, 7), snake);
  });
}

Deno.test("snakeCase() is bounded and stable when any name is given", () => {
  const unit = fc.oneof(
    fc.integer({ min: 0x20, max: 0x17f }).map((code) => String.fromCharCode(code)),
    fc.integer({ min: 0x180, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom("_", " ", "A", "b", "1", "\u0301", "ß", "İ", "ﬁ", "が"),
  );
  fc.assert(fc.property(fc.string({ unit, maxLength: 90 }), (given) => {
    const name = snakeCase(given.toWellFormed(), 0);
    assertMatch(name, /^_?[\p{L}\p{M}\p{N}]+(_[\p{L}\p{M}\p{N}]+)*$/u);
    assert(new TextEncoder().encode(name).length <= 63, name);
    assertEquals(snakeCase(name, 0), name);
  }));
});

Deno.test(
  "prepareFile() renames columns before they are compared, once and for all",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const options = {
      rename: snakeCase,
      onReject: () => {},
      columns: ["order_id", "unit_price"],
      verdicts: { "file-header-duplicate": "repair" },
    } as const;
    const entry = folder.write("a.csv", "unitPrice,Order ID\n5,1\n");
    const first = await prepareFile(entry, folder.at("b.csv.gz"), options);
    assertEquals(first.columnsFrom, ["Order ID", "unitPrice"]);
    const written = Deno.readFileSync(folder.at("b.csv.gz"));
    assertEquals(text(gunzipSync(written)), "order_id,unit_price\n1,5\n");
    await prepareFile(folder.write("b.csv.gz", written), folder.at("c.csv.gz"), options);
    assertEquals(Deno.readFileSync(folder.at("c.csv.gz")), written);
  },
);

Deno.test(
  "prepareFile() refuses two columns that get one name, and numbers them if it may",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const entry = folder.write("a.csv", "Unit price,unit_price\n1,2\n");
    const options = { rename: snakeCase, onReject: () => {} };
    const refused = () => prepareFile(entry, folder.at("b.csv.gz"), options);
    assertEquals((await assertRejects(refused, DataError)).code, "file-header-duplicate");
    const verdicts = { "file-header-duplicate": "repair" } as const;
    const { columns } = await prepareFile(entry, folder.at("b.csv.gz"), { ...options, verdicts });
    assertEquals(columns, ["unit_price", "unit_price_2"]);
    const again = folder.write("b.csv.gz", Deno.readFileSync(folder.at("b.csv.gz")));
    await prepareFile(again, folder.at("c.csv.gz"), options);
    assertEquals(Deno.readFileSync(folder.at("c.csv.gz")), Deno.readFileSync(again.absolutePath));
  },
);
