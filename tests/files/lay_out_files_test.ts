import { assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { DataError } from "../../lib/errors/mod.ts";
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

for (
  const [what, texts, name] of [
    ["has a column named as the partition", ["id,Key\n1,2\n"], "key"],
    ["has the columns of another in another order", ["id,v\n1,a\n", "v,id\nb,2\n"], "day"],
    ["has more columns than another", ["id,v\n1,a\n", "id,v,w\n2,b,c\n"], "day"],
  ] as const
) {
  Deno.test(`layOutFiles() refuses a file that ${what}`, ON_DISK, async () => {
    using folder = new TempFolder();
    const placed = texts.map((text, at) => ({
      entry: folder.write(`in/${at}.csv`, text),
      partition: [[name, "1"]] as [string, string | null][],
    }));
    Deno.mkdirSync(folder.at("table"));
    const error = await assertRejects(() => layOutFiles(placed, folder.at("table")), DataError);
    assertEquals(error.code, "file-header");
    assertEquals([...Deno.readDirSync(folder.at("table"))], []);
  });
}

for (
  const [what, files, code] of [
    [
      "of rows and one of JSON records",
      { "a.csv": "id\n1\n", "b.jsonl": '{"id":1}\n' },
      "file-header",
    ],
    ["that is cut off", { "a.csv": "id\n1\n", "b.csv.gz": cutOff("id\n2\n") }, "file-corrupt"],
    ["of JSON that is cut off", { "b.jsonl.gz": cutOff('{"id":1}\n') }, "file-corrupt"],
  ] as const
) {
  Deno.test(`layOutFiles() refuses a file ${what}`, ON_DISK, async () => {
    using folder = new TempFolder();
    const placed = Object.entries(files).map(([name, content]) => ({
      entry: folder.write(`in/${name}`, content),
      partition: [["day", "1"]] as [string, string | null][],
    }));
    Deno.mkdirSync(folder.at("table"));
    const error = await assertRejects(() => layOutFiles(placed, folder.at("table")), DataError);
    assertEquals(error.code, code);
    assertEquals([...Deno.readDirSync(folder.at("table"))], []);
  });
}

function cutOff(text: string): Uint8Array {
  return gzipSync(text).subarray(0, -5);
}

Deno.test(
  "layOutFiles() takes files without a header, and those it cannot read",
  ON_DISK,
  async () => {
    using folder = new TempFolder();
    const placed = ["1,a\n", "2,b\n", "\0"].map((text, at) => ({
      entry: folder.write(`in/${at}.csv`, text),
      partition: [["day", String(at)]] as [string, string | null][],
    }));
    Deno.mkdirSync(folder.at("table"));
    assertEquals((await layOutFiles(placed, folder.at("table"))).length, 3);
  },
);
