/**
 * Runs the sandbox on its own, until a signal asks it to stop.
 *
 * Prints one JSON line `{"url": "http://127.0.0.1:PORT"}` on stdout when it is ready.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { IngestError, UsageError } from "../errors/mod.ts";
import { parseDuration } from "../grammar/mod.ts";
import { writeOut, writeTextSync } from "../io/mod.ts";
import { serveHelp } from "./_serve_help.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "./start_sandbox.ts";

const SEE_HELP = "(see deno task sandbox --help)";

const FLAGS = {
  "port": { type: "string" },
  "seed": { type: "string" },
  "fault": { type: "string", multiple: true },
  "token": { type: "string" },
  "token-lifetime": { type: "string" },
  "quota": { type: "string" },
  "samples": { type: "string" },
  "as-of": { type: "string" },
  "access-log": { type: "string" },
  "until-eof": { type: "boolean" },
  "help": { type: "boolean", short: "h" },
} as const;

/** What the command line asks for. */
interface Request {
  readonly options: SandboxOptions;
  readonly help: boolean;
  readonly untilEof: boolean;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { options, help, untilEof } = readFlags(args);
    if (help) {
      writeOut(serveHelp());
      return 0;
    }
    await using sandbox = await startSandbox(options);
    writeOut(`${JSON.stringify({ url: sandbox.url })}\n`);
    // A parent that holds our input has the terminal for itself.
    if (Deno.stderr.isTerminal() && !untilEof) {
      writeTextSync(Deno.stderr, welcome(sandbox, options));
    }
    await ended(untilEof);
    return 0;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      writeTextSync(Deno.stderr, "Cannot start the sandbox: the port is in use\n");
      return 1;
    }
    if (!(error instanceof IngestError)) throw error;
    writeTextSync(Deno.stderr, `${error.message}\n`);
    return error instanceof UsageError ? 64 : 1;
  }
}

function readFlags(args: readonly string[]): Request {
  const { values } = parse(args);
  const token = values.token;
  const lifetime = values["token-lifetime"];
  const asOf = values["as-of"];
  const accessLog = values["access-log"];
  const options: SandboxOptions = {
    port: readInteger("port", values.port ?? "0", 65_535),
    seed: readInteger("seed", values.seed ?? "7", 4_294_967_295),
    quota: readInteger("quota", values.quota ?? "5000", 4_294_967_295),
    faults: values.fault ?? [],
    samples: values.samples ?? "data/samples",
    ...(token === undefined ? {} : { token }),
    ...(lifetime === undefined ? {} : { tokenLifetime: readLifetime(lifetime) }),
    ...(asOf === undefined ? {} : { asOf: readMoment(asOf) }),
    ...(accessLog === undefined ? {} : { accessLog }),
  };
  return { options, help: values.help ?? false, untilEof: values["until-eof"] ?? false };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false });
  } catch (cause) {
    // The runtime's own message names the flag; its code is all that is relied on.
    if (!(cause instanceof TypeError)) throw cause;
    throw new UsageError("usage", `Cannot start the sandbox: ${cause.message} ${SEE_HELP}`, {
      cause,
    });
  }
}

function readInteger(flag: string, text: string, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return value;
  throw wrongFlag(flag, text, `a whole number from 0 to ${max}`);
}

function readLifetime(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw wrongFlag("token-lifetime", text, "a duration as 5s"); // the same without the flag's name
  }
}

function readMoment(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw wrongFlag("as-of", text, "an ISO-8601 time");
}

function wrongFlag(flag: string, text: string, wanted: string): UsageError {
  const state = `expected ${wanted}, found "${text}" ${SEE_HELP}`;
  return new UsageError("usage", `Cannot read --${flag}: ${state}`);
}

function welcome(sandbox: Sandbox, options: SandboxOptions): string {
  const token = options.token ?? "sandbox-token";
  return `Sandbox at ${sandbox.url} (Ctrl-C stops it). Try:\n` +
    `  curl '${sandbox.url}/usgs/fdsnws/event/1/count?starttime=2018-01-31'\n` +
    `  curl -i -H 'Authorization: Bearer ${token}' '${sandbox.url}/github/repos/bts/flights/records'\n` +
    `  curl '${sandbox.url}/openalex/strikes?cursor=*&api_key=${token}'\n`;
}

/** Ends at the first signal, or at the end of stdin where that was asked for: a parent that is gone closes it. */
async function ended(untilEof: boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  if (untilEof) void drainStdin().then(stop, stop);
  await promise;
}

async function drainStdin(): Promise<void> {
  const buffer = new Uint8Array(256);
  while (await Deno.stdin.read(buffer) !== null);
}
