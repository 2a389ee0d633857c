import { fromFileUrl, join } from "@std/path";

/** Where the sample files are. */
export const SAMPLES_FOLDER = fromFileUrl(new URL("../data/samples", import.meta.url));

/** The document that describes them. */
export const SAMPLES_README = fromFileUrl(new URL("../data/README.md", import.meta.url));

/** Reads every file below a folder: bytes by path, relative, with `/`. Names with a leading dot are passed over. */
export async function readFolder(
  folder: string,
  prefix = "",
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const entry of Deno.readDir(folder)) {
    if (entry.name.startsWith(".")) continue;
    const [path, name] = [join(folder, entry.name), `${prefix}${entry.name}`];
    if (entry.isFile) files.set(name, await Deno.readFile(path));
    if (!entry.isDirectory) continue;
    for (const [below, bytes] of await readFolder(path, `${name}/`)) files.set(below, bytes);
  }
  return files;
}

/** Writes files below a folder, making the folders that they need. */
export async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  for (const [path, bytes] of files) {
    const target = join(folder, path);
    await Deno.mkdir(join(target, ".."), { recursive: true });
    await Deno.writeFile(target, bytes);
  }
}

/**
 * Names every difference between the files that should be there and those that are.
 *
 * @param kept paths that are not built, but belong there
 * @returns one sentence for each difference, sorted by path
 */
export function compareFolders(
  wanted: ReadonlyMap<string, Uint8Array>,
  found: ReadonlyMap<string, Uint8Array>,
  kept: ReadonlySet<string>,
): string[] {
  const paths = new Set([...wanted.keys(), ...found.keys(), ...kept]);
  return [...paths].sort().flatMap((path) => {
    const [want, have] = [wanted.get(path), found.get(path)];
    if (have === undefined) return [`${path}: missing`];
    if (want === undefined) {
      return kept.has(path) ? [] : [`${path}: unknown, not made by this tool`];
    }
    const at = firstDifference(want, have);
    if (at === undefined) return [];
    return [`${path}: differs from byte ${at} on (${have.length} bytes, expected ${want.length})`];
  });
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) if (a[at] !== b[at]) return at;
  return a.length === b.length ? undefined : shorter;
}
