import { everyTest } from "../_sample.ts";
import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { findCommand, parseCommand } from "../../lib/cli/find_command.ts";
import { GROUPS } from "../../lib/cli/groups.ts";
import { IngestError } from "../../lib/errors/mod.ts";
import { gzipSync } from "node:zlib";
import { proposeFiles } from "../../lib/pipeline/sources/files/propose.ts";
import { zipOf } from "../files/_zip.ts";
import { makeLink } from "../_make_link.ts";
import { granted } from "../_granted.ts";
import { inFolder, workOf } from "./_run_headwaters.ts";

const ignore = !granted("read", "write", "run");

/** Its rows are fifteen times as long in the second half. */
const UNEVEN = `id,v\n${"1,x\n".repeat(20_000)}${`1,${"long ".repeat(12)}\n`.repeat(20_000)}`;

everyTest("files inventory and inspect show rows that were not counted as an estimate", {
  ignore,
}, () =>
  inFolder({ "in/a.csv": "id,v\n1,x\n", "in/b.csv": UNEVEN }, async (folder) => {
    const listing = await workOf(["files", "inventory", "in"], folder);
    assertMatch(listing.stdout, /a\.csv .* csv +1 /);
    assertMatch(listing.stdout, /b\.csv .* csv +~\d{3},\d{3} /);
    const { files } = JSON.parse(
      (await workOf(["files", "inventory", "in", "--json"], folder)).stdout,
    );
    assertEquals(files.map((file: Record<string, unknown>) => file["rows_estimated"]), [
      false,
      true,
    ]);
    const { stdout } = await workOf(["files", "inspect", "in/a.csv", "in/b.csv"], folder);
    assertMatch(stdout, /a\.csv: csv, utf-8, line ends lf, 1 row\n/);
    assertMatch(stdout, /b\.csv: csv, utf-8, line ends lf, about \d{3},\d{3} rows\n/);
  }));

Deno.test(
  "files inventory names a link that leads back, and misses nothing for it",
  { ignore },
  () =>
    inFolder({ "in/x/a.csv": "id,v\n1,x\n" }, async (folder) => {
      await makeLink("..", `${folder}/in/x/loop`);
      await makeLink("x", `${folder}/in/other`);
      const { stdout } = await workOf(["files", "inventory", "in", "--json"], folder);
      const { files, problems } = JSON.parse(stdout);
      assertEquals(files.map(({ path }: { path: string }) => path), ["x/a.csv"]);
      assertEquals(problems, [
        { path: "x/loop", code: "file-link", message: "the link leads to a folder it is in" },
      ]);
      const text = await workOf(["files", "inventory", "in"], folder);
      assertStringIncludes(text.stdout, "x/loop  file-link  the link leads to a folder it is in");
    }),
);

Deno.test(
  "files inventory names what is hidden, also where all of an archive is",
  { ignore },
  () =>
    inFolder({ "in/_x.csv": "id,v\n1,x\n" }, async (folder) => {
      const names = ["__MACOSX/._a.csv", ".b.csv", "_c.csv"];
      const members = names.map((name) => ({ name, content: "id,v\n1,x\n" }));
      await Deno.writeFile(`${folder}/in/a.zip`, zipOf(members));
      const { stdout } = await workOf(["files", "inventory", "in", "--json"], folder);
      const { files, problems, hidden } = JSON.parse(stdout);
      assertEquals([files, problems], [[], []]);
      assertEquals(hidden, ["_x.csv", "a.zip/.b.csv", "a.zip/__MACOSX/", "a.zip/_c.csv"]);
      const text = (await workOf(["files", "inventory", "in"], folder)).stdout;
      assertStringIncludes(
        text.replaceAll(/\s+/g, " "),
        "so: _x.csv, a.zip/.b.csv, a.zip/__MACOSX/ and 1 more; a pattern",
      );
      const listed = await workOf(
        ["files", "inventory", "in", "-i", "**/_*.csv", "--json"],
        folder,
      );
      const paths = JSON.parse(listed.stdout).files.map(({ path }: { path: string }) => path);
      assertEquals(paths, ["_x.csv", "a.zip/_c.csv"]);
    }),
);

