const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** The few ways in which text may stand out; each gives the text back unchanged where there is no color. */
export interface Style {
  /** For what the eye should find first. */
  bold(text: string): string;
  /** For what may be passed over. */
  dim(text: string): string;
  /** For what failed. */
  red(text: string): string;
  /** For what is as it should be. */
  green(text: string): string;
  /** For what deserves a look. */
  yellow(text: string): string;
  /** For paths and commands. */
  cyan(text: string): string;
}

/** Options of {@linkcode createStyle}. */
export interface StyleOptions {
  /** Whether to color. @default {standard output is a terminal and NO_COLOR is not set} */
  readonly color?: boolean;
}

/**
 * Makes a style for one output.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(createStyle({ color: true }).bold("x"), "\x1b[1mx\x1b[22m");
 * assertEquals(createStyle({ color: false }).bold("x"), "x");
 * ```
 */
export function createStyle(options: StyleOptions = {}): Style {
  const color = options.color ?? (Deno.stdout.isTerminal() && !Deno.noColor);
  function paint([on, off]: readonly [number, number]): (text: string) => string {
    return (text) => color && text !== "" ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  }
  return {
    bold: paint(CODES.bold),
    dim: paint(CODES.dim),
    red: paint(CODES.red),
    green: paint(CODES.green),
    yellow: paint(CODES.yellow),
    cyan: paint(CODES.cyan),
  };
}
