import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "../_property.ts";
import { standardName } from "../../lib/files/mod.ts";

for (
  const [path, name] of [
    ["Seattle Weather 2012.csv.gz", "seattle_weather_2012"],
    ["in/2026/Zürich—Straße (1).TSV", "zurich_strasse_1"],
    ["in/north\\Data.csv", "north_data"],
    ["report.v1.2.csv", "report_v1_2"],
    ["access.log.1", "access_log_1"],
    ["access.log.gz", "access"],
    ["README", "readme"],
    ["日本.csv", "file"],
    ["???", "file"],
    ["", "file"],
  ] as const
) {
  Deno.test(`standardName() turns "${path}" into "${name}"`, () => {
    assertEquals(standardName(path), name);
  });
}

Deno.test("standardName() returns lower snake case and is stable when any path is given", () => {
  const char = fc.oneof(
    fc.integer({ min: 0x20, max: 0x17f }).map((code) => String.fromCharCode(code)),
    fc.constantFrom(".gz", ".csv", "日", "ﬁ", "😀", "\ud800", "/", "_"),
  );
  fc.assert(fc.property(fc.string({ unit: char, maxLength: 120 }), (path) => {
    const name = standardName(path);
    assertMatch(name, /^[a-z0-9]+(_[a-z0-9]+)*$/);
    assert(name.length <= 100);
    assertEquals(standardName(name), name);
  }));
});
