import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { boundedName } from "../../lib/files/mod.ts";
import { bytes, ON_DISK, TempFolder } from "./_support.ts";

const PREFIX = "0a1b2c3d-";

for (
  const [what, name, prefix, expected] of [
    ["leaves a plain name alone", "Sales 2012.csv.gz", "", "Sales 2012.csv.gz"],
    ["leaves a short name of many bytes alone", "売上.csv", PREFIX, `${PREFIX}売上.csv`],
    ["leaves a hidden name alone after a prefix", "._a.csv", PREFIX, `${PREFIX}._a.csv`],
    ["shows a hidden name", "._a.csv", "", /^a-[0-9a-f]{8}\.csv$/],
    ["replaces separators", "..\\a/b.csv", PREFIX, /^0a1b2c3d-\.\._a_b-[0-9a-f]{8}\.csv$/],
    ["replaces control characters", "a\n\x1b[31m\0.csv", "", /^a__\[31m_-[0-9a-f]{8}\.csv$/],
    ["replaces a lone surrogate", "a\ud800.csv", "", /^a\ufffd-[0-9a-f]{8}\.csv$/],
    ["names what has no name", "", PREFIX, /^0a1b2c3d-file-[0-9a-f]{8}$/],
    ["names what is dots only", "...", "", /^file-[0-9a-f]{8}$/],
    [
      "keeps extensions of a cut name",
      `${"x".repeat(240)}.csv.gz`,
      "",
      /^x+-[0-9a-f]{8}\.csv\.gz$/,
    ],
    ["cuts a long extension", `a.${"x".repeat(240)}`, "", /^a\.x+-[0-9a-f]{8}$/],
    ["cuts many extensions", ".a".repeat(130), PREFIX, /(\.a){50}-[0-9a-f]{8}\.a$/],
    ["cuts between characters", `${"😀".repeat(60)}.csv`, "", /^(😀)+-[0-9a-f]{8}\.csv$/u],
  ] as const
) {
  Deno.test(`boundedName() ${what}`, () => {
    const found = boundedName(name, { prefix });
    if (typeof expected === "string") assertEquals(found, expected);
    else assertMatch(found, expected);
    assert(bytes(found).length <= 200, `${bytes(found).length} bytes`);
  });
}

Deno.test(
  "boundedName() gives names that the disk takes, with reason and temporary suffix",
  ON_DISK,
  () => {
    using folder = new TempFolder();
    for (const name of [`${"x".repeat(236)}.csv`, "é".repeat(127), `${"売".repeat(83)}.csv`]) {
      const bounded = boundedName(name, { prefix: PREFIX });
      for (const suffix of ["", ".reason.json", `.reason.json.${crypto.randomUUID()}.tmp`]) {
        Deno.writeTextFileSync(folder.at(bounded + suffix), "");
      }
    }
    assertEquals([...Deno.readDirSync(folder.path)].length, 9);
  },
);

Deno.test("boundedName() throws when prefix and reserve leave no room", () => {
  assertThrows(
    () => boundedName("a", { prefix: "p".repeat(150) }),
    RangeError,
    "50 bytes are left",
  );
  assertThrows(() => boundedName("a", { reserve: 200 }), RangeError);
  assertEquals(boundedName("a".repeat(255), { reserve: 0 }).length, 255);
});

const NAME = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(".", "_", "/", "\\", "a", "é", "😀", "\0"), maxLength: 300 }),
);

Deno.test("boundedName() is safe, bounded and different whatever the names are", () => {
  fc.assert(fc.property(NAME, NAME, fc.constantFrom("", PREFIX), (a, b, prefix) => {
    const found = boundedName(a, { prefix });
    assert(bytes(found).length <= 200 && found.startsWith(prefix) && found !== "");
    // deno-lint-ignore no-control-regex
    assert(!/[/\\\x00-\x1f\x7f]/.test(found) && found.isWellFormed());
    if (prefix === "") assert(!/^[._]/.test(found), found);
    if (a !== b) assert(found !== boundedName(b, { prefix }));
  }));
});
