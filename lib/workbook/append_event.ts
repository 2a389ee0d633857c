import { dirname, join } from "node:path";
import type { LearningEvent } from "./learning_event.ts";

/** The name of the file in the work folder. */
export const PROGRESS_FILE = "progress.jsonl";

/**
 * Adds a line to the progress file, and never touches one that is there.
 *
 * The line is on disk when this returns. If a kill left half a line, the new one begins after it.
 *
 * @param work The absolute path of the work folder.
 */
export async function appendEvent(work: string, event: LearningEvent): Promise<void> {
  const path = join(work, PROGRESS_FILE);
  await Deno.mkdir(dirname(path), { recursive: true });
  using file = await Deno.open(path, { read: true, append: true, create: true });
  const torn = await isTorn(file);
  const bytes = new TextEncoder().encode(`${torn ? "\n" : ""}${JSON.stringify(event)}\n`);
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  await file.sync();
}

async function isTorn(file: Deno.FsFile): Promise<boolean> {
  const size = await file.seek(0, Deno.SeekMode.End);
  if (size === 0) return false;
  const last = new Uint8Array(1);
  await file.seek(-1, Deno.SeekMode.End);
  await file.read(last);
  return last[0] !== 0x0a;
}
