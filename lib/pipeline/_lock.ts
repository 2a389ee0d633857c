import { dirname, isAbsolute } from "node:path";
import { ConfigError, SuspendedError } from "../errors/mod.ts";
import { attempt, storageError } from "../io/mod.ts";
import { lockFile } from "../process/mod.ts";

/** A launcher that was killed leaves a run that notices it and stops by itself; this long it may take, in ms. */
export const PATIENCE = 3_000;
/** Between two looks, in ms. */
export const POLL = 50;

/** Returns the lock of an audit database: next to the file itself, so that it is one for every link to it. */
export function auditLock(audit: string): string {
  // One in memory has no place.
  return isAbsolute(audit) ? lockFile(audit) : `${audit}.lock`;
}

/**
 * Takes a lock for as long as the run lives. The kernel frees it when the process ends, however it ends, so that no
 * stale lock can get in the way.
 *
 * @param path Path of the lock, a file that holds the process id.
 * @throws {SuspendedError} `suspended-locked` if another run holds it.
 * @throws {ConfigError} If something else has its name; that stays as it is.
 */
export async function takeLock(path: string): Promise<Disposable> {
  const file = openLock(ownLock(path));
  try {
    for (let waited = 0; !file.tryLockSync(true); waited += POLL) {
      if (waited >= PATIENCE) throw lockedError(path, file);
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
    file.truncateSync();
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch (error) {
    file.close();
    if (error instanceof SuspendedError) throw error;
    throw storageError("write lock", path, error);
  }
  return { [Symbol.dispose]: () => file.close() };
}

/**
 * Returns the path of a lock.
 *
 * @throws {ConfigError} If something else has its name.
 */
export function ownLock(path: string): string {
  const stranger = strangerAt(path);
  if (stranger === undefined) return path;
  throw new ConfigError("config-invalid", `Cannot lock "${path}": ${stranger}`, {
    context: { path },
  });
}

/**
 * Says what has the name of a lock and is none, and what to do; `undefined` if there is a lock, which is empty or holds
 * one process id or what a power cut left of it, or nothing.
 */
export function strangerAt(path: string): string | undefined {
  const next = "move it away, or name another place in audit: or lake:";
  try {
    const info = Deno.lstatSync(path);
    if (info.isSymlink) return `it is a link, expected a lock or nothing; ${next}`;
    const isLock = info.isFile && (info.nlink ?? 1) === 1 && info.size <= 12 &&
      /^[\d\n\0]*$/.test(Deno.readTextFileSync(path));
    return isLock ? undefined : `it is not a lock of a run, but something of yours; ${next}`;
  } catch {
    return undefined; // There is none, or it cannot be looked at: opening it says why.
  }
}

function openLock(path: string): Deno.FsFile {
  const open = () => Deno.openSync(path, { read: true, write: true, create: true });
  try {
    return open();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw storageError("open lock", path, error);
    // The folder is only looked at when it is missing: a run may not read around its audit database.
    return attempt("create", path, () => {
      Deno.mkdirSync(dirname(path), { recursive: true });
      return open();
    });
  }
}

function lockedError(path: string, file: Deno.FsFile): SuspendedError {
  const text = new Uint8Array(32);
  const holder = new TextDecoder().decode(text.subarray(0, file.readSync(text) ?? 0)).trim();
  return new SuspendedError(
    "suspended-locked",
    `Cannot start run: process ${
      holder || "unknown"
    } holds "${path}"; wait for it to end and start again`,
  );
}
