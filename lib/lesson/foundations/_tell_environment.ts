import { readPins } from "./read_pins.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { tryFrozenLock, tryIsolation } from "./_isolation.ts";

/** Step 2: what a virtual environment was for, and what takes its place. */
export async function tellEnvironment(teller: Teller, work: WorkFolders): Promise<void> {
  const pins = await readPins(work.root);
  teller.step(
    "Environment: the same code with the same parts, and no more rights than it needs",
    "A virtual environment keeps one project's packages from another's. Here deno.json names exact versions, deno.lock holds a " +
      "checksum of every package, and there is nothing to activate.",
  );
  teller.table([{ title: "" }, { title: "" }], [
    [
      "runtime",
      `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, TypeScript ${Deno.version.typescript}`,
    ],
    ["imports", `${pins.imports} of packages, ${pins.floating.length} without an exact version`],
    [
      "lock file",
      `${pins.locked} packages, ${pins.unchecked.length} without a checksum, ${
        pins.frozen ? "frozen" : "not frozen"
      }`,
    ],
  ]);
  teller.prove(
    "every dependency is pinned and has a checksum",
    pins.floating.length + pins.unchecked.length === 0 && pins.locked > 0,
    `${pins.imports} imports, ${pins.locked} packages`,
  );
  await tellFrozenLock(teller, work);
  await tellIsolation(teller, work);
}

async function tellFrozenLock(teller: Teller, work: WorkFolders): Promise<void> {
  teller.say("With a frozen lock a new dependency cannot slip in with a deployment:");
  const dependency = "npm:zod@4.6.7";
  const { code, message } = await tryFrozenLock(work, dependency);
  teller.wrappedOutput(
    `import "${dependency}"   // not in the lock\n${message}\nexit code ${code}`,
  );
  teller.prove(
    "a frozen lock refuses a package that it does not know",
    code !== 0 && message.includes("lockfile is out of date"),
    `exit code ${code}`,
  );
}

async function tellIsolation(teller: Teller, work: WorkFolders): Promise<void> {
  teller.say(
    "What no virtual environment gives: the process itself is fenced in. A child with one permission tries six things, " +
      "while the server that it calls is up:",
  );
  const { flag, attempts, reached } = await tryIsolation(work);
  const { green, yellow } = teller.style;
  teller.output(teller.style.dim(`deno run --no-prompt ${flag} trespass.ts`));
  teller.table(
    [{ title: "it tries to" }, { title: "" }, { title: "the runtime says" }],
    attempts.map(({ what, outcome, allowed }) => [
      what,
      allowed ? green("allowed") : yellow("denied"),
      allowed ? "" : outcome,
    ]),
  );
  const denied = attempts.filter(({ allowed }) => !allowed);
  teller.judge(
    "A compromised dependency runs with the same rights as the code around it: here those of one folder, not those of the user.",
  );
  teller.prove(
    "a process does what it was permitted and nothing else",
    attempts[0]?.allowed === true && denied.length === attempts.length - 1 && reached === 0 &&
      denied.every(({ outcome }) => outcome.startsWith("NotCapable")),
    `${denied.length} of ${attempts.length} denied, ${reached} requests arrived`,
  );
}
