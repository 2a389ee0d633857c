import { join } from "node:path";
import { EXIT_CODES, InternalError, SuspendedError } from "../errors/mod.ts";
import { exists, PROJECT_ROOT, writeError, writeOut } from "../io/mod.ts";
import { childEnvironment, DENO_RUN, realPath, runDeno } from "../process/mod.ts";
import {
  ChildOutput,
  escapeControls,
  escapedTo,
  helpText,
  jsonDocument,
  reportFailure,
  wantsDebug,
  wantsJson,
} from "../terminal/mod.ts";
import { type Access, checkAccess, flushFolders, permissionFlags } from "./access.ts";
import type { CommandContext } from "./command.ts";
import { renderDryRun } from "./dry_run.ts";
import { findCommand, type FoundCommand, nameOf, parseCommand, specOf } from "./find_command.ts";
import { GROUPS } from "./groups.ts";
import { helpFor, helpWidth, style } from "./help.ts";
import { HAS_LOCKS, temporaryName } from "./temporary_name.ts";
import { causeOf, contextIn, reportOptions } from "./run_command.ts";

const CLI = import.meta.dirname ?? ".";

/** Options of {@linkcode callerHere}. */
export interface CallerHereOptions {
  /** Variables of this process. @default {Deno.env.toObject()} */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder of this process. @default {Deno.cwd()} */
  readonly here?: string;
}

/** Who calls: where they are, what they see, and how a command's process is started. */
export type Caller = Omit<CommandContext, "style" | "width">;

/**
 * Returns where this process was called. A task runs in the project, and INIT_CWD is where the user is; in every other
 * folder that variable is one of another task, around this one. What starts this process turns its telemetry off, and
 * hands on in HEADWATERS_OTEL what the user wants.
 */
export function callerHere(
  signal: AbortSignal,
  { env = Deno.env.toObject(), here = Deno.cwd() }: CallerHereOptions = {},
): Caller {
  const isInProject = realPath(here) === realPath(PROJECT_ROOT);
  const cwd = isInProject ? env["INIT_CWD"] ?? here : here;
  // Else the end of this process, too, would wait for a receiver of telemetry that never answers.
  const { HEADWATERS_OTEL, OTEL_DENO = "", ...rest } = env;
  const wanted = HEADWATERS_OTEL ?? OTEL_DENO;
  const own = wanted === "" ? rest : { ...rest, OTEL_DENO: wanted };
  return { cwd, env: own, signal, write: writeOut, tell: writeError, start: runDeno };
}

/**
 * The command line: finds the command, checks what can be known before it starts, and runs it in a process that may do
 * what its words and flags need and nothing else.
 *
 * @param line The command line.
 * @returns The exit code.
 */
export async function main(line: readonly string[], caller: Caller): Promise<number> {
  // It belongs to the command, and may be typed before its name.
  const isFirst = line[0] === "--debug" && line.length > 1;
  const args = isFirst ? [...line.slice(1, 3), "--debug", ...line.slice(3)] : line;
  try {
    if (args[0] === "--version" && args.slice(1).every((arg) => /^--(?:json|debug)$/.test(arg))) {
      return await showVersion(args, caller);
    }
    const help = helpFor(args, caller);
    if (help === undefined) return await start(findCommand(args, GROUPS), args, caller);
    return showHelp(help, args, caller);
  } catch (error) {
    const cause = causeOf(error, { line: args, groups: GROUPS, signal: caller.signal });
    return reportFailure(cause, { ...caller, ...await reportOptions(args, GROUPS) });
  }
}

async function start(
  found: FoundCommand,
  args: readonly string[],
  caller: Caller,
): Promise<number> {
  const { command } = found;
  const { cwd, env } = caller;
  const parsed = parseCommand(found);
  if (parsed.help) {
    return showHelp(helpText(specOf(found), style(), helpWidth(caller)), args, caller);
  }
  let [killedBy, hasWritten] = ["", false];
  const output = wantsJson(args) ? new ChildOutput() : undefined;
  const watched: Caller = {
    ...caller,
    write(text) {
      hasWritten = true;
      caller.write(text);
    },
    start: (own, options) =>
      caller.start(own, {
        ...options,
        onKilled: (signal) => killedBy = signal,
        ...(options.ownCode
          ? { onOutput: escapedTo(caller.write), onError: escapedTo(caller.tell) }
          : {}),
        // A command may put the document together from those of several processes.
        ...(output === undefined ? {} : { onOutput: options.onOutput ?? output.add }),
      }),
  };
  using _end = atUnload(() => {
    if (output === undefined || hasWritten) return;
    // That it was stopped has been said; what the child would write now, nobody reads.
    const met = { command: nameOf(args, GROUPS) };
    reportFailure(stoppedError(), { json: true, met, write: watched.write, tell: () => {} });
  });
  const access = await command.access?.(parsed, cwd, env);
  const code = access === undefined
    ? await startOwn(found, parsed, args, watched)
    : await startChild(found, access, { parsed, args, caller: watched });
  const { document, rest = "" } = output?.split() ?? {};
  if (rest.trim() !== "") caller.tell(`${escapeControls(rest.replace(/\n$/, ""))}\n`);
  if (document !== undefined && !isRead(() => watched.write(document), caller.signal)) return code;
  const isSilent = output !== undefined && !hasWritten;
  if (killedBy === "" && !isSilent) return code;
  const error = killedBy === "" ? silentError(code) : killedError(killedBy, access ?? {});
  const options = { ...await reportOptions(args, GROUPS), json: isSilent };
  reportFailure(error, { ...caller, ...options });
  return code || EXIT_CODES.failed;
}

