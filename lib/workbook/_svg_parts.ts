import { escapeMarkup } from "../terminal/mod.ts";

/** Colors that can be seen on white and on black: notebooks show an SVG as an image, which cannot know their theme. */
export const INK = "#7d8590";
export const FAINT = "#7d859055";
export const COLOURS = ["#3b8fd4", "#d9822b", "#4a9c5d", "#b46bc7", "#c94f4f"] as const;

/** Returns the color of the nth bar or line. */
export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? COLOURS[0];
}

/** A text of a chart. */
export interface SvgText {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
  readonly fill?: string;
}

/** Writes a text. */
export function svgText(part: SvgText): string {
  const anchor = part.anchor === undefined ? "" : ` text-anchor="${part.anchor}"`;
  const bold = part.bold ? ` font-weight="600"` : "";
  const fill = part.fill === undefined ? "" : ` fill="${part.fill}"`;
  const [x, y] = [round(part.x), round(part.y)];
  return `<text x="${x}" y="${y}"${anchor}${bold}${fill}>${escapeMarkup(part.text)}</text>`;
}

/** Wraps the parts of a chart; the namespace is needed where the SVG is shown as an image. */
export function svgFrame(
  parts: readonly string[],
  { width, height, title }: {
    readonly width: number;
    readonly height: number;
    readonly title: string;
  },
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" font-family="system-ui,sans-serif" font-size="12" fill="${INK}" role="img">`,
    `<title>${escapeMarkup(title)}</title>`,
    svgText({ x: 0, y: 15, text: title, bold: true }),
    ...parts,
    "</svg>",
  ].join("\n");
}

/** Rounds a coordinate to what can be seen. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
