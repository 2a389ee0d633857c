import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { getStreamState, openAudit } from "../../lib/audit/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { rebuildAudit } from "../../lib/lake/mod.ts";
import { retractRun, type StreamSummary } from "../../lib/pipeline/mod.ts";
import { xlsxOf } from "../files/_xlsx.ts";
import { zipOf } from "../files/_zip.ts";
import { everyWorldTest, streamOf, type World, worldTest } from "./_world.ts";

const NAME = "vendor.vendor";

/** The YAML of the folder alone, with more keys. */
function folder(keys = "") {
  return (yaml: string) =>
    yaml.replace(/ {2}- name: shop[\s\S]*?(?= {2}- name: vendor)/, "") +
    keys.split("\n").map((line) => `    ${line}\n`).join("");
}

async function take(world: World, keys?: string): Promise<StreamSummary> {
  return streamOf(await world.run({ edit: folder(keys) }), NAME);
}

/** What became of the files: published, rejected, duplicate, unchanged, waiting. */
function counts(stream: StreamSummary): number[] {
  const { files_published, files_rejected, files_duplicate } = stream;
  return [
    files_published,
    files_rejected,
    files_duplicate,
    stream.files_unchanged,
    stream.files_waiting,
  ];
}

function dropBytes(world: World, name: string, bytes: Uint8Array): void {
  Deno.writeFileSync(join(world.folder, "drop", name), bytes);
}

everyWorldTest(
  "takeFiles() keeps one order of columns in a stream, by name, over all runs",
  async (world) => {
    world.drop("a.csv", "price,id\n30,3\n");
    world.drop("b.csv", "id,price\n4,40\n");
    world.drop("wide.csv", "price,id,more\n1,2,3\n");
    assertEquals(counts(await take(world)), [2, 1, 0, 0, 0]);
    assertEquals(world.rows(NAME), ["30,3", "40,4"]);
    world.drop("c.csv", "id,price\n5,50\n");
    world.drop("narrow.csv", "id\n6\n");
    assertEquals(counts(await take(world)), [1, 1, 0, 2, 0]);
    assertEquals(world.rows(NAME), ["30,3", "40,4", "50,5"]);
    const repaired = "on_finding: { file-columns-extra: repair, file-columns-missing: repair }";
    assertEquals(counts(await take(world, repaired)), [2, 0, 0, 3, 0]);
    assertEquals(world.rows(NAME).slice(3), [",6", "1,2"]);
    for (const { schema } of world.manifests(NAME)) {
      assertEquals((schema as { fields: { name: string }[] }).fields.map(({ name }) => name), [
        "price",
        "id",
      ]);
    }
  },
);

worldTest(
  "takeFiles() refuses expect.columns that differ from what is published",
  async (world) => {
    world.drop("a.csv", "id,price\n3,30\n");
    await take(world);
    world.drop("b.csv", "price,id\n40,4\n");
    await take(world, "expect: { columns: [price, id] }");
    assertEquals(world.rows(NAME), ["3,30", "4,40"]);
    world.drop("c.csv", "id,price,more\n5,50,x\n");
    const summary = await world.run({ edit: folder("expect: { columns: [id, price, more] }") });
    assertEquals(streamOf(summary, NAME).error_code, "stream-changed");
    assertEquals(world.rows(NAME), ["3,30", "4,40"]);
  },
);

worldTest(
  "takeFiles() looks at a rejected header again when the file that fixed the columns is retracted",
  async (world) => {
    world.drop("a.csv", "x\n1\n");
    world.drop("b.csv", "id,price\n4,40\n");
    const run = await world.run({ edit: folder() });
    assertEquals(counts(streamOf(run, NAME)), [1, 1, 0, 0, 0]);
    await retractRun(await world.config({ edit: folder() }), run.run_id, { now: () => world.now });
    Deno.removeSync(join(world.folder, "drop/a.csv"));
    assertEquals(counts(await take(world)), [1, 0, 0, 0, 0]);
    assertEquals(world.rows(NAME), ["4,40"]);
  },
);

