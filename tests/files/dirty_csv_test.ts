import { assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { gunzipSync } from "node:zlib";
import { DataError } from "../../lib/errors/mod.ts";
import { inspectFile, prepareFile } from "../../lib/files/mod.ts";
import { everyTest } from "../_sample.ts";
import { type DirtyFile, dirtyFiles } from "./_dirty_csv.ts";
import { TempFolder, text } from "./_support.ts";

/** Rows that come of a file by the dialect that is proposed for it. */
async function readRows(folder: TempFolder, file: DirtyFile): Promise<string[][]> {
  const content = typeof file.content === "string"
    ? new TextEncoder().encode(file.content)
    : file.content;
  const entry = folder.write("dirty.csv", content);
  const { proposed } = await inspectFile(entry);
  const target = folder.at("clean.csv.gz");
  try {
    await prepareFile(entry, target, { dialect: proposed?.dialect, onReject: () => {} });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return [];
  }
  return parse(text(gunzipSync(Deno.readFileSync(target)))).slice(1);
}

everyTest(
  "prepareFile() keeps the good rows of dirty files, and no other, by proposed dialects",
  async () => {
    using folder = new TempFolder();
    const wrong: string[] = [];
    const lost: string[] = [];
    let good = 0;
    let kept = 0;
    for (const file of dirtyFiles(7)) {
      const clean = new Set(file.clean.map((row) => JSON.stringify(row)));
      const rows = await readRows(folder, file);
      const found = new Set(rows.map((row) => JSON.stringify(row)));
      const foreign = [...found].filter((row) => !clean.has(row));
      if (foreign.length > 0) wrong.push(`${file.name}: ${foreign.length}, as ${foreign[0]}`);
      const whole = Math.min(file.good, found.size - foreign.length);
      if (whole < file.good) lost.push(`${file.name}: ${file.good - whole}`);
      kept += whole;
      good += file.good;
    }
    assertEquals(wrong, []);
    assertEquals(
      kept >= 0.98 * good,
      true,
      `${kept} of ${good} good rows kept; lost: ${lost.join()}`,
    );
  },
);
