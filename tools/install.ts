/**
 * Caches the packages and installs the command `headwaters`: a small script that calls this clone from any folder.
 *
 * Usage: `deno task install [--force] [--dry-run]`
 *
 * @module
 */
import { dirname, fromFileUrl, join, resolve } from "@std/path";
import { ConfigError, EXIT_CODES, StorageError, UsageError } from "../lib/errors/mod.ts";
import { writeOut } from "../lib/io/mod.ts";
import { DENO_RUN, pathList } from "../lib/process/mod.ts";
import { createStyle, helpText, parseFlags, reportFailure } from "../lib/terminal/mod.ts";
import { isShim, shimName } from "./shim.ts";

const ROOT = dirname(dirname(fromFileUrl(import.meta.url)));
const WRITER = "tools/_write_shim.ts";
const ENTRIES = [
  "lib/cli/headwaters.ts",
  ...["api", "audit", "db", "files", "logs", "pipeline"].map((group) =>
    `lib/cli/${group}/child.ts`
  ),
  "lib/pipeline/change_process.ts",
  "phases/06_pipeline/run_process.ts",
  WRITER,
];

/** The command line of the installer. */
export const INSTALL_COMMAND = {
  name: "deno task install",
  meaning: "Cache the packages and install the command headwaters, which calls this clone",
  flags: {
    force: { type: "boolean", meaning: "Replace another program's file of that name" },
    "dry-run": { type: "boolean", meaning: "Say what would be written, and write nothing" },
  },
  examples: {
    "deno task install": "into ~/.deno/bin, or bin in $DENO_INSTALL_ROOT",
  },
} as const;

async function install(args: readonly string[]): Promise<void> {
  const { flags, help } = parseFlags(args, INSTALL_COMMAND);
  if (help) return print(helpText(INSTALL_COMMAND, createStyle()));
  const folder = binFolder();
  const path = join(folder, shimName());
  checkTarget(path, flags.force);
  if (flags["dry-run"]) {
    return print(`Dry run, nothing is written. It would cache the packages and write\n  ${path}\n`);
  }
  await runDeno(["install", "--quiet", "--frozen"], "cache the packages");
  await runDeno(["cache", "--quiet", "--frozen", ...ENTRIES], "cache the command");
  const write = pathList([path, `${path}.tmp`, ...missingFolders(folder).slice(0, 1)]);
  await runDeno([
    ...DENO_RUN,
    `--allow-read=${pathList([folder])}`,
    `--allow-write=${write}`,
    WRITER,
    path,
    Deno.execPath(),
  ], `write "${path}"`);
  print(`${path} calls this clone, ${ROOT}\n${pathHint(folder)}`);
}

/** Where `deno install` puts commands as well. */
function binFolder(): string {
  const root = Deno.env.get("DENO_INSTALL_ROOT");
  if (root) return join(resolve(root), "bin");
  const home = Deno.env.get("HOME") || Deno.env.get("USERPROFILE");
  if (home) return join(resolve(home), ".deno", "bin");
  throw new ConfigError(
    "config-invalid",
    "Cannot install: neither DENO_INSTALL_ROOT nor HOME is set; set one of them to a folder",
  );
}

function checkTarget(path: string, force: boolean): void {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (info.isDirectory) {
    throw new UsageError("usage", `Cannot write "${path}": it is a folder; move it away`);
  }
  if (force || info.isFile && isShim(Deno.readTextFileSync(path))) return;
  throw new UsageError(
    "usage",
    `Cannot write "${path}": it is another program's; --force replaces it`,
  );
}

/** Folders of a path that are to be made, the highest first. */
function missingFolders(folder: string): string[] {
  try {
    Deno.statSync(folder);
    return [];
  } catch {
    // Missing; if it is something else, making it says so.
    return [...missingFolders(dirname(folder)), folder];
  }
}

async function runDeno(args: readonly string[], what: string): Promise<void> {
  const child = new Deno.Command("deno", { args: [...args], cwd: ROOT, stdin: "null" }).spawn();
  const { success } = await child.status;
  if (!success) {
    throw new StorageError("storage-io", `Cannot install: deno could not ${what}, see above`);
  }
}

function pathHint(folder: string): string {
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  if (folders.includes(folder)) return "Try it in any folder: headwaters --help\n";
  if (Deno.build.os === "windows") {
    // `setx` would cut a long PATH off, and write that of the machine into the user's.
    return `Its folder is not in PATH yet. Add it to your variable Path: ${folder}\n`;
  }
  const line = `export PATH="${folder}:$PATH"`;
  return `Its folder is not in PATH yet. Add it, here and in the profile of your shell:\n  ${line}\n`;
}

function print(text: string): void {
  writeOut(text);
}

if (import.meta.main) {
  try {
    await install(Deno.args);
    Deno.exit(EXIT_CODES.complete);
  } catch (error) {
    Deno.exit(reportFailure(error, { json: false }));
  }
}
