import { join } from "node:path";
import { readPlaces } from "../config/mod.ts";
import { EXIT_CODES, UsageError } from "../errors/mod.ts";
import { PROJECT_ROOT } from "../io/mod.ts";
import {
  childEnvironment,
  databaseFiles,
  DENO_RUN,
  pathList,
  withRealPaths,
} from "../process/mod.ts";
import { escapeLine, jsonDocument } from "../terminal/mod.ts";
import type { Places } from "./launch_plan.ts";
import { configPathOf, type PipelineCaller } from "./pipeline_caller.ts";
import { refuseLinksInLake, refuseNoAudit } from "./preflight.ts";
import { hostOf } from "./load_target.ts";

/** What is asked of a load into a server. */
export interface PostgresRequest {
  /** Address of the database. */
  readonly to: string;
  /** Name of the variable with the password. */
  readonly passwordEnv?: string | undefined;
  /** Certificate of the authority that signed the server's, absolute. */
  readonly ca?: string | undefined;
  /** Whether the result is one JSON document. */
  readonly json: boolean;
  /** Whether it only says what it may do. */
  readonly "dry-run": boolean;
  /** Prints what it may do. */
  readonly write: (text: string) => void;
}

/**
 * Loads a lake into a PostgreSQL database, from a child process that may read the lake and the audit database and call
 * that one server.
 *
 * @param file The configuration; see `openPipeline`.
 * @returns The exit code.
 */
export async function launchPostgres(
  file: string | undefined,
  { cwd, env, signal, start }: PipelineCaller,
  request: PostgresRequest,
): Promise<number> {
  const { passwordEnv } = request;
  const places = await readPlaces(configPathOf(file, cwd), { env: (name) => env[name] });
  const args = postgresArgs(places, request);
  refuseLinksInLake(places.lake);
  if (passwordEnv !== undefined && !env[passwordEnv]) {
    const state = `the variable ${passwordEnv} is not set`;
    throw new UsageError("usage", `Cannot use --password-env: ${state}`, {
      context: { flag: "--password-env" },
    });
  }
  refuseNoAudit(places.audit);
  if (request["dry-run"]) {
    request.write(renderPlan(places, request, args));
    return EXIT_CODES.complete;
  }
  const names = passwordEnv === undefined ? [] : [passwordEnv];
  return await start(args, { env: childEnvironment({ env, names, cwd }), signal });
}

/** Arguments for `deno`: one server may be called, and no program is started. */
export function postgresArgs(
  { audit, lake }: Places,
  { to, passwordEnv, ca, json }: Pick<PostgresRequest, "to" | "passwordEnv" | "ca" | "json">,
): string[] {
  const read = [...databaseFiles(audit), lake, ...(ca === undefined ? [] : [ca])];
  return [
    ...DENO_RUN,
    `--allow-read=${pathList(withRealPaths(read))}`,
    `--allow-net=${hostOf(to)}`,
    ...(passwordEnv === undefined ? [] : [`--allow-env=${passwordEnv}`]),
    "--ignore-env",
    join(PROJECT_ROOT, "lib/pipeline/engine_process.ts"),
    `--audit=${audit}`,
    `--lake=${lake}`,
    `--to=${to}`,
    ...(passwordEnv === undefined ? [] : [`--password-env=${passwordEnv}`]),
    ...(ca === undefined ? [] : [`--ca=${ca}`]),
    ...(json ? ["--json"] : []),
  ];
}

const FATE =
  "A table that a load made gets the rows of new runs, or all of them anew where runs were retracted or columns " +
  "changed; if one of them is not the work of a load, the load is refused and changes nothing; other tables stay as they are";

function renderPlan(
  { audit, lake }: Places,
  { to, passwordEnv, ca, json }: PostgresRequest,
  args: readonly string[],
): string {
  const read = [...databaseFiles(audit), lake, ...(ca === undefined ? [] : [ca])];
  const net = hostOf(to);
  const env = passwordEnv === undefined ? [] : [passwordEnv];
  if (json) return jsonDocument({ dry_run: true, read, net: [net], env, notes: [FATE], args });
  return [
    "Dry run, nothing is started. It would have these permissions and no others:\n",
    ...read.map((path) => `  read   ${escapeLine(path)}\n`),
    `  net    ${escapeLine(net)}\n`,
    ...env.map((name) => `  env    ${name}\n`),
    `${FATE}.\n`,
  ].join("");
}
