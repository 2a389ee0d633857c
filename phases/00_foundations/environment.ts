import type { Narrator, WorkFolders } from "../_narrator/mod.ts";
import { tryFrozenLock, tryIsolation } from "./isolation.ts";

/** Imports a package that the lock does not know. */
export async function showFrozenLock(narrator: Narrator, work: WorkFolders): Promise<void> {
  const dependency = "npm:zod@4.6.7";
  const { code, message } = await tryFrozenLock(work, dependency);
  narrator.wrappedOutput(
    `import "${dependency}"   // not in the lock\n${message}\nexit code ${code}`,
  );
  narrator.prove(
    "a frozen lock rejects a package that it does not know",
    code !== 0 && message.includes("lockfile is out of date"),
    `exit code ${code}`,
  );
}

/** Lets a child try what it has no permission for. */
export async function showIsolation(narrator: Narrator, work: WorkFolders): Promise<void> {
  const { flag, attempts, reached } = await tryIsolation(work);
  const { green, yellow } = narrator.style;
  narrator.output(narrator.style.dim(`deno run --no-prompt ${flag} trespass.ts`));
  narrator.table(
    [{ title: "it tries to" }, { title: "" }, { title: "the runtime says" }],
    attempts.map(({ what, outcome, allowed }) => [
      what,
      allowed ? green("allowed") : yellow("denied"),
      allowed ? "" : outcome,
    ]),
  );
  const denied = attempts.filter(({ allowed }) => !allowed);
  narrator.prove(
    "a process does what it was permitted and nothing else",
    attempts[0]?.allowed === true && denied.length === attempts.length - 1 && reached === 0 &&
      denied.every(({ outcome }) => outcome.startsWith("NotCapable")),
    `${denied.length} of ${attempts.length} denied, ${reached} requests arrived`,
  );
}
