import type { FileEntry } from "../../files/mod.ts";
import { UsageError } from "../../errors/mod.ts";
import { storageError } from "../../io/mod.ts";
import { newName, replaceText } from "../replace_text.ts";

/** What a listing says of a file apart from its name and state. */
export interface FoundFile {
  readonly sha256: string;
  readonly kind: string;
  readonly content: string;
  readonly encoding: string | null;
  readonly line_end: string | null;
  readonly delimiter: string | null;
  readonly columns: readonly string[] | null;
  readonly rows: number | null;
  /** An earlier version did not say it. */
  readonly rows_estimated?: boolean;
}

/** What was found in files, kept between calls: a file with the same size, time and inode is not read again. */
export class FindingsMemory {
  readonly #path: string | undefined;
  readonly #before: Readonly<Record<string, FoundFile>>;
  readonly #now: Record<string, FoundFile> = {};

  /** @param path Where it is kept; `undefined` if it is not. */
  constructor(path: string | undefined) {
    this.#path = path;
    this.#before = path === undefined ? {} : read(path);
    // A call that was killed may have left it; anything else is not ours to replace.
    if (path !== undefined) read(newName(path));
  }

  /** Returns what is known of a file, or finds it out. */
  async of(entry: FileEntry, find: () => Promise<FoundFile>): Promise<FoundFile> {
    const { absolutePath, size, mtimeMs, ctimeMs, inode } = entry;
    const key = JSON.stringify([absolutePath, size, mtimeMs, ctimeMs, inode]);
    const known = this.#before[key];
    const found = known?.rows_estimated === undefined ? await find() : known;
    this.#now[key] = found;
    return found;
  }

  /** Keeps what was found in this call, and nothing of files that are gone; a fault leaves what was kept before. */
  save(): void {
    if (this.#path === undefined) return;
    replaceText(this.#path, `${JSON.stringify({ inventory: 1, files: this.#now })}\n`, read);
  }
}

function read(path: string): Readonly<Record<string, FoundFile>> {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    if (error instanceof Deno.errors.IsADirectory) {
      throw new UsageError("usage", `Cannot remember in "${path}": it is a folder; name a file`);
    }
    throw storageError("read", path, error);
  }
  try {
    const { inventory, files } = JSON.parse(text);
    if (inventory === 1) return files;
  } catch {
    // It is not ours to replace.
  }
  throw new UsageError(
    "usage",
    `Cannot remember in "${path}": it is not of an earlier inventory; name another file, or remove it`,
  );
}
