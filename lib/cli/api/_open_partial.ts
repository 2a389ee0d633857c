import { UsageError } from "../../errors/mod.ts";
import { attempt, exists } from "../../io/mod.ts";
import { resultMode } from "../result_mode.ts";
import { partialPath } from "./_fetch_paths.ts";

/** A fetch whose launcher was killed notices it and stops by itself; this long it may take, in ms. */
const PATIENCE = 1_000;
const POLL = 50;

/** Opens the partial file as it is, and locks it: a file that cannot be written is better known before the first request. */
export async function openPartial(
  path: string,
): Promise<{ readonly file: Deno.FsFile; readonly isNew: boolean }> {
  const partial = partialPath(path);
  const isNew = attempt("write", path, () => !exists(partial));
  const file = attempt("write", path, () => {
    const mode = resultMode(path, []);
    return Deno.openSync(partial, { read: true, write: true, create: true, mode });
  });
  for (let waited = 0; !file.tryLockSync(true); waited += POLL) {
    if (waited >= PATIENCE) {
      file.close();
      throw new UsageError(
        "usage",
        `Cannot write "${path}": another fetch is writing it; wait for it, or name another file`,
        { context: { path } },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  return { file, isNew };
}