everyWorldTest(
  "takeFiles() takes in a copy once readers do not see what it is a copy of any more",
  async (world) => {
    const keys = "on_change: replace";
    for (const row of ["1,2", "1,3"]) {
      world.drop("prices.csv", `id,p\n${row}\n`);
      await take(world, keys);
    }
    world.drop("copy.csv", "id,p\n1,3\n");
    assertEquals(counts(await take(world, keys)), [0, 0, 1, 1, 0]);
    const [, run] = world.manifests(NAME);
    Deno.removeSync(join(world.folder, "drop/prices.csv"));
    const config = await world.config({ edit: folder(keys) });
    await retractRun(config, run?.run_id ?? "", { now: () => world.now });
    assertEquals(counts(await take(world, keys)), [1, 0, 0, 0, 0]);
    world.drop("again.csv", "id,p\n1,3\n");
    assertEquals(counts(await take(world, keys)), [0, 0, 1, 1, 0]);
    world.drop("copy.csv", "id,p\n1,4\n");
    await take(world, keys);
    await take(world, keys);
    // As before the retraction, it has the place of the version that was retracted.
    assertEquals(world.rows(NAME).toSorted(), ["1,3", "1,4"]);
  },
);

everyWorldTest(
  "takeFiles() names what a new version supersedes, and replaces it when told to",
  async (world) => {
    world.drop("prices.csv", "id,p\n1,2\n2,3\n");
    await take(world);
    world.drop("prices.csv", "id,p\n1,2\n2,4\n");
    await take(world);
    const [first, second] = world.manifests(NAME).map(({ files }) => files[0]);
    assertEquals(second?.source?.supersedes, [first?.path ?? ""]);
    assertEquals(Number.isNaN(Date.parse(second?.source?.modified ?? "")), false);
    assertEquals(world.rows(NAME).length, 4);
    world.drop("prices.csv", "id,p\n1,2\n2,5\n");
    const run = await world.run({ edit: folder("on_change: replace") });
    assertEquals(world.rows(NAME), ["1,2", "2,5"]);
    // What was replaced is not seen by readers: the same content is a new version once more.
    world.drop("prices.csv", "id,p\n1,2\n2,3\n");
    assertEquals(counts(await take(world, "on_change: replace")), [1, 0, 0, 0, 0]);
    assertEquals(world.rows(NAME), ["1,2", "2,3"]);
    await retractRun(await world.config({ edit: folder() }), run.run_id, { now: () => world.now });
    assertEquals(world.rows(NAME), ["1,2", "2,3"]);
  },
);

worldTest(
  "takeFiles() replaces an earlier version by one that is a copy of another file, too",
  async (world) => {
    const replace = "on_change: replace";
    world.drop("a.csv", "id,p\n1,2\n");
    world.drop("b.csv", "id,p\n3,4\n");
    world.drop("c.csv", "id,p\n5,6\n");
    assertEquals(counts(await take(world, replace)), [3, 0, 0, 0, 0]);
    world.drop("a.csv", "id,p\n3,4\n");
    // The same rows in other bytes.
    world.drop("c.csv", "id,p\r\n3,4\r\n");
    world.drop("d.csv", "id,p\n3,4\n");
    assertEquals(counts(await take(world, replace)), [0, 0, 3, 1, 0]);
    assertEquals(world.rows(NAME), ["3,4"]);
    const [, second] = world.manifests(NAME);
    assertEquals([second?.files, second?.noted?.length], [[], 3]);
    assertEquals(counts(await take(world, replace)), [0, 0, 0, 4, 0]);
    // What it takes out of sight comes back with its retraction, and the next run decides as this one did.
    const config = await world.config({ edit: folder(replace) });
    await retractRun(config, second?.run_id ?? "", { now: () => world.now });
    assertEquals(world.rows(NAME).toSorted(), ["1,2", "3,4", "5,6"]);
    assertEquals(counts(await take(world, replace)), [0, 0, 2, 2, 0]);
    assertEquals(world.rows(NAME), ["3,4"]);
  },
);