Deno.test(
  "files inventory says which files Spark passes over, and which folders it refuses",
  {
    ignore,
  },
  () =>
    inFolder(
      { "a/x.csv": "id\n", "a/dt=1/y.csv": "id\n", "b/dt=1/y.csv": "id\n" },
      async (folder) => {
        const one = (name: string) => workOf(["files", "inventory", name, "--json"], folder);
        const { spark } = JSON.parse((await one("a")).stdout);
        assertEquals([spark.tasks, spark.passed_over, spark.refusal], [1, ["x.csv"], null]);
        const some = (await workOf(["files", "inventory", "a"], folder)).stdout.replaceAll(
          /\s+/g,
          " ",
        );
        assertStringIncludes(some, "reads some of them in 1 task ! Spark passes over x.csv: in no");
        const all = (await workOf(["files", "inventory", "."], folder)).stdout.replaceAll(
          /\s+/g,
          " ",
        );
        assertStringIncludes(all, "Spark on 8 cores refuses this folder");
        assertStringIncludes(all, 'Conflicting directory structures: "a" and "b"; load each');
      },
    ),
);

Deno.test(
  "files decompress names steps that help with what it rejects",
  { ignore },
  () =>
    inFolder({
      "a.csv": "id,v\n1,x\n",
      "bomb.zip": zipOf([{ name: "a.csv", content: "x", size: 2 ** 30 }]),
      "twice.zip": zipOf(["a.csv", "a.csv", "../b.csv"].map((name) => ({ name, content: "x" }))),
    }, async (folder) => {
      for (
        const [name, step] of [
          ["a.csv", "leave it out if it is not compressed"],
          ["bomb.zip", "if it is meant, decompress it with another program"],
          ["twice.zip", "with a path of its own inside for each file"],
        ] as const
      ) {
        const { stdout } = await workOf(["files", "decompress", name, "--out", "out"], folder);
        assertStringIncludes(stdout, step, name);
      }
    }),
);

Deno.test(
  "files merge and db extract say which other command or file is meant",
  { ignore },
  () =>
    inFolder(
      { "a.csv": "id\n1\n", "b.tsv": "id\n1\n", "c.jsonl": '{"id":1}\n' },
      async (folder) => {
        for (
          const [line, code, said] of [
            ["files merge a.csv --out all.csv.zst", "usage", "name it with .csv or .csv.gz"],
            ["files merge b.tsv --out all.csv", "usage", "make CSV of them first with headwaters"],
            [
              "files merge a.csv b.tsv --out all.csv",
              "file-type",
              "one format first, with headwaters",
            ],
            ["files merge a.csv c.jsonl --out all.csv", "file-type", "apart from each other"],
            [
              "db extract --from sqlite:a.csv --table t --out o",
              "usage",
              "expected an SQLite database",
            ],
          ] as const
        ) {
          const found = findCommand(line.split(" "), GROUPS);
          const { message, ...error } = await assertRejects(async () => {
            await found.command.access?.(parseCommand(found), folder, {});
            await workOf(line.split(" "), folder);
          }, IngestError);
          assertEquals([error.code, message.includes(said)], [code, true], message);
        }
      },
    ),
);

Deno.test(
  "files take a blank character for a dialect, as inspect proposes it",
  { ignore },
  () =>
    inFolder({ "a.csv": "id v\n1 x\n", "b.csv": "id\tv\n1\tx\n" }, async (folder) => {
      for (
        const [name, delimiter] of [["a.csv", " "], ["b.csv", "\t"], ["b.csv", "\\t"]] as const
      ) {
        const line = ["files", "validate", name, "--columns", "id,v", "--delimiter", delimiter];
        assertMatch((await workOf(line, folder)).stdout, /csv: good, 1 row\n/, name);
      }
      const none = () => workOf(["files", "validate", "a.csv", "--delimiter", ""], folder);
      await assertRejects(none, IngestError, "its value is empty");
    }),
);

const PNG = Uint8Array.fromHex("89504e470d0a1a0a0000000d49484452");

