import { assert, assertEquals, assertLess, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import {
  buildDrop,
  compareFolders,
  fillReadme,
  measureSample,
  readFolder,
  SAMPLE_SOURCES,
  SAMPLES_FOLDER,
  SAMPLES_README,
  writeFolder,
} from "../../tools/build_samples.ts";
import { granted } from "../_granted.ts";

const ignore = !granted("read");

/** Rows as counted outside this project, with `wc -l` and Python's csv and json modules. */
const ROWS: Readonly<Record<string, number>> = {
  "earthquakes.json": 1707,
  "flights-20k.json": 20000,
  "birdstrikes.csv": 10000,
  "seattle-weather.csv": 1461,
  "zipcodes.csv": 42049,
  "drop/weather/Seattle Weather 2012 H1.csv": 182,
  "drop/weather/weather_2012_h2.tsv": 184,
  "drop/weather/weather_2013_q1.csv": 90,
  "drop/weather/weather_2013_q2.csv.gz": 91,
  "drop/weather/weather_2013_q3.csv": 92,
  "drop/weather/weather_2013_q4.csv": 92,
  "drop/weather/weather_2014_h1.csv": 181,
  "drop/weather/weather_2014_h2.csv": 184,
  "drop/weather/weather_2014_h2_copy.csv": 184,
  "drop/weather/weather_2015.csv": 365,
  "drop/weather/weather_2016_h1.csv": 0,
  "drop/zipcodes/zipcodes_de.csv": 97,
  "drop/zipcodes/zipcodes_pr.csv": 177,
  "drop/zipcodes/zipcodes_ri.csv": 91,
};

Deno.test({
  name: "data/README.md states rows, bytes and sha256 of each sample file as they are",
  ignore,
  async fn() {
    const stated = readTables(await Deno.readTextFile(SAMPLES_README));
    const files = await readFolder(SAMPLES_FOLDER);
    assertEquals([...stated.keys()].sort(), [...files.keys()].sort());
    for (const [path, bytes] of files) {
      const figures = { bytes: bytes.length, rows: ROWS[path], sha256: sha256(bytes) };
      // Logs have no row count above; tests/tools/sample_logs_test.ts counts their lines.
      assertEquals(
        stated.get(path),
        path in ROWS ? figures : {
          ...figures,
          rows: bytes.filter((byte) => byte === 0x0a).length,
        },
        path,
      );
    }
  },
});

Deno.test({
  name: "fillReadme() leaves data/README.md as it is when nothing changed",
  ignore,
  async fn() {
    const readme = await Deno.readTextFile(SAMPLES_README);
    assertEquals(await fillReadme(readme, await readFolder(SAMPLES_FOLDER)), readme);
  },
});

Deno.test({
  name: "data/samples/ holds the publishers' files unchanged and stays under 8 MB",
  ignore,
  async fn() {
    const files = await readFolder(SAMPLES_FOLDER);
    for (const source of SAMPLE_SOURCES) {
      assertEquals(sha256(files.get(source.name)), source.sha256);
    }
    assertLess([...files.values()].reduce((sum, bytes) => sum + bytes.length, 0), 8_000_000);
  },
});

Deno.test({
  name: "buildDrop() makes the committed files from the committed sources",
  ignore,
  async fn() {
    const files = await readFolder(SAMPLES_FOLDER);
    const built = buildDrop({
      weather: decode(files.get("seattle-weather.csv")),
      zipcodes: decode(files.get("zipcodes.csv")),
    });
    const committed = new Map([...files].filter(([path]) => path.startsWith("drop/")));
    // Another version of Deno may bring another zlib: what counts here is the content.
    assertEquals(compareFolders(unpack(built), unpack(committed), new Set()), []);
  },
});

Deno.test("compareFolders() names what is missing, unknown and different", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const wanted = new Map([["a", bytes("same")], ["b", bytes("1234")], ["c", bytes("gone")]]);
  const found = new Map([["a", bytes("same")], ["b", bytes("12x")], ["d", bytes("new")], [
    "kept",
    bytes("kept"),
  ]]);
  assertEquals(compareFolders(wanted, found, new Set(["kept", "lost"])), [
    "b: differs from byte 2 on (3 bytes, expected 4)",
    "c: missing",
    "d: unknown, not made by this tool",
    "lost: missing",
  ]);
});