worldTest(
  "takeFiles() takes a version without rows for one when told to, and shows none of the file",
  async (world) => {
    const keys = ["on_change: replace", "allow_empty: true"].join("\n");
    world.drop("a.csv", "id,p\n1,2\n");
    world.drop("b.csv", "id,p\n3,4\n");
    await take(world, keys);
    world.drop("a.csv", "id,p\n");
    assertEquals(counts(await take(world, keys.split("\n")[0] ?? "")), [0, 1, 0, 1, 0]);
    assertEquals(world.rows(NAME), ["1,2", "3,4"]);
    assertEquals(counts(await take(world, keys)), [1, 0, 0, 1, 0]);
    assertEquals(world.rows(NAME), ["3,4"]);
    world.drop("a.csv", "id,p\n1,2\n");
    assertEquals(counts(await take(world, keys)), [1, 0, 0, 1, 0]);
    assertEquals(world.rows(NAME).toSorted(), ["1,2", "3,4"]);
  },
);

worldTest(
  "takeFiles() rejects a new version when told to",
  async (world) => {
    world.drop("prices.csv", "id,p\n1,2\n");
    await take(world);
    world.drop("prices.csv", "id,p\n1,3\n");
    assertEquals(counts(await take(world, "on_change: reject")), [0, 1, 0, 0, 0]);
    assertEquals(world.rows(NAME), ["1,2"]);
    assertEquals(counts(await take(world)), [1, 0, 0, 0, 0]);
    assertEquals(world.rows(NAME), ["1,2", "1,3"]);
  },
);

worldTest(
  "takeFiles() knows equal rows however they are packed, and publishes them twice only when told to",
  async (world) => {
    world.drop("d1.csv", "id,p\n1,2\n");
    world.drop("d2.csv", "id,p\n1,2\n");
    dropBytes(world, "d1.csv.gz", gzipSync("id,p\r\n1,2\r\n"));
    assertEquals(counts(await take(world)), [1, 0, 2, 0, 0]);
    assertEquals(counts(await take(world)), [0, 0, 0, 3, 0]);
    world.drop("e.csv", "id,p\n1,2\n");
    assertEquals(counts(await take(world, "on_duplicate: publish")), [1, 0, 0, 3, 0]);
    assertEquals(world.rows(NAME), ["1,2", "1,2"]);
  },
);

worldTest(
  "takeFiles() takes files without rows when told to, and no columns from them",
  async (world) => {
    world.drop("a.csv", "");
    world.drop("b.csv", "x,y\n");
    world.drop("c.csv", "id\n1\n");
    assertEquals(counts(await take(world, "allow_empty: true")), [3, 0, 0, 0, 0]);
    assertEquals(world.rows(NAME), ["1"]);
    assertEquals(counts(await take(world, "allow_empty: true")), [0, 0, 0, 3, 0]);
  },
);

worldTest("takeFiles() waits for files that are in transfer or not announced", async (world) => {
  const text = "id\n1\n2\n";
  const sha256 = createHash("sha256").update(text).digest("hex");
  world.drop("a.csv.part", text);
  world.drop("b.csv", "id\n3\n");
  world.drop("c.csv", text);
  const keys = 'announced_by: "{name}.ok"\nmin_age: 10s'.replace("\nmin_age: 10s", "");
  assertEquals(counts(await take(world, keys)), [0, 0, 0, 0, 3]);
  world.drop("b.csv.ok", "");
  world.drop("c.csv.ok", `${sha256.replace(/^./, sha256.startsWith("0") ? "1" : "0")}  c.csv\n`);
  const wrong = await take(world, keys);
  assertEquals(counts(wrong), [1, 0, 0, 0, 1]);
  assertEquals(wrong.contradictions.map(({ code }) => code), ["file-sidecar"]);
  world.drop("c.csv.ok", '{"size": 7, "rows": 3}');
  assertEquals((await take(world, keys)).outcome, "partial");
  world.drop("c.csv.ok", `rows=2\nsize=7\nsha256=${sha256}\n`);
  assertEquals(counts(await take(world, keys)), [1, 0, 0, 1, 1]);
  assertEquals(world.rows(NAME), ["3", "1", "2"]);
});

