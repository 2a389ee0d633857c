/**
 * Prints the folders outside the project that tests may use, as a list for `--allow-read` and `--allow-write`:
 * the system's temporary folder under its name and under its real path (on macOS they differ) and, if it is there
 * next to the checkout, the folders of real logs and of small cases that some tests of the log parser read.
 *
 * @module
 */

/** Real logs that are free for tests but not ours to ship, and small logs that some tool reads wrongly. */
const SHARED = ["../shared/corpora", "../shared/cases"];

/** Returns the temporary folder and, where it differs, the folder it leads to; then the shared logs, where they exist. */
export function testFolders(env: (name: string) => string | undefined): string[] {
  const fallback = Deno.build.os === "windows" ? "C:\\Windows\\Temp" : "/tmp";
  const folder = env("TMPDIR") || env("TMP") || env("TEMP") || fallback;
  return [...new Set([folder, Deno.realPathSync(folder)]), ...SHARED.flatMap(existing)];
}

function existing(folder: string): string[] {
  try {
    return Deno.statSync(folder).isDirectory ? [folder] : [];
  } catch {
    return []; // A clone without them is complete; their tests say that they were left out.
  }
}

if (import.meta.main) console.log(testFolders((name) => Deno.env.get(name)).join(","));
