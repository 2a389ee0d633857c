/**
 * Runs a task of several commands; asked for help, it says what they are and runs none. The runtime hands what is typed
 * after a task's name to the last of its commands, so that `--help` did the work of all others first.
 *
 * Usage: in deno.json, `tools/task.ts NAME 'COMMANDS'`.
 *
 * @module
 */
import { writeOut } from "../lib/io/mod.ts";
import { helpText, reportFailure } from "../lib/terminal/mod.ts";

/** Says what a task does, and with which commands. */
export function taskHelp(name: string, description: string, commands: string): string {
  const note = "What else is typed goes to the last of its commands.";
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
  if (wantsHelp(args)) {
    const { tasks } = JSON.parse(Deno.readTextFileSync("deno.json"));
    try {
      writeOut(taskHelp(name, tasks[name].description, commands));
    } catch (error) {
      Deno.exit(reportFailure(error, { json: false }));
    }
    Deno.exit();
  }
  Deno.exit(await runCommands(commands, args));
}