worldTest("takeFiles() waits for a file whose sidecar is not understood", async (world) => {
  const keys = 'announced_by: "{name}.ok"';
  world.drop("a.csv", "id\n1\n2\n");
  for (const said of ["rows 3", "<rows>3</rows>", "crc32=00000000", "\ufefflines 3"]) {
    world.drop("a.csv.ok", said);
    const held = await take(world, keys);
    assertEquals(held.contradictions.map(({ code }) => code), ["file-sidecar"], said);
  }
  const utf16 = [0xff, 0xfe, ...[..."rows=3"].flatMap((char) => [char.charCodeAt(0), 0])];
  dropBytes(world, "a.csv.ok", Uint8Array.from(utf16));
  const [wrong] = (await take(world, keys)).contradictions;
  assertStringIncludes(wrong?.message ?? "", "says 3");
  assertEquals(world.rows(NAME), []);
  for (const [at, said] of ["done", "2026-11-28T10:00:00Z", ""].entries()) {
    world.drop(`m${at}.csv`, `id\n${at + 10}\n`);
    world.drop(`m${at}.csv.ok`, said);
  }
  assertEquals(counts(await take(world, keys)), [3, 0, 0, 0, 0]);
});

worldTest(
  "takeFiles() reads the dialect that is configured, and looks again when it is corrected",
  async (world) => {
    world.drop("a.csv", "# export\nid;amount\n1;2,50\nSumme;2,50\n");
    const wrong = await take(world, "dialect: { header: 2 }");
    assertEquals(counts(wrong).slice(0, 2), [0, 1]);
    const keys = 'dialect: { delimiter: ";", comment: "#", footer: "^Summe" }';
    assertEquals(counts(await take(world, keys)), [1, 0, 0, 0, 0]);
    assertEquals(world.rows(NAME), ['1,"2,50"']);
    assert(world.manifests(NAME).length === 1);
  },
);

everyWorldTest(
  "takeFiles() commits small files in groups, and a stop between them loses and doubles nothing",
  async (world) => {
    const names = Array.from({ length: 80 }, (_, n) => `f${String(n).padStart(2, "0")}.csv`);
    for (const [n, name] of names.entries()) world.drop(name, `id\n${n % 40 === 7 ? 7 : n}\n`);
    world.drop("f60.csv", "id\n1,2\n");
    let commits = 0;
    const confirmed = ({ kind, name }: { kind: string; name?: string }) =>
      kind === "point" && name === "publish-confirm:before-commit";
    const stopped = world.run({
      edit: folder(),
      // Files are in place, and nothing says so yet.
      observe: (step) => {
        if (confirmed(step) && ++commits === 33) throw new Error("stopped");
      },
    });
    await stopped.catch(() => {});
    const again = await take(world);
    // The 33rd commit is that of all files after the first 32.
    assertEquals([commits, counts(again)[1], counts(again)[2]], [33, 1, 1]);
    const wanted = names.keys().filter((n) => n !== 47 && n !== 60).map(String).toArray();
    assertEquals(world.rows(NAME).sort(), wanted.sort());
    const files = world.manifests(NAME).flatMap((manifest) => manifest.files);
    assertEquals(new Set(files.map(({ path }) => path)).size, files.length);
  },
);

everyWorldTest(
  "takeFiles() puts small files together and splits large ones, and every row stays known",
  async (world) => {
    const keys = "parts: { target_size: 20kB, merge_below: 5kB }";
    const noise = (n: number) => createHash("sha256").update(String(n)).digest("hex");
    const big = Array.from({ length: 4000 }, (_, n) => `${n},"${noise(n)}\nx"`);
    world.drop("big.csv", `id,note\n${big.join("\n")}\n`);
    for (let n = 0; n < 30; n++) world.drop(`s${n}.csv`, `id,note\ns${n},"a\nb"\n`);
    world.drop("bad.csv", "id,note\n1\n");
    const first = await take(world, keys);
    assertEquals(counts(first), [31, 1, 0, 0, 0]);
    const lines = world.rows(NAME).length;
    assertEquals(lines, 2 * 4030);
    const [manifest] = world.manifests(NAME);
    const files = manifest?.files ?? [];
    const merged = files.filter(({ sources }) => sources !== undefined);
    const split = files.filter(({ source }) => source?.path === "big.csv");
    assertEquals([merged.length, merged[0]?.sources?.length, merged[0]?.rows], [1, 30, 30]);
    assert(
      split.length > 5 && split.every(({ bytes }) => bytes < 22_000),
      `${split.length} parts`,
    );
    assertEquals(split.reduce((sum, { rows }) => sum + rows, 0), 4000);
    assertEquals(manifest?.rows, 4030);
    assertEquals(counts(await take(world, keys)), [0, 0, 0, 31, 0]);
    // A lost database is rebuilt with all of them.
    Deno.removeSync(join(world.folder, "audit.db"));
    using db = openAudit(join(world.folder, "audit.db"));
    await rebuildAudit(db, join(world.folder, "lake"));
    db[Symbol.dispose]();
    const [published, rejected, , unchanged] = counts(await take(world, keys));
    assertEquals([published, rejected, unchanged], [0, 1, 31]);
  },
);

