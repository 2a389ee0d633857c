/**
 * Rebuilds data/samples/ and the tables of data/README.md, byte for byte, from the npm package vega-datasets.
 *
 * ```sh
 * deno run --no-lock --no-prompt --allow-read --allow-write=data tools/build_samples.ts
 * deno run --no-lock --no-prompt --allow-read tools/build_samples.ts --check
 * ```
 *
 * `--check` writes nothing, compares with what is committed, names each difference and exits 1 if there is one.
 * `--no-lock` because the package is outside deno.lock on purpose (tools/_sample_sources.ts pins its files by sha256);
 * reading is not narrowed because the package lies in Deno's own cache, whose place differs from machine to machine.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { buildAccessLog } from "./_sample_access_log.ts";
import { buildDrop } from "./_sample_drop.ts";
import {
  compareFolders,
  readFolder,
  SAMPLES_FOLDER,
  SAMPLES_README,
  writeFolder,
} from "./_sample_folder.ts";
import { ACCESS_LOG, LOG_FILES } from "./_sample_logs.ts";
import { fillReadme } from "./_sample_readme.ts";
import { readSource, SAMPLE_SOURCES } from "./_sample_sources.ts";

export { buildAccessLog } from "./_sample_access_log.ts";
export { buildDrop, DROP_FILES } from "./_sample_drop.ts";
export { measureSample } from "./_sample_figures.ts";
export {
  compareFolders,
  readFolder,
  SAMPLES_FOLDER,
  SAMPLES_README,
  writeFolder,
} from "./_sample_folder.ts";
export { ACCESS_LOG, LOG_FILES } from "./_sample_logs.ts";
export { fillReadme } from "./_sample_readme.ts";
export { SAMPLE_SOURCES } from "./_sample_sources.ts";

/** The hand-made logs, which are kept as they are in the folder. */
const KEPT = new Set(LOG_FILES.map((log) => `logs/${log.path}`));

/** Makes the files that come from the package: bytes by path, relative to data/samples/. */
async function buildSamples(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const source of SAMPLE_SOURCES) files.set(source.name, await readSource(source));
  const text = (name: string) => new TextDecoder().decode(files.get(name));
  const drop = buildDrop({
    weather: text("seattle-weather.csv"),
    zipcodes: text("zipcodes.csv"),
  });
  return new Map([...files, ...drop]);
}

/** Compares and, unless `check` is set, writes; returns the differences that were found. */
async function run(check: boolean): Promise<string[]> {
  const found = await readFolder(SAMPLES_FOLDER);
  const built = await buildSamples();
  // Before the access log: the sandbox, which writes it, serves the files of this folder.
  if (!check) await writeFolder(SAMPLES_FOLDER, built);
  built.set(`logs/${ACCESS_LOG.path}`, await buildAccessLog());
  const readme = await Deno.readTextFile(SAMPLES_README);
  const wantedReadme = await fillReadme(readme, new Map([...found, ...built]));
  const differences = compareFolders(built, found, KEPT);
  if (readme !== wantedReadme) differences.push("README.md: a table differs from the files");
  if (!check) {
    await writeFolder(SAMPLES_FOLDER, built);
    await Deno.writeTextFile(SAMPLES_README, wantedReadme);
  }
  return differences;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  const differences = await run(values.check);
  for (const difference of differences) console.log(difference);
  if (values.check && differences.length > 0) Deno.exitCode = 1;
  if (differences.length === 0) console.log("data/samples: every file is as it is built");
}
