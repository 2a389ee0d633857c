/**
 * Prints the folders outside the project that tests may use, as a list for `--allow-read` and `--allow-write`:
 * the system's temporary folder under its name and under its real path (on macOS they differ).
 *
 * @module
 */

/** Returns the temporary folder and, where it differs, the folder it leads to. */
export function testFolders(env: (name: string) => string | undefined): string[] {
  const fallback = Deno.build.os === "windows" ? "C:\\Windows\\Temp" : "/tmp";
  const folder = env("TMPDIR") || env("TMP") || env("TEMP") || fallback;
  return [...new Set([folder, Deno.realPathSync(folder)])];
}

if (import.meta.main) console.log(testFolders((name) => Deno.env.get(name)).join(","));
