import { join } from "node:path";
import { DataError, exitCodeOfMany } from "../../errors/mod.ts";
import type { CompressedFile, FileEntry, ReadFileOptions } from "../../files/mod.ts";
import { refuseFault } from "../../files/zip_archive.ts";
import {
  escapeLine,
  failureDocument,
  failureText,
  formatBytes,
  jsonDocument,
} from "../../terminal/mod.ts";
import type { CommandContext } from "../command.ts";
import { halfWay, makeFoldersOf, writeWhole } from "../outputs.ts";
import { ReadProgress } from "../progress.ts";
import { pathFrom } from "../words.ts";

/** Folder of the results. */
export const OUT = {
  type: "string",
  short: "o",
  value: "FOLDER",
  meaning: "Where the results go; made if it is missing; earlier ones stay without --force",
  required: true,
} as const;

/** What becomes of each file. */
export interface PackFilesOptions {
  readonly verb: string;
  readonly out: string;
  readonly force: boolean;
  readonly json: boolean;
  /** Path of each result below the folder; a file that cannot be read has none. */
  readonly names: ReadonlyMap<FileEntry, string>;
  readonly work: (
    entry: FileEntry,
    target: string,
    options: ReadFileOptions,
  ) => Promise<CompressedFile>;
}

/** Compresses or decompresses files one after the other; one bad file does not end the others. */
export async function packFiles(
  entries: readonly FileEntry[],
  context: CommandContext,
  { verb, out, force, json, names, work }: PackFilesOptions,
): Promise<number> {
  const { signal, cwd, style } = context;
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  using progress = new ReadProgress(context, { verb, total });
  const folder = pathFrom(cwd, out);
  using _folders = makeFoldersOf([...names.values()].map((name) => join(folder, name)), folder);
  const reports: Readonly<Record<string, unknown>>[] = [];
  const written: string[] = [];
  const say = (text: string) => json || progress.write(`${text}\n`);
  for (const entry of entries) {
    const { path, absolutePath } = entry;
    const name = names.get(entry) ?? "";
    const target = join(folder, name);
    const onRead = (bytes: number) => progress.read(path, bytes);
    const start = performance.now();
    try {
      refuseFault(entry);
      const done = await writeWhole(
        target,
        (temporary) => work(entry, temporary, { signal, onRead }),
        { force, inputs: [absolutePath] },
      );
      written.push(target);
      const seconds = Math.max(performance.now() - start, 1) / 1000;
      const { contentBytes, bytes, sha256, contentSha256 } = done;
      const packed = verb === "compress" ? bytes : entry.packed?.bytes ?? entry.size;
      const ratio = Math.round(contentBytes / Math.max(packed, 1) * 100) / 100;
      const speed = Math.round(contentBytes / seconds);
      const figures = contentBytes === 0 ? "" : `, ratio ${ratio}, ${formatBytes(speed)}/s`;
      say(
        `${escapeLine(path)}: ${formatBytes(entry.size)} to ${formatBytes(bytes)} in ${
          escapeLine(join(out, name))
        }${figures}, read back equal`,
      );
      const counts = { content_bytes: contentBytes, content_sha256: contentSha256 };
      reports.push({ path, target, bytes, sha256, ...counts, ratio, bytes_per_second: speed });
    } catch (error) {
      if (!(error instanceof DataError)) throw halfWay(error, written, { force, signal });
      const said = failureText(error, { path });
      say(`${escapeLine(path)}: ${style.red("rejected")}, ${error.code}\n  ${said}`);
      reports.push({ path, error: failureDocument(error, { path }, cwd) });
    }
  }
  if (json) context.write(jsonDocument({ files: reports }));
  return exitCodeOfMany({ usable: written.length, faults: entries.length - written.length });
}
