/**
 * Takes out of a notebook's outputs what differs from run to run and from machine to machine.
 *
 * @module
 */
import type { Notebook, NotebookCell, NotebookOutput } from "./_notebook_file.ts";

export type { Notebook, NotebookOutput } from "./_notebook_file.ts";

/** Options of {@linkcode normalizeNotebook}. */
export interface NormalizeOptions {
  /** The project's folder, absolute. */
  readonly root: string;
  /** The folder of work folders that the run used, absolute. @default {none} */
  readonly work?: string;
  /** The moment of the run, in epoch ms: times near it are normalized. @default {Date.now()} */
  readonly now?: number;
}

/** How far from the run a time may be and still be one of the run's own. */
const NEAR = 2 * 86_400_000;

const ISO_TIME = /\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?/g;
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const ULID = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g;
const PORT = /\b(127\.0\.0\.1|localhost):\d{2,5}\b/g;
const TEMPORARY = /(?:\/private)?\/(?:tmp|var\/folders)\/[\w./+-]*[\w/+-]/g;
/** Where in a file of the project: any edit above moves it. */
const POSITION = /(<project>[^\s:]*\.ts):\d+:\d+/g;
/** A duration with a decimal point is a measurement; a whole one is a setting or a header's value. */
const MEASURED = /\b\d+\.\d+ ?(ms|s|µs)\b/g;

/**
 * Normalizes every output: times of the run, measured durations, paths, ports and ids become words such as `<port>`.
 *
 * Cells tagged `unstable` lose their outputs: what they show differs in ways that no rule covers.
 *
 * @example
 * ```ts ignore
 * normalizeNotebook(notebook, { root: Deno.cwd() });
 * ```
 */
export function normalizeNotebook(notebook: Notebook, options: NormalizeOptions): Notebook {
  const normalize = (text: string) => normalizeText(text, options);
  return { cells: notebook.cells.map((cell) => normalizeCell(cell, normalize)) };
}

/** Normalizes one text. */
export function normalizeText(text: string, options: NormalizeOptions): string {
  const now = options.now ?? Date.now();
  const near = (time: string) => Math.abs(Date.parse(time) - now) < NEAR;
  const inWork = options.work === undefined ? text : text.replaceAll(options.work, "<work>");
  return inWork
    .replaceAll(options.root, "<project>")
    .replace(POSITION, "$1")
    .replace(TEMPORARY, "<tmp>")
    .replace(PORT, "$1:<port>")
    .replace(UUID, "<id>")
    .replace(ULID, "<id>")
    .replace(ISO_TIME, (time) => near(time.replace(" ", "T")) ? "<time>" : time)
    .replace(MEASURED, "<n> $1");
}

function normalizeCell(cell: NotebookCell, normalize: (text: string) => string): NotebookCell {
  if (cell.tags.includes("unstable")) return { ...cell, outputs: [], executionCount: null };
  return { ...cell, outputs: cell.outputs.map((output) => normalizeOutput(output, normalize)) };
}

function normalizeOutput(
  output: NotebookOutput,
  normalize: (text: string) => string,
): NotebookOutput {
  switch (output.output_type) {
    case "stream":
      return { ...output, text: normalize(output.text) };
    case "error":
      return {
        ...output,
        evalue: normalize(output.evalue),
        traceback: output.traceback.map(normalize),
      };
    default:
      return { ...output, data: normalizeData(output.data, normalize) };
  }
}

function normalizeData(
  data: Readonly<Record<string, unknown>>,
  normalize: (text: string) => string,
): Record<string, unknown> {
  const entries = Object.entries(data).map(([type, value]) => {
    if (typeof value !== "string") return [type, value];
    // In HTML and SVG the angle brackets of our words would be read as tags.
    const markup = type === "text/html" || type === "image/svg+xml";
    return [type, markup ? escapeWords(normalize(value)) : normalize(value)];
  });
  return Object.fromEntries(entries);
}

function escapeWords(markup: string): string {
  return markup.replace(/<(project|work|tmp|port|id|time|n)>/g, "&lt;$1&gt;");
}
