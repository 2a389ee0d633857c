import { createStyle, definitions, paragraph, terminalColumns } from "../terminal/mod.ts";
import type { CommandContext, CommandGroup } from "./command.ts";
import { PROGRAM } from "./find_command.ts";
import { GROUPS } from "./groups.ts";

type Caller = Pick<CommandContext, "env">;

/** Returns the help of the program or of a group, if that is what is asked for. */
export function helpFor(args: readonly string[], caller: Caller): string | undefined {
  const [first, second] = args;
  if (first === undefined || isHelp(first)) return programHelp(helpWidth(caller));
  const group = Object.hasOwn(GROUPS, first) ? GROUPS[first] : undefined;
  if (group === undefined || second !== undefined && !isHelp(second)) return undefined;
  return groupHelp(first, group, helpWidth(caller));
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h" || word === "help";
}

/**
 * Returns columns for help: those of COLUMNS, else those of the terminal. Help is a page, in a pipe as well; a result or a
 * message is wrapped for a terminal only, whatever the variable says, so that what reads a pipe gets whole lines.
 */
export function helpWidth({ env }: Caller): number {
  const asked = Math.max(0, Number(env["COLUMNS"]) || 0);
  const width = asked > 0 ? asked : Deno.stdout.isTerminal() ? terminalColumns() : 80;
  return Math.min(120, Math.max(60, width));
}

function programHelp(width: number): string {
  const rows = Object.entries(GROUPS).map(([name, group]) =>
    [name, `${group.meaning}: ${Object.keys(group.commands).join(", ")}`] as const
  );
  return [
    paragraph(
      "Ingestion before Spark: APIs, files, logs and databases into a lake with an audit trail.",
      width,
    ),
    `${style().bold("Usage")}  ${PROGRAM} GROUP COMMAND [words] [flags]\n`,
    definitions(rows, { width }),
    `${PROGRAM} GROUP --help lists a group's commands,\n${PROGRAM} GROUP COMMAND --help its words and flags,\n${PROGRAM} --version says which this is.\n`,
    paragraph(
      "Every command takes --debug, which shows the causes of an error.",
      width,
    ),
    paragraph(
      "Exit codes: 0 complete, 2 partial, 75 stopped (run it again), 69 published but not loaded, 1 failed, 64 wrong command line, 78 wrong configuration. A signal in the first moments, before anything has begun, ends it as the system does; 137 is a process that was killed, by hand or for want of memory.",
      width,
    ),
  ].join("\n");
}

function groupHelp(name: string, group: CommandGroup, width: number): string {
  const rows = Object.entries(group.commands)
    .map(([command, { spec }]) => [command, spec.meaning] as const);
  return [
    paragraph(group.meaning, width),
    `${style().bold("Usage")}  ${PROGRAM} ${name} COMMAND [words] [flags]\n`,
    definitions(rows, { width }),
    ...(group.note === undefined ? [] : [paragraph(group.note, width)]),
    `${PROGRAM} ${name} COMMAND --help says more.\n`,
  ].join("\n");
}

/** Style of help. */
export function style() {
  return createStyle({ color: Deno.stdout.isTerminal() && !Deno.noColor });
}
