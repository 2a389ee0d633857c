/** Above this a database is read from its file, which leaves a `-shm` and an empty `-wal` file next to it. */
const MAX_IMAGE_BYTES = 64 * 1024 * 1024;

/** Offsets of the two format versions in the header: 2 stands for WAL, 1 for a rollback journal. */
const WRITE_VERSION = 18;
const READ_VERSION = 19;

/**
 * Reads a database file whole, if it is in WAL mode and nothing of it is in the WAL.
 *
 * SQLite cannot open such a file without making two more next to it, not even to read it: that fails in a folder that
 * cannot be written, and leaves them behind elsewhere.
 *
 * @returns The file as a database that needs no WAL; `undefined` if SQLite has to open the file itself.
 */
export function readDatabaseImage(name: string): Uint8Array | undefined {
  try {
    // SQLite keeps the WAL next to the file, wherever the links to it are.
    const path = Deno.realPathSync(name);
    const before = Deno.statSync(path);
    if (!before.isFile || before.size > MAX_IMAGE_BYTES || hasWal(path)) return undefined;
    const image = Deno.readFileSync(path);
    const after = Deno.statSync(path);
    const isSame = image.length === before.size && after.size === before.size &&
      after.mtime?.getTime() === before.mtime?.getTime();
    // A writer that came meanwhile may have changed some pages and not yet others.
    if (!isSame || hasWal(path)) return undefined;
    if (image[WRITE_VERSION] !== 2 || image[READ_VERSION] !== 2) return undefined;
    image[WRITE_VERSION] = image[READ_VERSION] = 1;
    return image;
  } catch {
    return undefined; // Missing, or not ours to look at: SQLite says what is wrong.
  }
}

function hasWal(path: string): boolean {
  try {
    return Deno.statSync(`${path}-wal`).size > 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
