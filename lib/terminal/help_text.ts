import type { CommandSpec, FlagSpec } from "./command_spec.ts";
import { createStyle, type Style } from "./style.ts";
import { table } from "./table.ts";

/**
 * Returns the help of a command: usage, subcommands, flags and examples.
 *
 * @param style Colours. @default none
 */
export function helpText(spec: CommandSpec, style: Style = createStyle({ color: false })): string {
  const section = (title: string, rows: [string, string][]) =>
    rows.length === 0 ? [] : [
      "",
      style.bold(title),
      table([{ title: "" }, { title: "" }], rows, { indent: "  " }).trimEnd(),
    ];
  const usage = [
    spec.name,
    ...(spec.commands ? ["[command]"] : []),
    ...Object.keys(spec.words ?? {}),
    "[flags]",
  ].join(" ");
  return [
    spec.meaning,
    "",
    `${style.bold("Usage")}  ${usage}`,
    ...section("Commands", commandRows(spec)),
    ...section("Arguments", Object.entries(spec.words ?? {})),
    ...section("Flags", [...flagRows(spec.flags), ["-h, --help", "Print this and stop"]]),
    ...section(
      "Examples",
      Object.entries(spec.examples ?? {}).map(([line, what]) => [line, style.dim(what)]),
    ),
    "",
  ].join("\n");
}

function commandRows(spec: CommandSpec): [string, string][] {
  return Object.entries(spec.commands ?? {}).map(([name, meaning], at) => [
    name,
    at === 0 ? `${meaning} (the default)` : meaning,
  ]);
}

function flagRows(flags: Readonly<Record<string, FlagSpec>>): [string, string][] {
  return Object.entries(flags).map(([name, flag]) => {
    const short = flag.short === undefined ? "    " : `-${flag.short}, `;
    const value = flag.type === "boolean" ? "" : ` ${flag.value ?? flag.type.toUpperCase()}`;
    const notes = [
      ...(flag.multiple ? ["may be repeated"] : []),
      ...(flag.default === undefined ? [] : [`default: ${flag.default}`]),
    ];
    const tail = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
    return [`${short}--${name}${value}`, `${flag.meaning}${tail}`];
  });
}
