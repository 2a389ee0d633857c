import { dirname, fromFileUrl, join } from "@std/path";
import type { CommandContext } from "../../lib/cli/command.ts";
import { findCommand, parseCommand } from "../../lib/cli/find_command.ts";
import { GROUPS } from "../../lib/cli/groups.ts";
import { main } from "../../lib/cli/mod.ts";
import { contextIn } from "../../lib/cli/run_command.ts";

/** Root of the project. */
export const ROOT = dirname(dirname(dirname(fromFileUrl(import.meta.url))));

/** What the command line printed, and its exit code. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@linkcode startHeadwaters}. */
export interface StartOptions {
  /** Folder where the user is. @default the project */
  readonly cwd?: string;
  /** Variables on top of those that are there. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from standard input. @default nothing */
  readonly stdin?: string;
}

/** Starts `headwaters` as its shim does, in a folder of the user. */
export function startHeadwaters(
  args: readonly string[],
  { cwd = ROOT, env = {}, stdin }: StartOptions = {},
): Deno.ChildProcess {
  return new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      "--allow-read",
      "--allow-env",
      "--allow-run=deno",
      join(ROOT, "lib/cli/headwaters.ts"),
      ...args,
    ],
    cwd,
    // A task sets INIT_CWD, and the tests may be one.
    env: { NO_COLOR: "1", INIT_CWD: cwd, ...env },
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/**
 * Runs `headwaters` to its end. What the launcher does is done in this process, which is much quicker; the command's own
 * process is a real one, with exactly the permissions that it asked for.
 */
export async function runHeadwaters(
  args: readonly string[],
  options: StartOptions = {},
): Promise<Said> {
  const { cwd = ROOT, env = {}, stdin } = options;
  let stdout = "";
  let stderr = "";
  const code = await main(args, {
    cwd,
    env,
    signal: new AbortController().signal,
    write: (text) => stdout += text,
    tell: (text) => stderr += text,
    async start(args, { env, cwd = ROOT, onOutput, onError }) {
      const child = new Deno.Command("deno", {
        args: [...args],
        // A task runs in the project, wherever the user is.
        cwd,
        // On top of the environment of this process, which must not read it: what is left out is shown elsewhere.
        env: { NO_COLOR: "1", ...env },
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const output = child.output();
      const writer = child.stdin.getWriter();
      if (stdin !== undefined) {
        await writer.write(new TextEncoder().encode(stdin));
        await writer.close();
      }
      const of = said(await output);
      if (stdin === undefined) await writer.close().catch(() => {});
      if (onOutput === undefined) stdout += of.stdout;
      else onOutput(new TextEncoder().encode(of.stdout));
      if (onError === undefined) stderr += of.stderr;
      else onError(new TextEncoder().encode(of.stderr));
      return of.code;
    },
  });
  return { code, stdout, stderr };
}

/** Does a command's work in this process, with this process's permissions: what it says and returns is all that counts. */
export async function workOf(
  args: readonly string[],
  cwd: string,
  options: Partial<CommandContext> = {},
): Promise<Said> {
  let stdout = "";
  let stderr = "";
  const found = findCommand(args, GROUPS);
  const caller = {
    cwd,
    env: {},
    signal: new AbortController().signal,
    write: (text: string) => stdout += text,
    tell: (text: string) => stderr += text,
    start: () => Promise.reject(new Error("no process is started")),
  };
  const { width } = options;
  const json = args.includes("--json");
  const context = contextIn(caller, { json, ...(width === undefined ? {} : { width }) });
  const code = await found.command.run(parseCommand(found), { ...context, ...options });
  return { code, stdout, stderr };
}

/** Decodes what a process wrote. */
export function said({ code, stdout, stderr }: Deno.CommandOutput): Said {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs a test in a folder that holds some files. */
export async function inFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
  fn: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = Deno.realPathSync(await Deno.makeTempDir({ prefix: "cli-" }));
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      await Deno.mkdir(dirname(path), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(path, content);
      else await Deno.writeFile(path, content);
    }
    await fn(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Names of all files below a folder, sorted. */
export function filesIn(folder: string, below = ""): string[] {
  return [...Deno.readDirSync(join(folder, below))].flatMap((entry) => {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory ? filesIn(folder, name) : [name];
  }).sort();
}
