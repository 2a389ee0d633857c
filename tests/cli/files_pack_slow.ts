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

Deno.test("files standardize names files by a template and columns by a mapping, twice alike", async () => {
  using user = new UserFolder({
    "My Orders.csv": "Order ID,v\n1,x\n",
    "names.json": '[{ "from": "Order ID", "to": "order" }, { "from": null, "to": "x" }]',
    "bad.json": '[{ "from": "a" }]',
  });
  const names = ["--name", "{source}_{hash8}.{ext}", "--mapping", "names.json"];
  const once = await user.run("files", "standardize", "My Orders.csv", ...names, "-o", "a");
  assertEquals([once.code, once.stderr], [0, ""]);
  const again = await user.run("files", "standardize", "a/my*", ...names, "-o", "b");
  assertEquals([again.code, again.stderr], [0, ""]);
  const tree = user.tree();
  const [columns = "", rows = ""] = Object.keys(tree).filter((path) => path.startsWith("a/"));
  assertMatch(rows, /^a\/my_orders_[0-9a-f]{8}\.csv\.gz$/);
  assertEquals(tree[`b/${rows.slice(2)}`], tree[rows]);
  assertEquals(JSON.parse(Deno.readTextFileSync(user.at(columns))), [
    { from: "Order ID", to: "order" },
    { from: "v", to: "v" },
  ]);
  for (const mapping of [["bad.json"], ["names.json", "--snake-case"], ["none.json"]]) {
    const words = ["My Orders.csv", "-o", "c", "--mapping", ...mapping];
    assertEquals((await user.run("files", "standardize", ...words)).code, 64);
  }
});
