/**
 * Runs a task of several commands; asked for help, it says what they are and runs none. The runtime hands what is typed
 * after a task's name to the last of its commands, so that `--help` did the work of all others first.
 *
 * Usage: in deno.json, `tools/task.ts NAME 'COMMANDS'`.
 *
 * @module
 */
import { writeOut } from "../lib/io/mod.ts";
import { nearest, UsageError } from "../lib/errors/mod.ts";
import { helpText, reportFailure } from "../lib/terminal/mod.ts";

/** Flags that people hand to the last command of a task, by what it begins with; a script behind `--` takes none. */
const TAKEN: readonly (readonly [command: RegExp, flags: readonly string[]])[] = [
  [/^deno task test:mutants/, ["--sample"]],
  [/^deno (?:task )?test\b(?!.* -- )/, [
    ...["--filter", "--fail-fast", "--reporter", "--coverage", "--shuffle", "--junit-path"],
    ...["--trace-leaks", "--hide-stacktraces", "--ignore", "--no-run"],
  ]],
];

/** Returns the flags that the last of a task's commands takes. */
function takenBy(commands: string): readonly string[] {
  const last = commands.split(" && ").at(-1) ?? "";
  return TAKEN.find(([command]) => command.test(last))?.[1] ?? [];
}

/**
 * Makes sure that nothing is started for a flag that none of the commands knows.
 *
 * @throws {UsageError} That names the first such flag.
 */
export function refuseUnknown(name: string, commands: string, args: readonly string[]): void {
  const taken = takenBy(commands);
  for (const arg of args.slice(0, args.includes("--") ? args.indexOf("--") : undefined)) {
    const [flag = ""] = arg.split("=");
    if (!flag.startsWith("-") || taken.includes(flag)) continue;
    const near = nearest(flag, [...taken, "--help"]);
    const state = near === undefined ? "it is unknown" : `it is unknown; did you mean "${near}"?`;
    throw new UsageError(
      "usage",
      `Cannot use flag "${flag}": ${state} (see deno task ${name} --help)`,
      { context: { flag } },
    );
  }
}

/** Says what a task does, and with which commands. */
export function taskHelp(name: string, description: string, commands: string): string {
  const taken = takenBy(commands);
  const flags = taken.length === 0 ? "" : `, which takes ${taken.join(", ")}`;
  const note = `What else is typed goes to the last of its commands${flags}.`;
  const help = helpText({ name: `deno task ${name}`, meaning: `${description}.`, note, flags: {} });
  return `${help}\nCommands\n${commands.split(" && ").map((one) => `  ${one}\n`).join("")}`;
}

/** Says whether help is asked for; what is behind `--` is for somebody else. */
export function wantsHelp(args: readonly string[]): boolean {
  return args.slice(0, args.includes("--") ? args.indexOf("--") : undefined)
    .some((arg) => arg === "--help" || arg === "-h");
}

async function runCommands(commands: string, args: readonly string[]): Promise<number> {
  const child = new Deno.Command("deno", {
    args: ["task", "--quiet", "--eval", commands, ...args],
    stdin: "inherit",
  }).spawn();
  // A Ctrl-C reaches the commands as well; what they answer to it is this task's answer.
  Deno.addSignalListener("SIGINT", () => {});
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => child.kill("SIGTERM"));
  return (await child.status).code;
}

if (import.meta.main) {
  const [name = "", commands = "", ...args] = Deno.args;
  try {
    if (wantsHelp(args)) {
      const { tasks } = JSON.parse(Deno.readTextFileSync("deno.json"));
      writeOut(taskHelp(name, tasks[name].description, commands));
      Deno.exit();
    }
    refuseUnknown(name, commands, args);
  } catch (error) {
    Deno.exit(reportFailure(error, { json: false }));
  }
  Deno.exit(await runCommands(commands, args));
}