worldTest("takeFiles() replaces all parts of an earlier version", async (world) => {
  const keys = "parts: { target_size: 10kB }\non_change: replace";
  const text = (from: number) =>
    `id\n${
      Array.from(
        { length: 1500 },
        (_, n) => createHash("sha256").update(`${from + n}`).digest("hex"),
      ).join("\n")
    }\n`;
  world.drop("a.csv", text(0));
  await take(world, keys);
  world.drop("a.csv", text(9));
  await take(world, keys);
  assertEquals(world.rows(NAME), text(9).trim().split("\n").slice(1));
  using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
  const { previous_run_id } = getStreamState(db, { source: "vendor", stream: "vendor" });
  assertEquals(previous_run_id, world.manifests(NAME)[0]?.run_id);
});

worldTest("takeFiles() takes in JSON files by name, with one law for all", async (world) => {
  world.drop("a.json", '{"next":null,"items":[{"id":1,"at":{"x":1}},{"id":2,"tag":"b"}, 7]}');
  world.drop("b.json", '{"items":[{"id":3.5}]}');
  world.drop("cut.json", '{"items":[{"id":9},{"id":10}');
  world.drop("rows.csv", "id\n11\n");
  const keys = "dialect: { records: items }\nexpect: { columns: [id] }";
  const summary = await world.run({ edit: folder(keys) });
  const stream = streamOf(summary, NAME);
  assertEquals(counts(stream), [2, 2, 0, 0, 0]);
  assertEquals([stream.read, stream.written, stream.rejected], [4, 3, 1]);
  assertEquals(world.rows(NAME), ['{"id":1,"at":{"x":1}}', '{"id":2,"tag":"b"}', '{"id":3.5}']);
  const [manifest] = world.manifests(NAME);
  assertEquals(manifest?.reader, { format: "json" });
  const { fields } = manifest?.schema as { fields: { name: string; type: unknown }[] };
  assertEquals(fields.map(({ name }) => name).sort(), ["at", "id", "tag"]);
  assertEquals(fields.find(({ name }) => name === "id")?.type, "double");
  assertEquals(
    summary.rejected_files.map(({ path, code }) => [path, code]),
    [["cut.json", "file-json"], ["rows.csv", "file-type"]],
  );
  assertEquals(counts(await take(world, keys)), [0, 0, 0, 2, 0]);
});

worldTest("takeFiles() takes in each file of a zip archive by itself, once", async (world) => {
  dropBytes(
    world,
    "a.zip",
    zipOf([
      { name: "jan/p.csv", content: "id,price\n1,10\n" },
      { name: "feb/p.csv", content: "id,price\n2,20\n" },
      { name: "broken.csv", content: "id,price\n3\n" },
      { name: "../evil.csv", content: "id,price\n4,40\n" },
      { name: "jan/p.csv", content: "id,price\n6,60\n" },
    ]),
  );
  world.drop("cut.zip", "PK\x03\x04");
  const summary = await world.run({ edit: folder() });
  const stream = streamOf(summary, NAME);
  assertEquals(counts(stream), [2, 2, 0, 0, 0]);
  assertEquals(world.rows(NAME).sort(), ["1,10", "2,20"]);
  assertEquals(
    summary.rejected_files.map(({ path, code }) => [path, code]).sort(),
    [["a.zip/broken.csv", "file-unfit"], ["cut.zip", "file-archive"]],
  );
  assertEquals(stream.contradictions.map(({ message }) => message), [
    '"a.zip/../evil.csv": its name leads out of the archive',
    '"a.zip/jan/p.csv": another file in the archive has the same name',
  ]);
  const [manifest] = world.manifests(NAME);
  const sources = manifest?.files.map(({ source }) => source?.path);
  assertEquals(sources?.sort(), ["a.zip/feb/p.csv", "a.zip/jan/p.csv"]);
  world.drop("jan.csv", "id,price\n1,10\n");
  dropBytes(world, "b.zip", zipOf([{ name: "new.csv", content: "id,price\n5,50\n" }]));
  assertEquals(counts(await take(world)), [1, 0, 1, 2, 0]);
  assertEquals(world.rows(NAME).length, 3);
});