/** Returns false if nobody reads any more: the Ctrl-C that stopped a command, which has said so, ended its reader, too. */
function isRead(write: () => void, { aborted }: AbortSignal): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (aborted && error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

/** Does something if this process ends before its time, which a second Ctrl-C makes it do. */
function atUnload(report: () => void): Disposable {
  globalThis.addEventListener("unload", report);
  return { [Symbol.dispose]: () => globalThis.removeEventListener("unload", report) };
}

/** The error of a command that was stopped at once. */
function stoppedError(): SuspendedError {
  return new SuspendedError(
    "suspended-signal",
    "Cannot finish: a second signal stopped it at once; what is whole stays; run it again",
  );
}

/** The error of a command whose process ended without a document, and by no signal: the runtime may have said why. */
function silentError(code: number): InternalError {
  const state = `its process ended with exit code ${code} and no result`;
  return new InternalError("internal-fault", `Cannot finish: ${state}; please report it`);
}

/** The error of a command whose process could not say any more what became of it. */
function killedError(signal: string, access: Access): SuspendedError {
  const { files = [], folders = [], inPlace = [] } = access;
  const left = [...files, ...folders].map(temporaryName).filter(exists);
  const isOne = left.length === 1;
  const next = left.length > 0
    ? `${left.map((path) => `"${path}"`).join(" and ")} ${isOne ? "is" : "are"} left of it; ` +
      (HAS_LOCKS
        ? `run it again, which removes ${isOne ? "that" : "them"}`
        : `remove ${isOne ? "that" : "them"}, then run it again`)
    : inPlace.some((path) => path.endsWith(".position") && exists(path))
    ? "what it has read stays; run it again with --resume"
    : "what is whole stays; run it again";
  const cause = /^SIG(INT|TERM|HUP)$/.test(signal) ? "" : ", often for want of memory";
  return new SuspendedError(
    "suspended-signal",
    `Cannot finish: ${signal} killed the process${cause}; ${next}`,
    { context: left.length === 0 ? {} : { path: left[0] } },
  );
}

type Parsed = ReturnType<typeof parseCommand>;

/** Runs a command in this process. */
async function startOwn(
  { command }: FoundCommand,
  parsed: Parsed,
  args: readonly string[],
  caller: Caller,
): Promise<number> {
  // What such a command starts is one process, which reports its own failure, as seen from where the user is.
  const [debug, { cwd }] = [wantsDebug(args) ? ["--debug"] : [], caller];
  const start: typeof runDeno = (own, how) => caller.start([...own, ...debug], { cwd, ...how });
  return await command.run(parsed, contextIn({ ...caller, start }, { json: wantsJson(args) }));
}

/** Runs a command in a process of its own. */
async function startChild(
  found: FoundCommand,
  access: Access,
  { parsed, args, caller }: {
    readonly parsed: Parsed;
    readonly args: readonly string[];
    readonly caller: Caller;
  },
): Promise<number> {
  const { cwd, env, signal, write } = caller;
  const has = (flag: string) => Boolean(parsed.flags[flag]);
  checkAccess(access, { force: "force" in specOf(found).flags ? has("force") : undefined });
  if (has("dry-run")) {
    write(renderDryRun(access, { json: has("json") }));
    return EXIT_CODES.complete;
  }
  const child = join(CLI, found.group, "child.ts");
  const usesStdin = parsed.words.includes("-");
  const code = await caller.start([
    ...DENO_RUN,
    ...permissionFlags(access),
    ...(access.youngMiB ? [`--v8-flags=--max-semi-space-size=${access.youngMiB}`] : []),
    child,
    usesStdin ? "--stdin" : "--until-eof",
    cwd,
    ...args,
    ...access.args ?? [],
  ], {
    env: childEnvironment({ env, names: access.env ?? [], cwd }),
    stdin: usesStdin,
    signal,
  });
  flushFolders(access);
  return code;
}

async function showVersion(args: readonly string[], { write }: Caller): Promise<number> {
  const { version } = JSON.parse(await Deno.readTextFile(join(PROJECT_ROOT, "deno.json")));
  const { deno } = Deno.version;
  write(
    wantsJson(args) ? jsonDocument({ version, deno }) : `headwaters ${version} (deno ${deno})\n`,
  );
  return EXIT_CODES.complete;
}

function showHelp(text: string, args: readonly string[], { write }: Caller): number {
  write(wantsJson(args) ? jsonDocument({ help: text }) : text);
  return EXIT_CODES.complete;
}