Deno.test(
  "logs parse and files inspect know a binary file by its first bytes",
  { ignore },
  () =>
    inFolder(
      {
        "pic.csv": PNG,
        "shop.db": "SQLite format 3\0\x10\0",
        "orc.log": "ORC store: started\nORC store: ready\n",
      },
      async (folder) => {
        for (const [name, kind] of [["pic.csv", "an image"], ["shop.db", "an SQLite database"]]) {
          const { code, stdout, stderr } = await workOf(["logs", "parse", name ?? ""], folder);
          assertEquals([code, stdout], [1, ""]);
          assertEquals(
            stderr,
            `${name}: file-type, Cannot parse "${name}": its first bytes are those of ${kind}, expected the text of a log\n`,
          );
        }
        assertMatch((await workOf(["files", "inspect", "pic.csv"], folder)).stdout, /: image\n/);
        const text = await workOf(["logs", "parse", "orc.log"], folder);
        assertMatch(text.stdout, /^orc\.log: 2 lines/);
      },
    ),
);

Deno.test(
  "logs parse does not take its own results for logs",
  { ignore },
  () =>
    inFolder({ "logs/app.log": "ts=2026-01-01T00:00:00Z level=info msg=x\n" }, async (folder) => {
      const parse = async (...args: string[]) => {
        const { stdout } = await workOf(["logs", "parse", ...args, "--json"], folder);
        return JSON.parse(stdout).files.map(({ file }: { file: string }) => file);
      };
      const same = () => workOf(["logs", "parse", "logs", "--out", "logs"], folder);
      await assertRejects(same, IngestError, "the next call would find its own results");
      assertEquals(await parse("logs", "--out", "logs/new"), ["logs/app.log"]);
      Deno.writeTextFileSync(`${folder}/logs/_app.log.rejects.jsonl.gz`, "");
      assertEquals(await parse("logs", "--out", "logs/new", "--force"), ["logs/app.log"]);
      assertEquals(await parse("logs/new"), ["logs/new/app.log.jsonl.gz"]);
      assertEquals(await parse("logs/*"), ["logs/app.log"]);
      assertEquals(await parse("logs/_*"), ["logs/_app.log.rejects.jsonl.gz"]);
    }),
);

Deno.test(
  "files say that they need a file, and which flag leaves other columns out",
  { ignore },
  () =>
    inFolder({ "a.csv": "id,v\n1,x\n" }, async (folder) => {
      const none = () => workOf(["files", "validate", "-"], folder);
      await assertRejects(none, IngestError, "a file is needed");
      const { stdout } = await workOf(["files", "validate", "a.csv", "--columns", "id"], folder);
      assertStringIncludes(stdout, "with --on file-columns-extra=repair");
    }),
);

Deno.test(
  "pipeline doctor ends as plan does if there is no configuration",
  { ignore },
  () =>
    inFolder({}, async (folder) => {
      const { code } = await workOf(["pipeline", "doctor", "-c", "nope.yaml"], folder);
      assertEquals(code, 78);
    }),
);

Deno.test(
  "pipeline init proposes one source for files that are compressed or not",
  { ignore },
  () =>
    inFolder({ "in/a.csv": "id\n1\n", "in/b.csv.gz": gzipSync("id\n2\n") }, async (folder) => {
      const path = `${folder}/in`;
      const signal = new AbortController().signal;
      const sources = await proposeFiles({ kind: "folder", text: "in", path, signal });
      assertEquals(sources.map(({ keys }) => keys["include"]), [["**/*.csv", "**/*.csv.gz"]]);
    }),
);

Deno.test(
  "files say nothing of what is not there, and no speed of an empty file",
  { ignore },
  () =>
    inFolder({ "empty.csv": "", "none/_x": "" }, async (folder) => {
      const { stdout, stderr } = await workOf(["files", "inventory", "none"], folder);
      const hidden = "! not listed, as Spark hides names that begin so: _x; a pattern";
      assertEquals([stdout.startsWith(hidden), stderr], [true, 'No files in "none"\n']);
      const packed = await workOf(["files", "compress", "empty.csv", "--out", "out"], folder);
      assertMatch(packed.stdout, /^empty\.csv: 0 B to \d+ B in out\S+, read back equal\n$/);
    }),
);
