import { IngestError } from "../../../errors/mod.ts";
import { type FileEntry, inspectFile, inventory } from "../../../files/mod.ts";
import { countOf } from "../../../terminal/mod.ts";
import { nameFrom, type Proposal, type ProposalTarget } from "../../proposal.ts";

/** Files of a folder that are listed, and of each ending that are looked into, at most. */
const [MOST_FILES, MOST_LOOKS] = [10_000, 3];
/** Endings of files of rows or records. */
const DATA = /\.(?:csv|tsv|tab|json|jsonl|ndjson|zip)(?:\.(?:gz|zst|zstd))?$/i;
const LOGS = /\.(?:log|out|err)(?:\.\d+)?(?:\.(?:gz|zst|zstd))?$/i;

/** Proposes a source for each ending of the files in a folder; of each, the first bytes of some files are read. */
export async function proposeFiles(
  { path = "", shown = path, signal }: ProposalTarget,
): Promise<Proposal[]> {
  const entries: FileEntry[] = [];
  for await (const entry of inventory(path, { signal })) {
    if (entries.push(entry) === MOST_FILES) break;
  }
  const groups = Map.groupBy(
    entries,
    // What a vendor compresses one day is the same stream.
    ({ path }) =>
      DATA.exec(path)?.[0].toLowerCase().replace(/\.(?:gz|zst|zstd)$/, "") ??
        (LOGS.test(path) ? "logs" : "others"),
  );
  const folder = nameFrom(path.split(/[\\/]/).at(-1) ?? "", "folder");
  const proposals: Proposal[] = [];
  for (const [ending, files] of groups) {
    if (ending === "others") continue;
    const name = groups.size === 1 ? folder : nameFrom(`${folder}_${ending}`, folder);
    proposals.push(
      ending === "logs" ? logsOf(files, { name, shown }) : await dataOf(files, { name, shown }),
    );
  }
  const { length } = groups.get("others") ?? [];
  return proposals.map((one, at) =>
    at > 0 || length === 0 ? one : {
      ...one,
      seen: [...one.seen ?? [], `left out: ${countOf(length, "file")} with other endings`],
    }
  );
}

function logsOf(
  files: readonly FileEntry[],
  { name, shown }: { readonly name: string; readonly shown: string },
): Proposal {
  return {
    keys: { name, type: "logs", path: shown, include: ["**/*.log*"] },
    seen: [`seen: ${countOf(files.length, "file")}; the format of each is found as it is read`],
    questions: [{ ask: "In which zone are times that name none?", keys: { timezone: "UTC" } }],
  };
}

async function dataOf(
  files: readonly FileEntry[],
  { name, shown }: { readonly name: string; readonly shown: string },
): Promise<Proposal> {
  const endings = new Set(files.map(({ path }) => DATA.exec(path)?.[0] ?? ""));
  const keys: Record<string, unknown> = {
    name,
    type: "files",
    path: shown,
    include: [...endings].sort().map((ending) => `**/*${ending}`),
  };
  const seen = [`seen: ${countOf(files.length, "file")}`];
  const columns = new Map<string, readonly string[]>();
  for (const [at, file] of files.slice(0, MOST_LOOKS).entries()) {
    try {
      const found = await inspectFile(file);
      if (found.columns !== null) columns.set(JSON.stringify(found.columns), found.columns);
      if (at > 0 || found.proposed === null) continue;
      const { dialect, evidence } = found.proposed;
      if (Object.keys(dialect).length > 0) keys["dialect"] = dialect;
      if (evidence.length > 0) seen.push(`dialect: ${evidence.join("; ")}`);
    } catch (error) {
      if (!(error instanceof IngestError)) throw error;
      seen.push(error.message);
    }
  }
  if (columns.size > 1) {
    seen.push(`the columns differ: a file with columns that the first one lacks is rejected`);
  }
  const [first] = columns.values();
  return {
    keys,
    seen,
    questions: [
      ...first === undefined ? [] : [{
        ask: "Are these the columns, in this order? Files with others are rejected then.",
        keys: { expect: { columns: first } },
      }],
      {
        ask: "Does a file come again with other content? Then its new version may take its place.",
        keys: { on_change: "replace" },
      },
    ],
  };
}
