import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { inventory, mergeToSize, predictSparkTasks, splitFile } from "../../lib/files/mod.ts";
import { describeSources, loadConfig } from "../../lib/pipeline/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { inFolder } from "../cli/_run_headwaters.ts";
import { findEngine } from "./_engines.ts";
import { type SparkSession, startSpark } from "./_spark.ts";

/** The labs at the boundary, on a real Spark; with `-- --write`, on ten times the data, their figures go into phase 6's story. */
const FIGURES = new URL("../../phases/06_pipeline/boundary_labs.json", import.meta.url);

const WRITES = Deno.args.includes("--write");
if (Deno.args.some((arg) => arg !== "--write")) {
  console.error("Usage: deno task labs, with no arguments");
  Deno.exit(64);
}
const SMALL_FILES = WRITES ? 20_000 : 2_000;
const LARGE_ROWS = WRITES ? 3_000_000 : 300_000;

/** What Spark says of one read. */
interface Read {
  readonly rows: number;
  readonly sum: number;
  readonly seconds: number;
  readonly tasks: number;
}

const { program = "", missing } = await findEngine("spark");

const ROW = "id INT, price INT";

async function read(
  spark: SparkSession,
  format: "csv" | "json",
  path: string,
  times = 1,
): Promise<Read> {
  return await spark.ask({
    lab: "read",
    format,
    schema: ROW,
    path,
    column: "price",
    times,
  }) as Read;
}

/** An API that is called in tasks, one of which is lost at its end: what it had asked for is asked for again. */
async function calls(spark: SparkSession, folder: string) {
  const accessLog = join(folder, "access.log");
  const pages = 20;
  await using sandbox = await startSandbox({ accessLog });
  const url = `${sandbox.url}/usgs/fdsnws/event/1/query?format=geojson&orderby=time-asc` +
    "&starttime=2018-01-31";
  await spark.ask({ lab: "calls", url, pages, size: 20 });
  const asked = (await Deno.readTextFile(accessLog)).match(/(?<=offset=)\d+/g) ?? [];
  const distinct = new Set(asked).size;
  assertEquals([distinct, asked.length], [pages, pages + pages / 2]);
  return { pages, requests: asked.length, twice: asked.length - distinct };
}

/** Many small files, and the parts that they are merged into. */
async function smallFiles(spark: SparkSession, folder: string) {
  const [many, few] = [join(folder, "many"), join(folder, "few")];
  for (const path of [many, few]) await Deno.mkdir(path);
  for (let at = 0; at < SMALL_FILES; at++) {
    Deno.writeTextFileSync(join(many, `${at}.jsonl`), lines(at * 5, 5));
  }
  await mergeToSize(await Array.fromAsync(inventory(many)), few);
  const times = WRITES ? 2 : 1;
  const before = await read(spark, "json", many, times);
  const after = await read(spark, "json", few, times);
  assertEquals([after.rows, after.sum], [before.rows, before.sum]);
  assertEquals(before.rows, SMALL_FILES * 5);
  assert(after.tasks < before.tasks, `${before.tasks} tasks, then ${after.tasks}`);
  return { files: SMALL_FILES, parts: [...Deno.readDirSync(few)].length - 1, before, after };
}

/** One gzip file, which one task must read, and the parts that it is split into. */
async function oneGzip(spark: SparkSession, folder: string) {
  const [one, split] = [join(folder, "one"), join(folder, "split")];
  for (const path of [one, split]) await Deno.mkdir(path);
  const encoder = new TextEncoder();
  const rows = ReadableStream.from((function* () {
    for (let at = 0; at < LARGE_ROWS; at += 10_000) yield encoder.encode(lines(at, 10_000));
  })());
  const whole = rows.pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(join(one, "all.jsonl.gz"), whole);
  const [entry] = await Array.fromAsync(inventory(one));
  assert(entry !== undefined);
  const bytes = LARGE_ROWS * 26;
  await splitFile(entry, split, { targetBytes: Math.ceil(bytes / 4) });
  const [before, after] = [await read(spark, "json", one), await read(spark, "json", split)];
  assertEquals([before.tasks, after.rows, after.sum], [1, before.rows, before.sum]);
  const parts = await Array.fromAsync(inventory(split));
  assertEquals(after.tasks, predictSparkTasks(parts, { parallelism: 2 }).tasks);
  assert(after.tasks > 1);
  // No seconds: whether a second task saves any depends on who else uses the second core.
  const tasks = { before: before.tasks, after: after.tasks };
  return { rows: before.rows, bytes: entry.size, parts: parts.length, tasks };
}

/** Two files with the same columns in another order: Spark takes them by position, and says nothing. */
async function reordered(spark: SparkSession, folder: string) {
  const drop = join(folder, "drop");
  await Deno.mkdir(drop);
  await Deno.writeTextFile(join(drop, "a.csv"), "id,price\n1,100\n2,200\n");
  await Deno.writeTextFile(join(drop, "b.csv"), "price,id\n300,3\n400,4\n");
  const found = await read(spark, "csv", drop);
  const right = 100 + 200 + 300 + 400;
  assertEquals([found.rows, found.sum], [4, 100 + 200 + 3 + 4]);
  const night = async (name: string, keys: string) => {
    const path = join(folder, `${name}.yaml`);
    const source = `{ name: ${name}, type: files, path: drop, min_age: 0s${keys} }`;
    const places = `name: p\nlake: ${name}\naudit: ${name}.db\n`;
    await Deno.writeTextFile(path, `${places}sources: [${source}]\n`);
    const summary = await runPipeline(await describeSources(await loadConfig(path), "here"));
    const published = await read(spark, "csv", join(folder, name, "raw", name, name));
    return { summary, published };
  };
  // It is put in order by the names in its header, or where somebody should look first, stopped.
  const mended = await night("mended", "");
  assertEquals([mended.published.rows, mended.published.sum], [4, right]);
  const stopped = await night("stopped", ", on_finding: { file-header-order: reject-file }");
  assertEquals([stopped.published.rows, stopped.published.sum], [2, 300]);
  const [{ code = "" } = {}, ...others] = stopped.summary.rejected_files;
  assertEquals([stopped.summary.exit_code, code, others], [2, "file-header-order", []]);
  return { rows: found.rows, found: found.sum, published: mended.published.sum, right, code };
}

function lines(from: number, count: number): string {
  return Array.from({ length: count }, (_, at) => {
    const id = from + at;
    return `{"id":${id},"price":${(id * 7919) % 1000}}\n`;
  }).join("");
}

Deno.test({
  name: "labs at the boundary",
  ignore: missing !== undefined,
  async fn(t) {
    await using spark = startSpark(program, "_labs.py");
    const figures: Record<string, unknown> = { spark: "3.5.9", cores: 2 };
    const labs = { calls, smallFiles, oneGzip, reordered };
    const what: Readonly<Record<keyof typeof labs, string>> = {
      calls: "an API that is called in a task is asked twice when the task is lost",
      smallFiles: "small files have the same rows as the parts that they are merged into",
      oneGzip: "one gzip file is one task, its parts are as many as are predicted",
      reordered:
        "a reordered file is read wrong by Spark, and put in order or stopped by the pipeline",
    };
    for (const [name, lab] of Object.entries(labs)) {
      await t.step(what[name as keyof typeof labs], () =>
        inFolder({}, async (folder) => {
          figures[name] = await lab(spark, folder);
        }));
    }
    if (WRITES) await Deno.writeTextFile(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
  },
});
