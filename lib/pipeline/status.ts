import { openAudit, recentRuns, retractionsOf } from "../audit/mod.ts";
import { readPlaces } from "../config/mod.ts";
import { PROJECT_ROOT } from "../io/mod.ts";
import { childEnvironment } from "../process/mod.ts";
import { isMissing } from "./_is_missing.ts";
import { statusArgs } from "./launch_plan.ts";
import { configPathOf, type PipelineCaller } from "./pipeline_caller.ts";
import { renderStatus, type StatusLook } from "./render_status.ts";
import { jsonDocument } from "../terminal/mod.ts";

/**
 * Prints the last runs, in a child process that may read the audit database and nothing else. Neither the sources nor
 * their credentials are needed.
 *
 * @returns The exit code.
 */
export async function launchStatus(
  file: string | undefined,
  caller: PipelineCaller,
  options: { readonly json: boolean },
): Promise<number> {
  const { cwd, env, signal } = caller;
  const configPath = configPathOf(file, cwd);
  const { audit } = await readPlaces(configPath, { env: (name) => env[name] });
  return await caller.start(statusArgs(audit, { root: PROJECT_ROOT, configPath, ...options }), {
    env: childEnvironment({ env, names: [], cwd }),
    signal,
  });
}

/** Returns the last runs as text or JSON; it only reads. */
export function statusOf(
  audit: string,
  options: StatusLook & { readonly json: boolean },
): string {
  if (isMissing(audit)) {
    return options.json ? jsonDocument([]) : `No run yet: there is no "${audit}"\n`;
  }
  using db = openAudit(audit, { readOnly: true });
  const runs = recentRuns(db, 10).map((run) => ({
    ...run,
    retracted_at: retractionsOf(db, run.run_id)[0]?.retracted_at ?? null,
  }));
  return options.json ? jsonDocument(runs) : renderStatus(db, runs, options);
}
