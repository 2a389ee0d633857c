import { type FileEntry, FileMemory, inventory, prepareFile } from "../../files/mod.ts";
import { type AnySource, loadConfig } from "../../pipeline/mod.ts";
import { formatBytes, formatCount } from "../../terminal/mod.ts";
import type { FoundationsResult } from "../foundations/foundations_story.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import type { JudgedFile } from "./files_result.ts";
import { judgeFile } from "./judge_file.ts";

type FilesSource = Extract<AnySource, { readonly type: "files" }>;

/** Steps 1 and 2: what the vendor left, and what becomes of it. */
export async function tellIntake(
  teller: Teller,
  work: WorkFolders,
  about: { readonly lake: string; readonly date: string },
): Promise<JudgedFile[]> {
  const source = await filesSource(work);
  const entries = await tellInventory(teller, work, source);
  teller.step(
    "Validate, standardize, compress: in one pass, as bytes",
    "Header and order of columns, columns of each row, UTF-8, NUL bytes, quotes. What passes gets one form: UTF-8 without a mark, " +
      "LF, a standard name, gzip, its date as partition.",
  );
  const known = new FileMemory();
  const files: JudgedFile[] = [];
  for (const entry of entries) {
    const { columns } = source.expect;
    files.push(await judgeFile(entry, { stream: source.name, ...about, columns, known }));
  }
  tellVerdicts(teller, files);
  await proveRepeatable(teller, work, { entries, files });
  return files;
}

async function filesSource(work: WorkFolders): Promise<FilesSource> {
  const { config } = await work.result<FoundationsResult>(0);
  const { sources } = await loadConfig(work.path(0, config), {
    env: () => undefined,
  });
  const source = sources.find((one) => one.type === "files");
  if (source?.type !== "files") throw new TypeError("Cannot take files in: no source for them");
  return source;
}

async function tellInventory(
  teller: Teller,
  work: WorkFolders,
  source: FilesSource,
): Promise<FileEntry[]> {
  teller.step(
    "Inventory: what is there, before anything is opened",
    `${
      work.show(source.path)
    }, by the globs of the source "${source.name}", in the order of their paths:`,
  );
  const entries = await Array.fromAsync(inventory(source.path, source));
  teller.table(
    [{ title: "file" }, { title: "size", align: "right" }],
    entries.map((entry) => [entry.path, formatBytes(entry.size)]),
  );
  return entries;
}

function tellVerdicts(teller: Teller, files: readonly JudgedFile[]): void {
  const { green, yellow, dim } = teller.style;
  const colors = { published: green, duplicate: dim, rejected: yellow };
  teller.table(
    [
      { title: "file" },
      { title: "verdict" },
      { title: "rows", align: "right" },
      { title: "rejected", align: "right" },
      { title: "now, or why" },
    ],
    files.map((file) => [
      file.path,
      colors[file.verdict](file.verdict),
      file.verdict === "published" ? formatCount(file.written) : "",
      file.rejects.length > 0 ? String(file.rejects.length) : "",
      file.duplicateOf === null
        ? file.errorCode ?? file.targets[0]?.split("/").at(-1) ?? ""
        : `same bytes as ${file.duplicateOf}`,
    ]),
  );
  const lines = files.flatMap((file) => file.rejects.map((line) => ({ ...line, path: file.path })));
  teller.output(
    lines.map(({ path, line, code, raw }) => `${path}:${line}  ${code}  ${raw}`).join("\n"),
  );
  teller.judge(
    "Spark would have read all of this without an error: CSV columns bind by position, so the file with swapped columns would have " +
      "put precipitation into the dates, and a ragged row becomes nulls.",
  );
  const count = (verdict: string) => files.filter((file) => file.verdict === verdict).length;
  const published = count("published");
  const sums = [published, count("duplicate"), count("rejected")];
  teller.prove(
    "every file has one verdict, and none vanished",
    sums.reduce((a, b) => a + b) === files.length && published > 0,
    `${files.length} = ${sums[0]} published + ${sums[1]} duplicate + ${sums[2]} rejected`,
  );
  const read = files.reduce((sum, file) => sum + file.read, 0);
  const written = files.reduce((sum, file) => sum + file.written, 0);
  teller.prove(
    "every row is written or rejected with its line",
    read === written + lines.length && lines.every(({ line }) => line !== undefined),
    `${formatCount(read)} = ${formatCount(written)} + ${lines.length}`,
  );
}

async function proveRepeatable(
  teller: Teller,
  work: WorkFolders,
  { entries, files }: { entries: readonly FileEntry[]; files: readonly JudgedFile[] },
): Promise<void> {
  const at = files.findIndex((file) => file.verdict === "published");
  const [entry, file] = [entries[at], files[at]];
  if (entry === undefined || file === undefined) return;
  const again = work.path(2, "again.csv.gz");
  const { sha256 } = await prepareFile(entry, again, { onReject: () => {} });
  const first = work.path(2, "lake", file.targets[0] ?? "");
  const same = (await Deno.readFile(first)).toHex() === (await Deno.readFile(again)).toHex();
  await Deno.remove(again);
  teller.prove(
    "preparing a file twice gives the same bytes",
    same,
    `sha256 ${sha256.slice(0, 12)}…`,
  );
}
