import type { CommandSpec, FlagSpec } from "./command_spec.ts";
import { valueName } from "./_flag_value.ts";
import { createStyle, type Style } from "./create_style.ts";
import { table } from "./table.ts";

/**
 * Writes the help of a command: usage, subcommands, flags with their defaults, examples.
 *
 * @param spec The command line as data.
 * @param style Sets headings and commands off. @default {no colour}
 * @returns Lines, each with its end.
 */
export function helpText(spec: CommandSpec, style: Style = createStyle({ color: false })): string {
  const commands = Object.entries(spec.commands ?? {}).map(([name, command], index) => {
    const { meaning, args = "" } = typeof command === "string" ? { meaning: command } : command;
    const note = index === 0 ? " (without a command)" : "";
    return [style.cyan(`${name} ${args}`.trim()), `${meaning}${style.dim(note)}`];
  });
  const flags = Object.entries(spec.flags).map(([name, flag]) => flagRow(name, flag, style));
  flags.push(["-h,", style.cyan("--help"), "Print this help"]);
  const examples = Object.entries(spec.examples ?? {})
    .map(([call, meaning]) => [style.cyan(call), meaning]);
  return [
    `${spec.meaning}\n`,
    section("Usage", [[usageOf(spec)]], style),
    section("Commands", commands, style),
    section("Flags", flags, style),
    section("Examples", examples, style),
  ].filter((part) => part !== "").join("\n");
}

function usageOf(spec: CommandSpec): string {
  const args = spec.commands === undefined ? spec.args ?? "" : "[COMMAND]";
  return [spec.name, args, "[FLAGS]"].filter((word) => word !== "").join(" ");
}

function flagRow(name: string, flag: FlagSpec, style: Style): string[] {
  const value = flag.type === "boolean" ? "" : ` ${valueName(flag)}`;
  const notes = [
    ...(flag.default === undefined ? [] : [`default: ${flag.default}`]),
    ...(flag.repeatable ? ["may be given several times"] : []),
  ];
  const note = notes.length === 0 ? "" : style.dim(` (${notes.join("; ")})`);
  return [
    flag.short === undefined ? "" : `-${flag.short},`,
    style.cyan(`--${name}${value}`),
    `${flag.meaning}${note}`,
  ];
}

function section(title: string, rows: readonly (readonly string[])[], style: Style): string {
  if (rows.length === 0) return "";
  const columns = (rows[0] ?? []).map(() => ({ title: "" }));
  return `${style.bold(title)}\n${table(columns, rows, { indent: "  " })}`;
}
