import { assertEquals, assertMatch } from "@std/assert";
import { UserFolder } from "./_headwaters.ts";

Deno.test("files compress, decompress and layout write what they say with their own permissions", async () => {
  const rows = "id,v\n" + "1,some text that fills blocks\n".repeat(100_000);
  using user = new UserFolder({
    "in/a_2026-11-26.csv": rows,
    "in/b_2026-11-27.csv": "id,v\n2,x\n",
  });
  const before = user.tree();
  const packed = await user.run("files", "compress", "in/*.csv", "--out", "packed");
  assertEquals([packed.code, packed.stderr], [0, ""]);
  assertMatch(packed.stdout, /a_2026-11-26\.csv: 3\.0 MB to .* ratio \d+.*read back equal/);
  const again = await user.run("files", "compress", "in/*.csv", "--out", "packed");
  assertEquals(again.code, 64);
  const back = await user.run("files", "decompress", "packed/*.gz", "--out", "back", "--json");
  assertEquals(back.code, 0);
  for (const name of ["a_2026-11-26.csv", "b_2026-11-27.csv"]) {
    assertEquals(user.tree()[`back/${name}`], before[`in/${name}`]);
  }
  const table = ["packed/*.gz", "--out", "table", "--by", "shop=a/b"];
  const layout = await user.run(
    "files",
    "layout",
    ...table,
    "--from",
    "(?<dt>\\d{4}-\\d\\d-\\d\\d)",
  );
  assertEquals([layout.code, layout.stderr], [0, ""]);
  assertEquals(
    Object.keys(user.tree()).filter((path) => /^table\/.*(_SUCCESS|\.json|\.gz)$/.test(path))
      .sort(),
    [
      "table/_SUCCESS",
      "table/_manifest.json",
      "table/shop=a%2Fb/dt=2026-11-26/a_2026-11-26.csv.gz",
      "table/shop=a%2Fb/dt=2026-11-27/b_2026-11-27.csv.gz",
    ],
  );
  assertEquals((await user.run("files", "layout", ...table)).code, 64);
});
