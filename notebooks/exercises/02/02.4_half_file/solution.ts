/**
 * A rename is the only step that takes effect at once, so it is the only one that may touch the final name. Before it comes
 * everything that can be cut short; after it nothing is left to do but to make it last.
 *
 * Content and names are two things on a disk. A file system may write the folder before the file: then the name is there and
 * leads to zero bytes. So the content is flushed before the rename and the folder after it. Either one alone is the
 * incident of the README.
 *
 * Removing the old file first looks tidy, and opens a gap in which there is none. rename() replaces it in one step.
 *
 * A failed attempt cleans up after itself, and a killed one cannot. So the next one must not trust what it finds:
 * create() makes it empty. The catch only removes and throws on; an error that is swallowed here would be a success.
 *
 * What this leaves out: two writers at once. They need two temporary names, and somebody who decides which of them wins;
 * lib/files has one owner per folder instead.
 *
 * @module
 */
/** One folder of a disk; after a crash only what was flushed is sure to be there. */
export interface Disk {
  /** Makes an empty file; one that is there becomes empty. */
  create(name: string): Promise<void>;
  /** Adds bytes at the end of a file that is there. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /** Makes the content of a file survive a crash. */
  flush(name: string): Promise<void>;
  /** Gives a file another name; one that has it already is gone. */
  rename(from: string, to: string): Promise<void>;
  /** Makes the names in the folder survive a crash. */
  flushFolder(): Promise<void>;
  /** Removes a file. */
  remove(name: string): Promise<void>;
}

/** Writes a file so that it is whole under its name, or not there. */
export async function publish(
  disk: Disk,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const temporary = `${name}.tmp`;
  await disk.create(temporary);
  try {
    for await (const chunk of chunks) await disk.append(temporary, chunk);
    await disk.flush(temporary);
  } catch (error) {
    await disk.remove(temporary);
    throw error;
  }
  await disk.rename(temporary, name);
  await disk.flushFolder();
}
