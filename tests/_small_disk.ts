/**
 * A disk of one megabyte, for tests of what happens when it is full: `deno task test:full-disk` runs them, on Linux
 * and as root.
 *
 * @module
 */

/** Whether this test process may mount one. */
export const MAY_MOUNT: boolean = Deno.build.os === "linux" &&
  Deno.permissions.querySync({ name: "run", command: "mount" }).state === "granted" &&
  Deno.uid() === 0;

/** Mounts it on a folder that exists; it is gone when the result is disposed of. */
export async function mountSmallDisk(folder: string): Promise<AsyncDisposable> {
  await system("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder);
  return { [Symbol.asyncDispose]: () => system("umount", folder) };
}

async function system(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`Cannot ${command}: ${new TextDecoder().decode(stderr)}`);
}