worldTest("takeFiles() takes in each sheet of a workbook by itself, once", async (world) => {
  const table = (...rows: readonly (readonly (string | number)[])[]) =>
    rows.map((row, at) =>
      `<row r="${at + 1}">${
        row.map((value) =>
          typeof value === "number"
            ? `<c><v>${value}</v></c>`
            : `<c t="inlineStr"><is><t>${value}</t></is></c>`
        ).join("")
      }</row>`
    ).join("");
  const head = ["id", "price"];
  const sheets = {
    jan: table(head, [1, 10], [2]),
    feb: table(head, [3, 30]),
    sum: table(head).concat('<row r="2"><c r="A2"><f>jan!A2</f></c></row>'),
  };
  const workbook = xlsxOf({ sheets });
  dropBytes(world, "a.xlsx", workbook);
  dropBytes(world, "cut.xlsx", workbook.subarray(0, 900));
  const summary = await world.run({ edit: folder() });
  const stream = streamOf(summary, NAME);
  assertEquals(counts(stream), [2, 1, 0, 0, 0]);
  assertEquals(world.rows(NAME).sort(), ["1,10", "2,", "3,30"]);
  assertEquals(summary.rejected_files.map(({ path, code }) => [path, code]), [
    ["cut.xlsx", "file-archive"],
  ]);
  const [contradiction] = stream.contradictions;
  assertStringIncludes(contradiction?.message ?? "", '"a.xlsx/sum.csv": the formula in cell A2');
  dropBytes(world, "b.xlsx", xlsxOf({ sheets: { new: table(head, [4, 40]), feb: sheets.feb } }));
  assertEquals(counts(await take(world)), [1, 0, 1, 2, 0]);
  assertEquals(world.rows(NAME).length, 4);
});

for (const change of ["append", "replace", "reject"]) {
  worldTest(
    `takeFiles() publishes a file that was packed anew once with on_change: ${change}`,
    async (world) => {
      const pack = (level: 0 | 9) =>
        dropBytes(world, "a.csv.gz", gzipSync("id,p\n1,2\n", { level }));
      pack(9);
      const keys = `on_change: ${change}`;
      assertEquals(counts(await take(world, keys)), [1, 0, 0, 0, 0]);
      pack(0);
      assertEquals(counts(await take(world, keys)), [0, 0, 1, 0, 0]);
      assertEquals(counts(await take(world, keys)), [0, 0, 0, 1, 0]);
      assertEquals(world.rows(NAME), ["1,2"]);
    },
  );
}

worldTest(
  "takeFiles() replaces a file under its new name, too, and no member of an archive",
  async (world) => {
    const keys = 'on_change: replace\ninclude: ["*"]';
    world.drop("a.csv", "id,p\n1,2\n");
    dropBytes(world, "b.csv.gz", gzipSync("id,p\n3,4\n"));
    dropBytes(world, "z.zip", zipOf([{ name: "z.csv", content: "id,p\n5,6\n" }]));
    assertEquals(counts(await take(world, keys)), [3, 0, 0, 0, 0]);
    const drop = join(world.folder, "drop");
    Deno.renameSync(join(drop, "a.csv"), join(drop, "n.csv"));
    // Not only renamed: packed in another way.
    Deno.removeSync(join(drop, "b.csv.gz"));
    world.drop("b.csv", "id,p\n3,4\n");
    world.drop("y.csv", "id,p\n5,6\n");
    assertEquals(counts(await take(world, keys)), [0, 0, 3, 1, 0]);
    assertEquals(counts(await take(world, keys)), [0, 0, 0, 4, 0]);
    for (const name of ["n.csv", "b.csv", "y.csv"]) world.drop(name, `id,p\n9,${name}\n`);
    assertEquals(counts(await take(world, keys)), [3, 0, 0, 1, 0]);
    assertEquals(world.rows(NAME), ["5,6", "9,b.csv", "9,n.csv", "9,y.csv"]);
  },
);

