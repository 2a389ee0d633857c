/**
 * Asks a module what it is, in a process that may read it and nothing else; prints the answer as JSON.
 *
 * @module
 */
import { EXIT_CODES, IngestError } from "../../../errors/mod.ts";
import { writeTextSync } from "../../../io/mod.ts";
import { listenForStop, watchMain, withoutStorage } from "../../../process/mod.ts";
import { describeSource, loadSource } from "./load.ts";

if (import.meta.main) {
  // The launcher gives it 10 s; if that is gone, it ends by itself.
  using stop = listenForStop({ untilEof: false, untilParent: true });
  stop.signal.addEventListener("abort", () => Deno.exit(EXIT_CODES.suspended));
  using _watch = watchMain();
  withoutStorage();
  const { exit } = Deno;
  const [module = "", root = "", options = "{}"] = Deno.args;
  try {
    const source = await loadSource(module);
    answer(describeSource(source, { module, root, options: JSON.parse(options) }));
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    answer({ error: error.message });
    exit(1);
  }
  // A timer or a worker that the module started would keep this process.
  exit(0);
}

/** The last line on standard output; what the module prints itself comes before it. */
function answer(value: unknown): void {
  writeTextSync(Deno.stdout, `\n${JSON.stringify(value)}\n`);
}
