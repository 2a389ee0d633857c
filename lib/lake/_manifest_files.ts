import { readJson } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { jsonDocument } from "../terminal/mod.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";

/** How the files of a manifest begin and end in its text, of which only names of this depth stand behind two spaces. */
const BEGIN = '\n  "files": [\n';
const END = "\n  ],";
const EMPTY = '\n  "files": [],';
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
    const head = `${content.slice(0, from)}${EMPTY}${content.slice(to + END.length)}`;
    const { files: _, ...manifest }: Manifest = readJson(db, "publications", head);
    return { manifest, files };
  }
  // It is laid out otherwise.
  const { files: all, ...manifest }: Manifest = readJson(db, "publications", content);
  return { manifest, files: all.map(take) };
}

/** Files that are written at once. */
const AT_ONCE = 256;

/** Writes a manifest, whose list of files is empty, with files that are made as they are written. */
export function writeManifestFiles<T>(
  manifest: Manifest,
  from: readonly T[],
  make: (one: T) => ManifestFile,
): string {
  const texts: string[] = [];
  for (let at = 0; at < from.length; at += AT_ONCE) {
    // As deep in a document as they will be.
    const text = jsonDocument({ files: from.slice(at, at + AT_ONCE).map(make) });
    texts.push(text.slice(text.indexOf(BEGIN) + BEGIN.length, text.lastIndexOf("\n  ]")));
  }
  const document = jsonDocument(manifest);
  if (texts.length === 0) return document;
  const at = document.indexOf(EMPTY);
  return `${document.slice(0, at)}${BEGIN}${texts.join(NEXT)}${END}${
    document.slice(at + EMPTY.length)
  }`;
}
