import { fileURLToPath } from "node:url";
import { EXIT_CODES, UsageError } from "../../errors/mod.ts";
import type { FileEntry } from "../../files/mod.ts";
import { formatBytes, formatCount, jsonDocument, table } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";
import { DRY_RUN, JSON_FLAG } from "../flags.ts";
import { fillWhole } from "../outputs.ts";
import { ReadProgress } from "../progress.ts";
import { pathFrom } from "../words.ts";
import { COPIED, entriesOf, type InputFile, inputFiles } from "../inputs.ts";
import { load } from "../load.ts";
import { targetSize } from "./_target_size.ts";
import { YOUNG_MIB } from "./_young_mib.ts";

const WORKER = fileURLToPath(new URL("../../files/_hash_worker.ts", import.meta.url));
const DEFAULT_TARGET = "128MiB";
/** Parts that a person is shown. */
const MOST_SHOWN = 50;

/** `headwaters files split FILE --out FOLDER` */
export const filesSplit = defineCommand({
  spec: {
    name: "",
    meaning: "Split a CSV, TSV or JSON lines file at record boundaries, the header repeated",
    words: { FILE: `The file, plain, .gz or .zst; ${COPIED}` },
    flags: {
      out: {
        type: "string",
        short: "o",
        value: "FOLDER",
        meaning: "Where the parts go: a new folder, which gets all of them or is not made",
        required: true,
      },
      target: {
        type: "string",
        short: "t",
        value: "SIZE",
        meaning: "Maximum size of a part before compression, with its unit: 500kB, 128MB",
        default: DEFAULT_TARGET,
      },
      rows: { type: "string", value: "N", meaning: "Maximum number of records of a part" },
      plain: { type: "boolean", meaning: "Do not compress the parts" },
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters files split big.csv --target 128MB --out parts": "one part, one Spark task",
    },
  },
  access({ words, flags }, cwd) {
    targetSize(flags.target ?? DEFAULT_TARGET);
    rowsOf(flags.rows);
    const out = pathFrom(cwd, flags.out);
    const inputs = inputFiles(words, cwd);
    onlyOne(inputs.files);
    // The code of a worker is read with the permissions of the process that starts it.
    const read = [...inputs.read, ...(flags.plain ? [WORKER] : [])];
    return { read, folders: [out], youngMiB: YOUNG_MIB };
  },
  async run({ words, flags }, context) {
    const { splitFile } = await load("files/mod.ts");
    const { write, style, width, signal, cwd } = context;
    const out = pathFrom(cwd, flags.out);
    const entry = onlyOne(inputFiles(words, cwd).files);
    using progress = new ReadProgress(context, { verb: "split", total: entry.size });
    const parts = await fillWhole(out, (folder) =>
      splitFile(entry, folder, {
        targetBytes: targetSize(flags.target ?? DEFAULT_TARGET),
        targetRows: rowsOf(flags.rows),
        gzip: !flags.plain,
        signal,
        onRead: (bytes) => progress.read(entry.path, bytes),
      }), { inputs: [entry.absolutePath] });
    progress[Symbol.dispose]();
    if (flags.json) {
      const rows = parts.map(({ name, rows, contentBytes, bytes, sha256 }) => (
        { name, rows, content_bytes: contentBytes, bytes, sha256 }
      ));
      write(jsonDocument({ folder: out, parts: rows }));
      return EXIT_CODES.complete;
    }
    const columns = [
      { title: "part" },
      { title: "records", align: "right" },
      { title: "content", align: "right" },
      { title: "on disk", align: "right" },
    ] as const;
    const rows = parts.slice(0, MOST_SHOWN).map(({ name, rows, contentBytes, bytes }) => [
      name,
      formatCount(rows),
      formatBytes(contentBytes),
      formatBytes(bytes),
    ]);
    write(table(columns, rows, { heading: style.dim, width }));
    const more = parts.length - rows.length;
    if (more > 0) write(`... and ${formatCount(more)} more, ${formatCount(parts.length)} in all\n`);
    return EXIT_CODES.complete;
  },
});

function onlyOne(files: readonly InputFile[]): FileEntry {
  const [entry, ...others] = entriesOf(files);
  if (entry !== undefined && others.length === 0) return entry;
  throw new UsageError(
    "usage",
    `Cannot split ${others.length + 1} files: expected one; narrow the glob`,
  );
}

function rowsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(
    "usage",
    `Cannot use flag "--rows": found "${text}", expected a whole number from 1`,
    { context: { flag: "--rows" } },
  );
}