Deno.test("compareFolders() sees a file that is only longer", () => {
  const one = new Map([["a", new Uint8Array(2)]]);
  const two = new Map([["a", new Uint8Array(3)]]);
  assertEquals(compareFolders(one, two, new Set()), [
    "a: differs from byte 2 on (3 bytes, expected 2)",
  ]);
});

Deno.test({
  name: "writeFolder() writes what readFolder() reads, hidden files aside",
  ignore: !granted("read", "write"),
  async fn() {
    const folder = await Deno.makeTempDir();
    const files = new Map([["a.txt", new Uint8Array([1])], ["b/c/d.txt", new Uint8Array()]]);
    await writeFolder(folder, files);
    await Deno.writeTextFile(join(folder, ".hidden"), "");
    assertEquals(await readFolder(folder), files);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("measureSample() counts quoted line ends and a missing last line end as Python's csv does", async () => {
  const rows = async (name: string, text: string) =>
    (await measureSample(name, new TextEncoder().encode(text))).rows;
  assertEquals(await rows("a.csv", 'h,i\n"1\n2",3\n4,5'), 2);
  assertEquals(await rows("a.csv", ""), 0);
  assertEquals(await rows("a.tsv", "h\ti\n1\t2\n"), 1);
  assertEquals(await rows("a.json", '{"features":[1,2,3]}'), 3);
  assertEquals(await rows("a.log", "1\n\n3\n"), 3);
});

Deno.test("measureSample() refuses JSON without records", async () => {
  const bytes = new TextEncoder().encode('{"data":[]}');
  await assertRejects(() => measureSample("a.json", bytes), TypeError, "Cannot count records");
});

Deno.test({
  name: "buildDrop() throws when a day that it should damage is not in the source",
  fn() {
    const sources = { weather: "date,precipitation\n2013-10-11,9.1\n", zipcodes: "zip_code\n" };
    assertThrows(() => buildDrop(sources), Error, "no row for 2013-11-07, 2013-12-12");
  },
});

Deno.test("fillReadme() refuses a document without its markers", async () => {
  const files = new Map(Object.keys(ROWS).map((path) => [path, new Uint8Array()]));
  for (const path of ["earthquakes.json", "flights-20k.json"]) {
    files.set(path, new TextEncoder().encode("[]"));
  }
  await assertRejects(() => fillReadme("", files), Error, 'Cannot fill table "sources"');
});

/** Reads path, rows, bytes and sha256 from every table row of the document. */
function readTables(readme: string) {
  const stated = new Map<string, { bytes: number; rows: number; sha256: string }>();
  let head: string[] = [];
  for (const line of readme.split("\n").filter((line) => line.startsWith("| "))) {
    const cells = line.slice(2, -2).split(" | ").map((cell) => cell.replace(/^`(.*)`$/, "$1"));
    if (cells[0] === "file") head = cells;
    const cell = (name: string) => cells[head.indexOf(name)] ?? "";
    if (cells[0] === "file" || cells[0] === "---") continue;
    assert(!stated.has(cell("file")), `two rows for ${cell("file")}`);
    stated.set(cell("file"), {
      bytes: Number(cell("bytes")),
      rows: Number(cell(head.includes("rows") ? "rows" : "lines")),
      sha256: cell("sha256"),
    });
  }
  return stated;
}

function decode(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}

/** Hashes apart from the tool, with another library. */
function sha256(bytes: Uint8Array | undefined): string {
  return createHash("sha256").update(bytes ?? "").digest("hex");
}

/** Decompresses the gzip files of a folder. */
function unpack(files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  return new Map(
    [...files].map((
      [path, bytes],
    ) => [path, path.endsWith(".gz") ? new Uint8Array(gunzipSync(bytes)) : bytes]),
  );
}
