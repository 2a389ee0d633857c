/** Every permission bit of a file that is no program. */
const ALL = 0o666;
/** What its owner can always do with a result. */
const OWNER = 0o600;

/**
 * Returns the permission bits of a result: those of the file that it replaces; else no more than each input has, so
 * that nobody reads in a result what they may not read in its inputs. The process's umask takes its part as always.
 *
 * @param replaced The file that is replaced, if there is one.
 * @param inputs What the result is made from.
 * @returns The bits, such as `0o640`; where files have none (Windows), all.
 */
export function resultMode(replaced: string, inputs: readonly string[]): number {
  const own = modeOf(replaced);
  if (own !== undefined) return own;
  return inputs.reduce((mode, path) => mode & (modeOf(path) ?? ALL), ALL) | OWNER;
}

/** Returns the bits of a folder that lets those in who may read what is in it. */
export function folderMode(fileMode: number): number {
  return fileMode | (fileMode & 0o444) >> 2;
}

/**
 * Gives a file the owner, the group and the bits of the one that it replaces. Only root may give a file away; a group that
 * could not be kept gets no more than everybody has.
 */
export function takeAfter(path: string, replaced: string): void {
  const { uid, gid, mode } = Deno.statSync(replaced);
  if (mode === null || gid === null) return; // Windows
  const now = Deno.statSync(path);
  if (now.uid !== uid || now.gid !== gid) {
    const isDone = [uid, null].some((owner) => {
      try {
        Deno.chownSync(path, owner, gid);
        return true;
      } catch {
        return false; // Not ours to give: the next best, or as it is.
      }
    });
    if (!isDone && now.gid !== gid) return setMode(path, mode & (0o707 | (mode & 0o007) << 3));
  }
  setMode(path, mode & 0o777);
}

/** Sets the bits of a file or folder where they are other ones: those of a replaced file may be more than a umask allows. */
function setMode(path: string, mode: number): void {
  const now = modeOf(path);
  if (now !== undefined && now !== mode) Deno.chmodSync(path, mode);
}

/** Takes the bits from a file that are not among those given. */
export function narrowMode(path: string, mode: number): void {
  const now = modeOf(path);
  if (now !== undefined) setMode(path, now & mode);
}

function modeOf(path: string): number | undefined {
  try {
    const { mode } = Deno.statSync(path);
    return mode === null ? undefined : mode & 0o777;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
