/**
 * Writes the script `headwaters` whole: a process of its own, which may write that file and nothing else.
 *
 * @module
 */
import { dirname, fromFileUrl } from "@std/path";
import { writeAllSync } from "../lib/io/mod.ts";
import { reportFailure } from "../lib/terminal/mod.ts";
import { shimText } from "./shim.ts";

function writeShim(path: string, deno: string): void {
  makeFolder(dirname(path));
  const temporary = `${path}.tmp`;
  try {
    {
      using file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o755 });
      const root = dirname(dirname(fromFileUrl(import.meta.url)));
      writeAllSync(file, new TextEncoder().encode(shimText(root, { deno })));
      file.syncSync();
    }
    Deno.renameSync(temporary, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) remove(temporary);
    throw error;
  }
}

function makeFolder(folder: string): void {
  try {
    if (Deno.statSync(folder).isDirectory) return;
  } catch {
    // It is to be made; if it cannot be looked at, it cannot be made either, and that says why.
  }
  Deno.mkdirSync(folder, { recursive: true });
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was never made.
  }
}

if (import.meta.main) {
  try {
    writeShim(Deno.args[0] ?? "", Deno.args[1] ?? "");
  } catch (error) {
    Deno.exit(reportFailure(error, { json: false }));
  }
}
