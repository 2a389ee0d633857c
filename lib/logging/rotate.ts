import { basename, join } from "node:path";
import { writeAllSync } from "../io/mod.ts";

/** Ending of a log that is written to, or was not compressed yet. */
const PLAIN = ".jsonl";
/** Names of a run's log and of its pieces: the folder may hold files of others. */
const OF_RUN = /^[0-9A-Z]{26}(?:\.\d+)?\.jsonl$/;

/** Returns the name of the next closed piece of a log: `01RUN.jsonl` becomes `01RUN.1.jsonl`. */
export function pieceOf(path: string, number: number): string {
  return `${path.slice(0, -PLAIN.length)}.${number}${PLAIN}`;
}

/**
 * Compresses a closed log to `<path>.gz` and removes it. What fails leaves it as it is: a log that is not compressed is
 * still a log.
 */
export async function compressLog(path: string): Promise<void> {
  const target = `${path}.gz`;
  try {
    using source = await Deno.open(path);
    using written = await Deno.open(`${target}.tmp`, { write: true, create: true });
    // Another run compresses it: it must not lose what it has, and this one has nothing to do.
    if (!written.tryLockSync(true)) return;
    written.truncateSync(0);
    const packed = source.readable.pipeThrough(new CompressionStream("gzip"));
    for await (const bytes of packed) writeAllSync(written, bytes);
    written.syncSync();
    await Deno.rename(`${target}.tmp`, target);
    await Deno.remove(path);
  } catch {
    // It is gone already, or the disk is full: the plain file has all of it.
  }
}

/** Compresses the logs of runs in a folder that nobody has written to for so long, one after the other. */
export async function compressOlder(
  folder: string,
  { age, now, except }: { readonly age: number; readonly now: number; readonly except: string },
): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || !OF_RUN.test(name) || name === basename(except)) continue;
    const path = join(folder, name);
    const { mtime } = await Deno.stat(path);
    if (mtime !== null && now - mtime.getTime() > age) await compressLog(path);
  }
}
