import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { findCommand, parseCommand } from "../../lib/cli/find_command.ts";
import { GROUPS } from "../../lib/cli/groups.ts";
import { IngestError } from "../../lib/errors/mod.ts";
import { zipOf } from "../files/_zip.ts";
import { granted } from "../_granted.ts";
import { inFolder, workOf } from "./_run_headwaters.ts";

const ignore = !granted("read", "write", "run");

/** Its rows are fifteen times as long in the second half. */
const UNEVEN = `id,v\n${"1,x\n".repeat(20_000)}${`1,${"long ".repeat(12)}\n`.repeat(20_000)}`;

Deno.test("files inventory and inspect show rows that were not counted as an estimate", {
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
