import { dirname, join } from "@std/path";
import type { ApiSource, PipelineConfig } from "../config/mod.ts";
import { onlyStreamOf } from "./_backfill.ts";
import type { Backfill } from "./parse_backfill.ts";

/** Where the pieces of a launch stand. */
export interface LaunchPlanOptions {
  /** Root of the project: the folder of deno.json. */
  readonly root: string;
  /** The configuration file, absolute. */
  readonly configPath: string;
  /** Names of the environment variables that the configuration mentions. */
  readonly environment: readonly string[];
  /** Address of the sandbox once it runs; before that the plan says `<sandbox>`. @default "http://127.0.0.1:<port>" */
  readonly sandboxUrl?: string;
  /** Whether the run prints its summary as JSON. @default false */
  readonly json?: boolean;
  /** What is to be read again; the run gets the permissions for that and no others. @default {an ordinary run} */
  readonly backfill?: Backfill | undefined;
}

/** What a run may do, and the command that lets it do no more. */
export interface LaunchPlan {
  /** `host:port` of every server that it may talk to. */
  readonly net: readonly string[];
  /** Paths that it may read. */
  readonly read: readonly string[];
  /** Paths that it may write. */
  readonly write: readonly string[];
  /** Environment variables that it may read. */
  readonly env: readonly string[];
  /** Arguments for `deno`. */
  readonly args: readonly string[];
  /** Arguments for `deno` that start the sandbox; `undefined` where no source asks for one. */
  readonly sandboxArgs: readonly string[] | undefined;
}

/** Name of the variable by which the launcher hands the sandbox's token to the run. */
export const SANDBOX_TOKEN = "SANDBOX_TOKEN";

/**
 * Computes the permissions of a run from its configuration: the hosts, folders and variables that it names and
 * nothing else. The runtime enforces them, so that neither a bug nor a dependency can go further.
 */
export function launchPlan(whole: PipelineConfig, options: LaunchPlanOptions): LaunchPlan {
  const { root, configPath, json = false, backfill } = options;
  const config = backfill === undefined ? whole : onlyStreamOf(backfill, whole);
  const sandboxUrl = options.sandboxUrl ?? "http://127.0.0.1:<port>";
  const usesSandbox = config.sources.some((source) => "sandbox" in source && source.sandbox);
  const net = unique(
    config.sources.flatMap((source) => source.type === "api" ? hostsOf(source, sandboxUrl) : []),
  );
  const folders = config.sources.flatMap((source) => source.type === "api" ? [] : [source.path]);
  const write = unique([config.lake, ...ledgerPaths(config.audit), config.logs]);
  const read = unique([configPath, ...folders, ...write]);
  const env = unique(options.environment);
  return {
    net,
    read,
    write,
    env,
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      ...flag("--allow-net", net),
      ...flag("--allow-read", read),
      ...flag("--allow-write", write),
      ...flag("--allow-env", env),
      join(root, "lib/pipeline/run_process.ts"),
      `--config=${configPath}`,
      "--until-eof",
      ...(usesSandbox ? [`--sandbox=${sandboxUrl}`] : []),
      ...(backfill === undefined ? [] : [`--backfill=${backfill.text}`]),
      ...(json ? ["--json"] : []),
    ],
    sandboxArgs: usesSandbox ? sandboxArgs(config, root) : undefined,
  };
}

function sandboxArgs(config: PipelineConfig, root: string): string[] {
  const samples = join(root, "data/samples");
  return [
    "run",
    "--no-prompt",
    "--quiet",
    "--allow-net=127.0.0.1",
    ...flag("--allow-read", [samples]),
    join(root, "lib/sandbox/serve.ts"),
    "--port=0",
    `--samples=${samples}`,
    `--seed=${config.sandbox.seed}`,
    ...config.sandbox.faults.map((fault) => `--fault=${fault}`),
    "--until-eof",
  ];
}

/** SQLite's own side files are covered by the permission for the ledger itself. */
function ledgerPaths(audit: string): string[] {
  const paths = [audit, `${audit}.lock`];
  try {
    Deno.statSync(dirname(audit));
  } catch {
    // Missing, or not ours to look at: then the run must be allowed to create it, or fail with its name.
    paths.push(dirname(audit));
  }
  return paths;
}

function hostsOf(source: ApiSource, sandboxUrl: string): string[] {
  const urls = [source.base_url ?? sandboxUrl];
  if (source.auth.type === "oauth2_client_credentials") urls.push(source.auth.token_url);
  return urls.map((text) => {
    if (text.endsWith("<port>")) return text.slice("http://".length);
    const url = new URL(text);
    const port = url.port || (url.protocol === "https:" ? "443" : "80");
    return `${url.hostname}:${port}`;
  });
}

function flag(name: string, values: readonly string[]): string[] {
  // A comma in a path is written twice, else it would end the path and allow another.
  const list = values.map((value) => value.replaceAll(",", ",,")).join(",");
  return values.length > 0 ? [`${name}=${list}`] : [];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
