import type { CommandSpec, FlagSpec } from "./command_spec.ts";
import { createStyle, type Style } from "./create_style.ts";
import { table } from "./table.ts";

/**
 * Writes the help of a command: usage, subcommands, words, flags with their defaults, examples.
 *
 * @param spec The command line as data.
 * @param style Colours. @default {none}
 * @returns Lines, each with its end.
 */
export function helpText(spec: CommandSpec, style: Style = createStyle({ color: false })): string {
  const flags = Object.entries(spec.flags).map(([name, flag]) => flagRow(name, flag));
  const examples = Object.entries(spec.examples ?? {});
  return [
    `${spec.meaning}\n`,
    `${style.bold("Usage")}  ${usageOf(spec)}\n`,
    section("Commands", commandRows(spec), style),
    section("Arguments", Object.entries(spec.words ?? {}), style),
    section("Flags", [...flags, ["-h, --help", "Show this help"]], style),
    section("Examples", examples.map(([line, what]) => [line, style.dim(what)]), style),
  ].filter((part) => part !== "").join("\n");
}

type Row = readonly [left: string, right: string];

function section(title: string, rows: readonly Row[], style: Style): string {
  if (rows.length === 0) return "";
  return `${style.bold(title)}\n${table([{ title: "" }, { title: "" }], rows, { indent: "  " })}`;
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
