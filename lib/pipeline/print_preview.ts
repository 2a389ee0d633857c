import { writeError, writeOut } from "../io/mod.ts";
import { watchMain } from "../process/mod.ts";
import { countOf, escapeControls, escapeLine, jsonDocument } from "../terminal/mod.ts";
import { findStream } from "./accept.ts";
import { describeSources, hasOwnCode } from "./describe_sources.ts";
import { loadConfig } from "./pipeline_config.ts";
import { type PreviewOptions, previewPlaces, previewStream } from "./preview.ts";

/** Prints the first records of a stream; what was rejected goes to standard error. */
export async function printPreview(
  path: string,
  name: string,
  { json, ...options }: PreviewOptions & { readonly json: boolean },
): Promise<number> {
  // The process may not even look at the places that the file names.
  const overrides = previewPlaces(options.folder);
  const loaded = await loadConfig(path, { overrides });
  using _watch = hasOwnCode(loaded) ? watchMain() : undefined;
  const config = await describeSources(loaded, "here", [name]);
  const preview = await previewStream(config, findStream(config, [name], "preview"), options);
  const { lines, rejects, read, error, exit_code: code } = preview;
  if (json) writeOut(jsonDocument(preview));
  else {
    const isTerminal = Deno.stdout.isTerminal();
    for (const line of lines) writeOut(`${isTerminal ? escapeControls(line) : line}\n`);
    for (const { code, message, origin, line } of rejects) {
      const place = [origin, line === null ? null : `line ${line}`].filter((one) => one !== null);
      writeError(escapeLine(`rejected ${code}: ${[...place, message].join(", ")}`) + "\n");
    }
    if (error !== null) writeError(`${escapeLine(error)}\n`);
    const first = options.limit === 1 ? "first is" : `first ${options.limit} are`;
    const shown = read > options.limit ? `the ${first} shown, ` : "";
    writeError(`${countOf(read, "record")} read, ${shown}nothing published\n`);
  }
  return code;
}
