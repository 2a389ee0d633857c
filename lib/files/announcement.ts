import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { storageError } from "../io/mod.ts";
import { extensionOf } from "./_extension_of.ts";
import type { FileEntry } from "./file_entry.ts";

/** What the file next to a file says about it; a bare done marker says nothing. */
export interface Announcement {
  /** Its name. */
  readonly name: string;
  /** Size in bytes. */
  readonly size?: number;
  /** Rows behind the header. */
  readonly rows?: number;
  /** Lower-case hex digest. */
  readonly digest?: string;
  /** What is not understood of it, so that it does not count as a bare marker. @default nothing */
  readonly unknown?: string;
}

/** The algorithm of a digest, by its length in hex. */
const ALGORITHMS: Readonly<Record<number, string>> = {
  ...{ 32: "md5", 40: "sha1", 64: "sha256", 128: "sha512" },
};
/** More is no sidecar. */
const MOST_BYTES = 1 << 16;
/** Characters of one that is not understood that a message shows. */
const MOST_SHOWN = 40;

/** Returns the name of the file that announces another one. */
function announcerOf(path: string, template: string): string {
  const name = basename(path);
  const stem = name.slice(0, name.length - extensionOf(name).length);
  return template.replaceAll("{name}", name).replaceAll("{stem}", stem);
}

/** Says whether a file is there to announce others, and so is no data. */
export function isAnnouncer(path: string, template: string): boolean {
  const [start = "", ...rest] = template.split(/\{(?:name|stem)\}/);
  const name = basename(path);
  if (rest.length === 0) return name === template;
  return name.startsWith(start) && name.endsWith(rest.at(-1) ?? "") && name !== start;
}

/**
 * Returns what announces a file; `undefined` if it is not announced yet.
 *
 * Understood are a hex digest as `sha256sum` writes it, and `size`, `rows` and a digest as JSON or as `key=value` lines.
 * A marker is empty, or says a word or a time.
 *
 * @param template Name of the file next to it; `{name}` is the file's name, `{stem}` the name without its ending.
 * @throws {StorageError} If it cannot be read.
 */
export async function readAnnouncement(
  { packed, ...own }: FileEntry,
  template: string,
): Promise<Announcement | undefined> {
  const entry = packed?.archive ?? own;
  const name = announcerOf(entry.path, template);
  const path = join(dirname(entry.absolutePath), name);
  try {
    const { size } = await Deno.stat(path);
    if (size > MOST_BYTES) return { name, unknown: `${size} bytes` };
    const { rows, ...claims } = claimsOf(textOf(await Deno.readFile(path)));
    // Rows of an archive are of no one file in it.
    return { name, ...claims, ...(rows === undefined || packed !== undefined ? {} : { rows }) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw storageError("read", path, error);
  }
}

/** Returns what of a content differs from its announcement, in words; `undefined` if all agrees. */
export async function announcementFault(
  { packed, ...own }: FileEntry,
  { name, size, digest, unknown }: Announcement,
  sha256: string,
): Promise<string | undefined> {
  if (unknown !== undefined) {
    return `"${name}" says ${
      JSON.stringify(unknown)
    }, expected size=, rows= or a digest, or a marker`;
  }
  const entry = packed?.archive ?? own;
  if (size !== undefined && size !== entry.size) {
    return `it has ${entry.size} bytes, "${name}" says ${size}`;
  }
  if (digest === undefined) return undefined;
  const algorithm = ALGORITHMS[digest.length] ?? "sha256";
  const found = algorithm === "sha256" && packed === undefined
    ? sha256
    : await digestOnce(entry, algorithm);
  return found === digest ? undefined : `its ${algorithm} is ${found}, "${name}" says ${digest}`;
}

/** Digests by file and algorithm: one file announces all members of an archive. */
const digests = new WeakMap<FileEntry, Map<string, Promise<string>>>();

function digestOnce(entry: FileEntry, algorithm: string): Promise<string> {
  const known = digests.getOrInsertComputed(entry, () => new Map());
  return known.getOrInsertComputed(algorithm, () => digestOf(entry, algorithm));
}

async function digestOf({ absolutePath }: FileEntry, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  try {
    using file = await Deno.open(absolutePath);
    const buffer = new Uint8Array(1 << 20);
    for (let read = await file.read(buffer); read !== null; read = await file.read(buffer)) {
      hash.update(buffer.subarray(0, read));
    }
  } catch (error) {
    throw storageError("read", absolutePath, error);
  }
  return hash.digest("hex");
}

/** Returns text as it was written; programs on Windows write UTF-16. */
function textOf(bytes: Uint8Array): string {
  const mark = bytes.subarray(0, 2).toHex();
  const encoding = mark === "fffe" ? "utf-16le" : mark === "feff" ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

/** What a marker may say: nothing, a word, or the time at which it was written. */
function isMarker(text: string): boolean {
  const said = text.trim();
  return !/\d/.test(said) && !/[<{[=:]/.test(said) ||
    !Number.isNaN(Date.parse(said)) && /^\d{4}-\d\d-\d\d/.test(said);
}

function claimsOf(text: string): Omit<Announcement, "name"> {
  const pairs = new Map<string, string>();
  for (const [, key = "", value = ""] of text.matchAll(/"?(\w+)"?\s*[=:]\s*"?([\w-]+)/g)) {
    pairs.set(key.toLowerCase(), value);
  }
  const number = (...keys: string[]) => {
    const value = keys.map((key) => pairs.get(key)).find((one) => one !== undefined);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  };
  const size = number("size", "bytes", "file_size");
  const rows = number("rows", "records", "row_count", "count");
  const digest = text.match(/\b[0-9a-f]+\b/gi)?.find((word) => ALGORITHMS[word.length])
    ?.toLowerCase();
  if (size === undefined && rows === undefined && digest === undefined) {
    return isMarker(text) ? {} : { unknown: text.trim().slice(0, MOST_SHOWN) };
  }
  return {
    ...(size === undefined ? {} : { size }),
    ...(rows === undefined ? {} : { rows }),
    ...(digest === undefined ? {} : { digest }),
  };
}
