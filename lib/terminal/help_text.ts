import type { CommandSpec, FlagSpec } from "./command_spec.ts";
import { createStyle, type Style } from "./create_style.ts";
import { displayWidth } from "./display_width.ts";

/**
 * Writes the help of a command: usage, subcommands, words, flags with their defaults, examples.
 *
 * @param spec The command line as data.
 * @param style Colors. @default {none}
 * @param width Columns to fit into; lines to copy may be longer. @default 80
 * @returns Lines, each with its end.
 */
export function helpText(
  spec: CommandSpec,
  style: Style = createStyle({ color: false }),
  width = 80,
): string {
  const section = (title: string, rows: readonly Row[], format?: (text: string) => string) =>
    rows.length === 0
      ? ""
      : `${style.bold(title)}\n${
        definitions(rows, { width, ...(format === undefined ? {} : { format }) })
      }`;
  const flags = Object.entries(spec.flags).map(([name, flag]) => flagRow(name, flag));
  const examples = Object.entries(spec.examples ?? {})
    .map(([command, meaning]): Row => [continued(command, width - 2), meaning]);
  return [
    paragraph(spec.meaning, width),
    spec.note === undefined ? "" : paragraph(spec.note, width),
    `${style.bold("Usage")}  ${usageOf(spec)}\n`,
    section("Commands", commandRows(spec)),
    section("Arguments", Object.entries(spec.words ?? {})),
    section("Flags", [...flags, ["-h, --help", "Show this help"]]),
    section("Examples", examples, style.dim),
  ].filter((part) => part !== "").join("\n");
}

/** Breaks a long command before its flags, as a shell takes it. */
function continued(command: string, width: number): string {
  const lines = [""];
  for (const part of command.split(/ (?=--?\w)/)) {
    const last = lines.at(-1) ?? "";
    const longer = last === "" ? part : `${last} ${part}`;
    if (displayWidth(command) > width && last !== "" && displayWidth(longer) > width - 2) {
      lines.push(`    ${part}`);
    } else lines[lines.length - 1] = longer;
  }
  return lines.join(" \\\n");
}

type Row = readonly [left: string, right: string];

/** A longer term has a line of its own. */
const LONGEST_TERM = 32;

/** Options of {@linkcode definitions}. */
export interface DefinitionsOptions {
  /** Columns to fit into. */
  readonly width: number;
  /** Colors each line of a meaning. @default {none} */
  readonly format?: (text: string) => string;
}

/** Lays out terms with their meanings, which are wrapped. */
export function definitions(
  rows: readonly Row[],
  { width, format = String }: DefinitionsOptions,
): string {
  const terms = rows.map(([term]) => displayWidth(term)).filter((size) => size <= LONGEST_TERM);
  const indent = 4 + Math.max(4, ...terms);
  return rows.map(([term, meaning]) => {
    const lines = wrap(meaning, width - indent).map((line) => " ".repeat(indent) + format(line));
    const [first = "", ...rest] = lines;
    const size = displayWidth(term);
    const own = size > indent - 4;
    const head = own ? `  ${term}\n${first}` : `  ${term}${first.slice(2 + size)}`;
    return [head, ...rest].map((line) => `${line}\n`).join("");
  }).join("");
}

/** Wraps a text; each line begins with `indent`. */
export function paragraph(text: string, width: number, indent = ""): string {
  return wrap(text, width - indent.length).map((line) => `${indent}${line}\n`).join("");
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    const longer = last === "" ? word : `${last} ${word}`;
    if (last !== "" && displayWidth(longer) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function usageOf(spec: CommandSpec): string {
  const command = spec.commands === undefined ? [] : ["[command]"];
  const required = Object.entries(spec.flags).filter(([, flag]) => flag.required)
    .map(([name, { value }]) => `--${name} ${value}`);
  const words = Object.keys(spec.words ?? {});
  return [spec.name, ...command, ...words, ...required, "[flags]"].join(" ");
}

function commandRows(spec: CommandSpec): Row[] {
  return Object.entries(spec.commands ?? {}).map(([name, meaning], index) => [
    name,
    index === 0 ? `${meaning} (the default)` : meaning,
  ]);
}

function flagRow(name: string, flag: FlagSpec): Row {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  const value = flag.type === "boolean" ? "" : ` ${flag.value ?? flag.type.toUpperCase()}`;
  const notes = [
    ...(flag.multiple ? ["may be repeated"] : []),
    ...(flag.default === undefined ? [] : [`default: ${flag.default}`]),
  ];
  const tail = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
  return [`${short}--${name}${value}`, `${flag.meaning}${tail}`];
}
