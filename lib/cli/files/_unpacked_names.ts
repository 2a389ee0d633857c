import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { basename, dirname } from "node:path";
import { boundedName } from "../../files/bounded_name.ts";
import { temporaryName } from "../temporary_name.ts";
import type { FileEntry, PackedFile } from "../../files/file_entry.ts";

/** Longest name of a file or folder; a hash, and the ending of a temporary name, may follow. */
const MOST_NAME_BYTES = 200;

/**
 * Returns where the content of each file goes, below the folder of the results: a file by its own name, one of an archive
 * by its path in it. Of those of one archive that would get one name, all but the first have a hash in theirs: nobody can
 * rename them. One that cannot be read gets none.
 */
export function unpackedNames(entries: readonly FileEntry[]): Map<FileEntry, string> {
  const names = new Map<FileEntry, string>();
  const taken = new Map<string, Set<string>>();
  for (const entry of entries) {
    const { path, packed } = entry;
    if (packed === undefined) names.set(entry, plainName(basename(path)));
    if (packed === undefined || packed.fault !== undefined) continue;
    const archive = packed.archive.path;
    const own = taken.get(archive) ?? new Set(entries.flatMap((one) => foldersIn(one, archive)));
    taken.set(archive, own);
    const inside = insideOf(entry, packed);
    const name = possibleName(inside);
    const free = [name, withHash(name, inside)]
      .find((one) => ![one, temporaryName(one)].some((like) => own.has(folded(like)))) ?? name;
    for (const like of [free, temporaryName(free)]) own.add(folded(like));
    names.set(entry, free);
  }
  return names;
}

/** Folders of a file in an archive: no file can have the name of one. */
function foldersIn(entry: FileEntry, archive: string): string[] {
  const { packed } = entry;
  if (packed?.archive.path !== archive || packed.fault !== undefined) return [];
  const folders: string[] = [];
  for (let at = dirname(possibleName(insideOf(entry, packed))); at !== "."; at = dirname(at)) {
    folders.push(folded(at));
  }
  return folders;
}

/** Path of a file in its archive; one that leads out has a fault. */
function insideOf({ path }: FileEntry, { archive }: PackedFile): string {
  return path.slice(archive.path.length + 1);
}

/** Returns a path as this program and the disk can write it: the runtime's flags cannot say a comma, and "-" is standard output. */
function possibleName(inside: string): string {
  const name = plainName(inside.replaceAll(",", "_")).replace(/(^|\/)-$/, "$1_");
  return name.split("/").map((part) =>
    Buffer.byteLength(part) > MOST_NAME_BYTES ? boundedName(part) : part
  ).join("/");
}

function withHash(name: string, inside: string): string {
  const [, stem, extension = ""] = /^(.*[^/])(\.[^./]*)$/.exec(name) ?? ["", name];
  return `${stem}-${hash("sha256", inside).slice(0, 8)}${extension}`;
}

/** What two names have in common that are one where letter case does not count. */
function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function plainName(name: string): string {
  return name.replace(/(?<=[^/])\.(?:gz|gzip|zst|zstd)$/i, "");
}
