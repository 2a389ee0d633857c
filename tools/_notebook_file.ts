/** What a cell's run left behind. */
export type NotebookOutput =
  | { readonly output_type: "stream"; readonly name: string; text: string }
  | {
    readonly output_type: "display_data" | "execute_result";
    data: Readonly<Record<string, unknown>>;
    metadata: object;
    readonly execution_count?: number;
  }
  | {
    readonly output_type: "error";
    readonly ename: string;
    readonly evalue: string;
    readonly traceback: readonly string[];
  };

/** One cell of a notebook. */
export interface NotebookCell {
  readonly cell_type: "code" | "markdown" | "raw";
  readonly id: string;
  readonly tags: readonly string[];
  readonly source: string;
  /** Empty for cells that are no code. */
  readonly outputs: readonly NotebookOutput[];
  readonly executionCount: number | null;
}

/** A notebook in memory: text is one string, and only what the project uses of its metadata is kept. */
export interface Notebook {
  readonly cells: readonly NotebookCell[];
}

/** What every notebook of the project says about itself; `deno fmt` reads `language_info.name`. */
const METADATA = {
  kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
  language_info: { file_extension: ".ts", mimetype: "text/x.typescript", name: "typescript" },
};

/**
 * Reads the text of an .ipynb file (nbformat 4.5).
 *
 * @throws {SyntaxError} If it is no JSON.
 * @throws {TypeError} If it has no cells.
 */
export function parseNotebook(text: string): Notebook {
  const file = JSON.parse(text);
  if (!Array.isArray(file?.cells)) throw new TypeError("Cannot read notebook: it has no cells");
  return {
    cells: file.cells.map((cell: Record<string, unknown>, i: number) => parseCell(cell, i)),
  };
}

function parseCell(cell: Record<string, unknown>, index: number): NotebookCell {
  const { tags } = (cell.metadata ?? {}) as { tags?: string[] };
  const outputs = Array.isArray(cell.outputs) ? cell.outputs : [];
  return {
    cell_type: cell.cell_type === "code" || cell.cell_type === "raw" ? cell.cell_type : "markdown",
    id: typeof cell.id === "string" ? cell.id : `cell-${index + 1}`,
    tags: tags ?? [],
    source: joined(cell.source),
    outputs: outputs.map(parseOutput),
    executionCount: typeof cell.execution_count === "number" ? cell.execution_count : null,
  };
}

function parseOutput(output: NotebookOutput): NotebookOutput {
  if (output.output_type === "stream") return { ...output, text: joined(output.text) };
  if (output.output_type === "error") return output;
  const data = Object.entries(output.data).map(([type, value]) => [
    type,
    isText(value) ? joined(value) : value,
  ]);
  return { ...output, data: Object.fromEntries(data) };
}

/**
 * Writes a notebook in one canonical form: sorted keys, texts as lists of lines, an indent of one space.
 *
 * JupyterLab, VS Code and the runner so differ only where the notebook does.
 */
export function formatNotebook(notebook: Notebook): string {
  const file = {
    cells: notebook.cells.map(formatCell),
    metadata: METADATA,
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(sorted(file), null, 1)}\n`;
}

function formatCell(cell: NotebookCell): object {
  const common = {
    cell_type: cell.cell_type,
    id: cell.id,
    metadata: cell.tags.length === 0 ? {} : { tags: cell.tags },
    source: lines(cell.source),
  };
  if (cell.cell_type !== "code") return common;
  const outputs = cell.outputs.map(formatOutput);
  return { ...common, execution_count: cell.executionCount, outputs };
}

function formatOutput(output: NotebookOutput): object {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  if (output.output_type === "error") return output;
  const data = Object.entries(output.data).map(([type, value]) => [
    type,
    typeof value === "string" ? lines(value) : value,
  ]);
  return { ...output, data: Object.fromEntries(data) };
}

function isText(value: unknown): boolean {
  return typeof value === "string" ||
    Array.isArray(value) && value.every((line) => typeof line === "string");
}

function joined(value: unknown): string {
  return Array.isArray(value) ? value.join("") : String(value ?? "");
}

function lines(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, one]) => [
      key,
      sorted(one),
    ]),
  );
}
