import { divertStreams, writeError } from "../io/mod.ts";
import { redact } from "../logging/mod.ts";
import { escapeControls, reportFailure, wantsDebug, wantsJson } from "../terminal/mod.ts";

/**
 * Does the work of a process of the pipeline; an error is printed as the command line asks for it.
 *
 * @param args The command line.
 * @returns The exit code.
 */
export async function withFailureReport(
  args: readonly string[],
  work: () => number | Promise<number>,
): Promise<number> {
  tameOutput();
  try {
    return await work();
  } catch (error) {
    return reportFailure(error, {
      cwd: Deno.cwd(),
      json: wantsJson(args),
      debug: wantsDebug(args),
      redact,
      met: placeIn(args),
      given: valuesIn(args),
    });
  }
}

/** Returns the values of the flags, which a launcher joins to their names. */
function valuesIn(args: readonly string[]): Map<string, string[]> {
  const given = new Map<string, string[]>();
  for (const arg of args) {
    const [, name, value] = /^(--[^=]+)=(.+)$/s.exec(arg) ?? [];
    if (name && value) given.set(name, [...given.get(name) ?? [], value]);
  }
  return given;
}

/** Returns the file that the process works for, which its launcher names. */
function placeIn(args: readonly string[]): Record<string, string> {
  const [name = ""] = args.filter((arg) => arg.startsWith(CONFIG));
  return name === "" ? {} : { path: name.slice(CONFIG.length) };
}

const CONFIG = "--config=";

/** What a source prints is no part of the result, which may be one JSON document, and must not steer a terminal. */
function tameOutput(): void {
  const tell = (text: string) => writeError(`${escapeControls(text)}\n`);
  divertStreams((text) => tell(text.replace(/\n$/, "")));
  const print = (...values: readonly unknown[]) => {
    const words = values.map((value) => typeof value === "string" ? value : Deno.inspect(value));
    tell(words.join(" "));
  };
  for (const name of ["log", "info", "debug", "warn", "error", "dir", "table", "trace"] as const) {
    // deno-lint-ignore headwaters/no-console-in-lib -- it is that of the sources, not ours
    console[name] = print;
  }
}
