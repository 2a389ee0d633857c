import { readJson } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";

/** How the files of a manifest begin and end in its text, of which only names of this depth stand behind two spaces. */
const BEGIN = '\n  "files": [\n';
const END = "\n  ],";
const FILE_END = "\n    }";
/** Between two files. */
const NEXT = ",\n";

/**
 * Parses a manifest and takes what is wanted of each of its files, one after the other: those of one run may be 100,000,
 * and most of what is said of them is left out.
 *
 * @param take Returns what is wanted of a file.
 */
export function readManifestFiles<T>(
  db: Database,
  content: string,
  take: (file: ManifestFile) => T,
): { readonly manifest: Omit<Manifest, "files">; readonly files: T[] } {
  const from = content.indexOf(BEGIN);
  const to = content.indexOf(END, from);
  const files: T[] = [];
  for (let at = from + BEGIN.length; from >= 0 && at < to;) {
    const end = content.indexOf(FILE_END, at) + FILE_END.length;
    const isOne = at < end && (end === to || end < to && content.startsWith(NEXT, end));
    if (!isOne) break;
    files.push(take(readJson(db, "publications", content.slice(at, end))));
    if (end < to) {
      at = end + NEXT.length;
      continue;
    }
    const head = `${content.slice(0, from)}\n  "files": [],${content.slice(to + END.length)}`;
    const { files: _, ...manifest }: Manifest = readJson(db, "publications", head);
    return { manifest, files };
  }
  // It is laid out otherwise.
  const { files: all, ...manifest }: Manifest = readJson(db, "publications", content);
  return { manifest, files: all.map(take) };
}

/** Writes the list of files of a manifest into the text of one that has none. */
export function insertFiles(text: string, files: readonly string[]): string {
  if (files.length === 0) return text;
  const [before, after, ...more] = text.split('\n  "files": [],');
  if (after === undefined || more.length > 0) throw new TypeError("Cannot write files: no list");
  return `${before}${BEGIN}${files.join(NEXT)}${END}${after}`;
}

/** Returns a file as it is in the list: the text of a JSON document, four spaces deeper. */
export function listedFile(document: string): string {
  return `    ${document.trimEnd().replaceAll("\n", "\n    ")}`;
}