worldTest("takeFiles() lets a small file wait that is wrong while it changes", async (world) => {
  world.drop("a.csv", "id\n1\n");
  world.drop("b.csv", "id\n");
  const { openSync } = Deno;
  Deno.openSync = (path, options) => {
    const file = openSync(path, options);
    // Right after it was opened, it is written anew.
    if (String(path).endsWith("/b.csv")) Deno.utimeSync(String(path), 1, 1);
    return file;
  };
  const summary = await world.run({ edit: folder("expect: { min_size: 4B }") })
    .finally(() => Deno.openSync = openSync);
  assertEquals(counts(streamOf(summary, NAME)), [1, 0, 0, 0, 1]);
  assertEquals(counts(await take(world, "expect: { min_size: 4B }")), [0, 1, 0, 1, 0]);
});

everyWorldTest(
  "takeFiles() knows the copies of what it has published in the same run, however many files there are",
  async (world) => {
    const rows = (at: number) => `id\n${at}\n`;
    for (let at = 100; at < 700; at++) world.drop(`f${at}.csv`, rows(at));
    // Of the first files, of those of a group that came before the contents were read, and of one after it.
    for (const at of [110, 300, 450, 690]) {
      world.drop(`x${at}.csv`, rows(at));
      dropBytes(world, `y${at}.csv.gz`, gzipSync(rows(at)));
    }
    assertEquals(counts(await take(world)), [600, 0, 8, 0, 0]);
    assertEquals(world.rows(NAME).length, 600);
    world.drop("z.csv", rows(101));
    assertEquals(counts(await take(world)), [0, 0, 1, 608, 0]);
  },
);

worldTest("takeFiles() lets a file wait that changes while it is read", async (world) => {
  world.drop("a.csv", "id\n1\n");
  // What is wrong with it comes after much that is not.
  const bad = `id\n1,2\n${"1\n".repeat(200_000)}\0\n`;
  world.drop("bad.csv", bad);
  const observe = (step: DiskStep) => {
    if ("path" in step && step.path.endsWith(".rejects.jsonl")) world.drop("bad.csv", bad);
  };
  const { openSync } = Deno;
  Deno.openSync = (path, options) => {
    if (String(path).includes("vendor.files/a-")) world.drop("a.csv", "id\n1\n2\n");
    return openSync(path, options);
  };
  const summary = await world.run({ edit: folder(), observe })
    .finally(() => Deno.openSync = openSync);
  assertEquals(counts(streamOf(summary, NAME)), [0, 0, 0, 0, 2]);
  assertEquals(counts(await take(world)), [1, 1, 0, 0, 0]);
  assertEquals(world.rows(NAME), ["1", "2"]);
});

worldTest(
  "takeFiles() commits files that are flushed, and none whose flush failed",
  async (world) => {
    world.drop("a.csv", "id\n1\n");
    const stop = new AbortController();
    const { prototype } = Deno.FsFile;
    const { sync } = prototype;
    prototype.sync = () => {
      prototype.sync = sync;
      // What is decided is committed at a stop, too.
      stop.abort(new Error("stopped"));
      return Promise.reject(new Error("Input/output error (os error 5)"));
    };
    const flushed = new Set<string>();
    const lost: string[] = [];
    const observe = (step: DiskStep) => {
      if (step.kind === "sync") flushed.add(step.path);
      const isData = step.kind === "rename" && step.from.endsWith(".csv.gz");
      if (isData && !flushed.has(step.from)) lost.push(step.from);
    };
    const failed = world.run({ edit: folder(), signal: stop.signal, observe });
    await failed.catch(() => {}).finally(() => prototype.sync = sync);
    assertEquals(lost, []);
    assertEquals(counts(streamOf(await world.run({ edit: folder(), observe }), NAME))[0], 1);
    assertEquals(lost, []);
  },
);
