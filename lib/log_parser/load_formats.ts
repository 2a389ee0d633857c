import type { LineParser } from "./_line_parser.ts";
import { isLoose } from "./_line_parser.ts";
import { LOG_FORMATS, type LogFormatInfo } from "./log_formats.ts";
import { type LogFormatExample, readPatternFormat } from "./_pattern_format.ts";

/** Parsers of our formats, in the order in which they are tried. */
export interface LoadedFormats {
  /** Those with a header of their own, and after them those that patterns describe. */
  readonly specific: readonly LineParser[];
  /** Those whose header is less specific than a layout that a file shows. */
  readonly general: readonly LineParser[];
  /** Those that only votes bring in. */
  readonly loose: readonly LineParser[];
}

const ROWS: readonly (readonly [name: string, info: LogFormatInfo])[] = Object.entries(LOG_FORMATS);
let loaded: Promise<LoadedFormats> | undefined;

/** Loads our formats once, when the first log is read. */
export function loadFormats(): Promise<LoadedFormats> {
  return loaded ??= load();
}

async function load(): Promise<LoadedFormats> {
  const rows = await Promise.all(ROWS.map(async ([name, { parsers, yaml }]) => {
    const read = await parsers?.() ?? [];
    if (yaml === undefined) return read;
    return [...read, lazyParser(name, (await yaml()).default)];
  }));
  const lastPattern = ROWS.findLastIndex(([, { yaml }]) => yaml !== undefined);
  return {
    specific: rows.slice(0, lastPattern + 1).flat().filter((parser) => !isLoose(parser)),
    general: rows.slice(lastPattern + 1).flat().filter((parser) => !isLoose(parser)),
    loose: rows.flat().filter(isLoose),
  };
}

/** Reads the patterns of a format when a line is tried: most logs have lines of another one only. */
function lazyParser(name: string, yaml: string): LineParser {
  let parser: LineParser | undefined;
  const read = () => parser ??= readPatternFormat(yaml, name, name).parser;
  return {
    formats: [name],
    get joins() {
      return read().joins;
    },
    parse: (line, times) => read().parse(line, times),
  };
}

/** Returns the examples of our own pattern formats, by the name of the format: each is read as it says. */
export async function patternExamples(): Promise<
  Readonly<Record<string, readonly LogFormatExample[]>>
> {
  const examples: Record<string, readonly LogFormatExample[]> = {};
  for (const [name, { yaml }] of ROWS) {
    if (yaml !== undefined) {
      examples[name] = readPatternFormat((await yaml()).default, name, name).examples;
    }
  }
  return examples;
}
