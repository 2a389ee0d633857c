/**
 * The exercises' command line: `deno task learn --help` says what it can do.
 *
 * @module
 */
import { dirname, fromFileUrl } from "@std/path";
import { terminalColumns } from "../lib/terminal/mod.ts";
import { learnCommand } from "../lib/workbook/mod.ts";

if (import.meta.main) {
  const stop = new AbortController();
  Deno.addSignalListener("SIGINT", () => stop.abort());
  const root = dirname(dirname(fromFileUrl(import.meta.url)));
  const width = Deno.stdout.isTerminal() ? terminalColumns() : 100;
  Deno.exit(await learnCommand(Deno.args, { root, width, signal: stop.signal }));
}
