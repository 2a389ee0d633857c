import { assert, assertEquals, assertThrows } from "@std/assert";
import { parse } from "@std/csv";
import { gunzipSync } from "node:zlib";
import { DROP_FILES, readFolder, SAMPLES_FOLDER } from "../../tools/build_samples.ts";
import { granted } from "../_granted.ts";

const ignore = !granted("read");
const HEADER = "date,precipitation,temp_max,temp_min,wind,weather";

Deno.test({
  name: "drop/weather holds each of the 1,461 days in exactly one file, the copy aside",
  ignore,
  async fn() {
    const files = await readFolder(`${SAMPLES_FOLDER}/drop/weather`);
    files.delete("weather_2014_h2_copy.csv");
    const days = [...files].flatMap(([path, bytes]) =>
      text(path, bytes).match(/\d{4}-\d\d-\d\d/g) ?? []
    );
    const source = await Deno.readTextFile(`${SAMPLES_FOLDER}/seattle-weather.csv`);
    assertEquals(days.length, 1461);
    assertEquals(days.sort(), source.match(/\d{4}-\d\d-\d\d/g)?.sort());
  },
});

Deno.test({
  name:
    "drop/weather keeps every value of the files that are published, the three ragged rows aside",
  ignore,
  async fn() {
    const published = DROP_FILES.filter((file) =>
      file.path.startsWith("weather/") && file.verdict.startsWith("published")
    );
    const found: string[] = [];
    for (const { path } of published) {
      const bytes = await Deno.readFile(`${SAMPLES_FOLDER}/drop/${path}`);
      const plain = text(path, bytes).replace(/^\uFEFF/, "").replaceAll("\t", ",");
      const rows = parse(plain).map((fields) => fields.join(","));
      assertEquals(rows.shift(), HEADER, path);
      found.push(...rows);
    }
    const source = new Set(
      (await Deno.readTextFile(`${SAMPLES_FOLDER}/seattle-weather.csv`)).split("\n"),
    );
    assertEquals(found.filter((row) => !source.has(row)), [
      "2013-10-11,9.1,13.9",
      "2013-11-07,30,0,11.1,10.0,7.2,rain",
      "2013-12-12,6.9,5.6,-0.5,2.3,rain,gauge cleaned",
    ]);
    assertEquals(found.length, 1366 + 3);
  },
});

Deno.test({
  name: "each file of drop/ has the defect that its name in the README promises",
  ignore,
  async fn() {
    const files = await readFolder(`${SAMPLES_FOLDER}/drop`);
    const weather = (name: string) => files.get(`weather/${name}`) ?? new Uint8Array([7]);
    assertEquals([...weather("weather_2013_q1.csv").subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    // Magic, deflate, no flags, no time, best compression, unknown system: nothing of the machine that made it.
    assertEquals([...weather("weather_2013_q2.csv.gz").subarray(0, 10)], [
      31,
      139,
      8,
      0,
      0,
      0,
      0,
      0,
      2,
      255,
    ]);
    assertEquals(weather("weather_2014_h2_copy.csv"), weather("weather_2014_h2.csv"));
    assertEquals(weather("weather_2016_h1.csv").length, 0);
    const reordered = new TextDecoder().decode(weather("weather_2013_q3.csv")).split("\n");
    assertEquals(reordered.slice(0, 2), [
      "date,temp_max,temp_min,precipitation,weather,wind",
      "2013-07-01,31.7,18.3,0.0,sun,2.3",
    ]);
    assert(
      new TextDecoder().decode(weather("weather_2014_h1.csv")).startsWith(
        '"date","precipitation",',
      ),
    );
  },
});

Deno.test({
  name:
    "drop/zipcodes/zipcodes_pr.csv is ISO 8859-1 and no UTF-8, with 20 names spelt as in Puerto Rico",
  ignore,
  async fn() {
    const bytes = await Deno.readFile(`${SAMPLES_FOLDER}/drop/zipcodes/zipcodes_pr.csv`);
    assertThrows(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes), TypeError);
    const rows = parse(new TextDecoder("latin1").decode(bytes));
    const accented = rows.flatMap((row) => [row[3] ?? "", row[5] ?? ""]).filter((name) =>
      /[^ -~]/.test(name)
    );
    assertEquals(new Set(accented).size, 20);
    assert(accented.includes("Mayagüez"));
  },
});

Deno.test({
  name:
    "drop/zipcodes/zipcodes_de.csv reads back as RFC 4180 with comma, line end and quotes inside",
  ignore,
  async fn() {
    const rows = parse(await Deno.readTextFile(`${SAMPLES_FOLDER}/drop/zipcodes/zipcodes_de.csv`));
    assert(rows.every((row) => row.length === 6));
    const city = new Map(rows.map((row) => [row[0], row[3]]));
    assertEquals(city.get("19701"), "Bear, DE");
    assertEquals(city.get("19703"), "Claymont\nDE");
    assertEquals(city.get("19901"), 'Dover "The Capital City", DE');
  },
});

/** Text of a file, decompressed, with its byte order mark. */
function text(path: string, bytes: Uint8Array): string {
  const plain = path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(plain);
}
