import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { NameTemplate } from "../../lib/files/mod.ts";
import { runs } from "../_sample.ts";

const FILE = { mtimeMs: Date.UTC(2026, 10, 21), sha256: "5e884898da28047151d0", seq: 7 };

Deno.test("NameTemplate.nameOf() fills the places in, and a name of its form stays", () => {
  const template = new NameTemplate("v1-{source}_{date}_{seq}_{hash8}.{ext}");
  const name = template.nameOf({ ...FILE, path: "in/Zürich Sales.TSV" });
  assertEquals(name, "v1-zurich_sales_2026-11-21_007_5e884898.csv.gz");
  const later = { path: `clean/${name}`, mtimeMs: 0, sha256: "00", seq: 1 };
  assertEquals(template.nameOf(later), name);
  const json = template.nameOf({ ...FILE, path: "a.json", seq: 1234 });
  assertEquals(json, "v1-a_2026-11-21_1234_5e884898.jsonl.gz");
});

Deno.test("NameTemplate.nameOf() gives names that are safe, bounded and stable for any path", () => {
  const template = new NameTemplate(`{source}-{date}${"x".repeat(96)}.{ext}`);
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0x24f }).map((code) => String.fromCharCode(code)),
    fc.constantFrom("\u202e", "日", "\ud800", "..", "/", "-", "_"),
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 130 }), (path) => {
      const name = template.nameOf({ ...FILE, path });
      assertMatch(name, /^[a-z0-9][a-z0-9_.-]*\.csv\.gz$/);
      assert(name.length <= 250);
      assertEquals(template.nameOf({ ...FILE, path: name, mtimeMs: 0 }), name);
    }),
    { numRuns: runs(100) },
  );
});

Deno.test("NameTemplate refuses what gives no safe name, or hides what a file is", () => {
  for (
    const text of [
      "{source}",
      "{source}.csv.gz",
      "{source}.{ext}.tmp",
      "../{source}.{ext}",
      "_{source}.{ext}",
      ".{ext}",
      "{name}.{ext}",
      "{source}{source}.{ext}",
      "{{source}}.{ext}",
      "{source} 1.{ext}",
      `${"x".repeat(120)}.{ext}`,
    ]
  ) {
    assertThrows(() => new NameTemplate(text), RangeError);
  }
});
