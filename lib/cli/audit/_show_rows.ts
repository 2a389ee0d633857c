import type { Row } from "../../db/mod.ts";
import { definitions, displayWidth, escapeLine, paragraph, table } from "../../terminal/mod.ts";
import type { CommandContext } from "../command.ts";

/** Of a name or time that is cut further nobody recognizes anything. */
const LEAST_CELL = 8;

/** Columns of sentences: on a terminal each is below its row, whole. */
const REASONS: readonly string[] = ["message", "error_message"];

type Out = Pick<CommandContext, "write" | "tell" | "style" | "width">;

/**
 * Prints rows as a table; a narrow terminal does without the optional columns, those without values and the first first.
 * Where even that would cut a cell, what all rows have in common is said once, above them, and a single row is a list.
 */
export function showRows(
  rows: readonly Row[],
  columnsLeftOut: readonly string[],
  out: Out,
): void {
  const { write, tell, style, width } = out;
  const isWrapped = Number.isFinite(width);
  const names = Object.keys(rows[0] ?? {}).filter((name) => !isWrapped || !REASONS.includes(name));
  const isCut = widthOf(rows, names.filter((name) => !columnsLeftOut.includes(name))) > width;
  if (isCut && rows.length === 1) return write(listOf(rows[0] ?? {}, out));
  const common = isCut ? names.filter((name) => isCommon(rows, name)) : [];
  if (common.length > 0) {
    const said = common.map((name) => `${name} ${cellOf(name, rows[0]?.[name])}`);
    write(paragraph(said.join(", "), width));
  }
  const shown = names.filter((name) => !common.includes(name));
  const isEmpty = (name: string) => rows.every((row) => row[name] === null);
  const optional = columnsLeftOut.toSorted((a, b) => Number(isEmpty(b)) - Number(isEmpty(a)));
  const columns = shown.map((title) => ({
    title,
    ...(optional.includes(title) ? { optional: optional.length - optional.indexOf(title) } : {}),
    align: rows.every((row) => typeof row[title] === "number") ? "right" : "left",
    // Of a sentence the beginning says most, unlike paths and names.
    cutMiddle: title !== "stop_reason",
  } as const));
  const cells = rows.map((row) => shown.map((name) => cellOf(name, row[name])));
  let left: readonly string[] = [];
  const lines = table(columns, cells, {
    heading: style.dim,
    width,
    least: LEAST_CELL,
    leftOut: (titles) => left = titles,
  }).split("\n");
  write(
    lines.map((line, at) => (line === "" ? "" : `${line}\n`) + reasonsOf(rows[at - 1], width))
      .join(""),
  );
  if (left.length > 0) {
    tell(paragraph(`No room for ${left.join(", ")}; --json shows all`, width));
  }
}

/** Columns that a table of these would take. */
function widthOf(rows: readonly Row[], names: readonly string[]): number {
  const widths = names.map((name) =>
    Math.max(...[name, ...rows.map((row) => cellOf(name, row[name]))].map(displayWidth))
  );
  return widths.reduce((sum, one) => sum + one + 2, -2);
}

function isCommon(rows: readonly Row[], name: string): boolean {
  return rows.length > 1 && rows.every((row) => row[name] === rows[0]?.[name]);
}

/** All that is known of one row, a line each. */
function listOf(row: Row, { width }: Out): string {
  const known = Object.entries(row).filter(([, value]) => value !== null);
  return definitions(known.map(([name, value]) => [name, cellOf(name, value)] as const), { width });
}

function reasonsOf(row: Row | undefined, width: number): string {
  if (row === undefined || !Number.isFinite(width)) return "";
  return REASONS.flatMap((name) => row[name] ? [escapeLine(String(row[name]))] : [])
    .map((reason) => paragraph(reason, width, "    ")).join("");
}

function cellOf(name: string, value: unknown): string {
  const text = escapeLine(String(value ?? "-"));
  // The seconds are enough for people.
  if (name.endsWith("_at")) return text.replace(/\.\d+Z$/, "Z");
  // Enough to tell two files apart.
  return name === "sha256" ? text.slice(0, 12) : text;
}
