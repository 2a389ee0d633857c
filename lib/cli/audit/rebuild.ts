import { join } from "node:path";
import { EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { databaseOf, refuseLinksOut, sqliteFiles } from "../../process/mod.ts";
import { countOf, escapeLine, jsonDocument } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";
import { DRY_RUN, JSON_FLAG } from "../flags.ts";
import { writeWhole } from "../outputs.ts";
import { stateOf } from "../inputs.ts";
import { existing, LAKE_MARK } from "../no_input.ts";
import { pathFrom } from "../words.ts";
import { load } from "../load.ts";

/** `headwaters audit rebuild LAKE --out FILE` */
export const auditRebuild = defineCommand({
  spec: {
    name: "",
    meaning:
      "Make a lost audit database from the manifests of its lake, and say what they cannot tell",
    words: { LAKE: "The lake; it is only read, and every file of it is hashed" },
    flags: {
      out: {
        type: "string",
        short: "o",
        value: "FILE",
        meaning: "The audit database: a new file; none is ever replaced",
        required: true,
      },
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters audit rebuild data/lake --out data/audit.db": "then run the pipeline as before",
    },
  },
  access({ words: [lake = ""], flags }, cwd) {
    const [folder, out] = [pathFrom(cwd, lake), pathFrom(cwd, flags.out)];
    refuseSideFiles(out);
    const next = "put what it leads to in its place";
    refuseLinksOut([folder], { granted: [folder], to: "read", next });
    refuseNoLake(lake, folder);
    return { read: [folder], keeps: [folder], files: [out] };
  },
  async run({ words: [lake = ""], flags }, { cwd, write }) {
    const { openAudit } = await load("audit/mod.ts");
    const { rebuildAudit } = await load("lake/mod.ts");
    const out = pathFrom(cwd, flags.out);
    const rebuilt = await writeWhole(out, async (temporary) => {
      using db = openAudit(temporary);
      const found = await rebuildAudit(db, pathFrom(cwd, lake));
      // Nothing of it may stay in the files next to it, whose names would not fit any more.
      db.run("PRAGMA journal_mode = DELETE");
      return found;
    }, { force: false, inputs: [], isDatabase: true });
    if (flags.json) write(jsonDocument({ audit: out, ...rebuilt }));
    else {
      const { runs, streams, files, damaged, unknown } = rebuilt;
      write(
        `${countOf(runs, "run")} of ${countOf(streams, "stream")}, ${
          countOf(files, "file")
        } as the manifests say, in ${escapeLine(out)}\n`,
      );
      for (const path of damaged) write(`  missing or altered: ${escapeLine(path)}\n`);
      write("What the manifests do not say:\n");
      for (const sentence of unknown) write(`  - ${escapeLine(sentence)}\n`);
    }
    return rebuilt.damaged.length === 0 ? EXIT_CODES.complete : EXIT_CODES.partial;
  },
});

/** What may have been a lake is read, and is damaged if it has no manifest; anything else was mistyped. */
function refuseNoLake(word: string, path: string): void {
  if (stateOf(path) === undefined) return; // That nothing is there is said as of any other input.
  if ([LAKE_MARK, "raw"].some((name) => stateOf(join(path, name)) !== undefined)) return;
  const state = `it is no lake, neither "${LAKE_MARK}" nor "raw" is in it`;
  throw new UsageError("usage", `Cannot read "${word}": ${state}; name what lake: names`, {
    context: { path: word },
  });
}

/** SQLite takes what is next to a database for the last of its own transactions, and so would damage a new one. */
function refuseSideFiles(path: string): void {
  const isThere = (file: string) => existing(file, Deno.lstatSync) !== undefined;
  const [log, owner] = [sqliteFiles(path).find(isThere), databaseOf(path)];
  const state = log !== undefined
    ? `"${log}" belongs to the database that was there; move it away, too`
    : owner !== undefined
    ? `SQLite would take it for a part of a database "${owner}"; name another file`
    : undefined;
  if (state === undefined) return;
  throw new UsageError("usage", `Cannot write "${path}": ${state}`, { context: { path } });
}
