import { assertEquals } from "@std/assert";
import { layOutFiles, parsePartitionPath, placeInTable } from "../../lib/files/mod.ts";
import { ON_DISK, TempFolder } from "./_support.ts";

Deno.test(
  "layOutFiles() copies files into Spark's partitions, and says what is where",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const values = ["2026-11-26", "a/b=c %", "", null, "ü"];
    const placed = values.map((value, at) => ({
      entry: folder.write(`in/_${at}.csv`, `id\n${at}\n`),
      partition: [["region", "eu"], ["key", value]] as [string, string | null][],
    }));
    Deno.mkdirSync(folder.at("table"));
    const files = await layOutFiles(placed, folder.at("table"));
    assertEquals(files.map(({ path }) => path.split("/")[1]), [
      "key=2026-11-26",
      "key=a%2Fb%3Dc %25",
      "key=__HIVE_DEFAULT_PARTITION__",
      "key=__HIVE_DEFAULT_PARTITION__",
      "key=ü",
    ]);
    assertEquals(files.map(({ path }) => path), placed.map(placeInTable));
    for (const [at, { path, source }] of files.entries()) {
      assertEquals(Deno.readTextFileSync(folder.at(`table/${path}`)), `id\n${at}\n`);
      assertEquals([source, path.split("/")[2]?.startsWith("_")], [`in/_${at}.csv`, false]);
      assertEquals(parsePartitionPath(path)[1]?.[1], values[at] || null);
    }
    const manifest = JSON.parse(Deno.readTextFileSync(folder.at("table/_manifest.json")));
    assertEquals(
      manifest.files.map((
        file: { path: string; partition: unknown },
      ) => [file.path, file.partition]),
      files.map(({ path }, at) => [path, { region: "eu", key: values[at] || null }]),
    );
    assertEquals(Deno.readTextFileSync(folder.at("table/_SUCCESS")), "");
  },
);
