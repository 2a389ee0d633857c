/** The few ways in which text may stand out. */
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

/**
 * Returns a style.
 *
 * @param options `color: false` gives plain text; pass `Deno.stdout.isTerminal() && !Deno.noColor`.
 */
export function createStyle(options: { readonly color: boolean }): Style {
  const sgr = (open: number, close: number) => (text: string) =>
    options.color && text !== "" ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  return {
    bold: sgr(1, 22),
    dim: sgr(2, 22),
    red: sgr(31, 39),
    green: sgr(32, 39),
    yellow: sgr(33, 39),
    cyan: sgr(36, 39),
  };
}

/** Returns how many columns a text takes, colours not counted. */
export function textWidth(text: string): number {
  // deno-lint-ignore no-control-regex
  const plain = text.replace(/\x1b\[[0-9;]*m/g, "");
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(plain)) {
    width += WIDE.test(segment) ? 2 : 1;
  }
  return width;
}

const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u;
