import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runChild } from "../_narrator/mod.ts";
import type { WorkFolders } from "../_narrator/mod.ts";
import type { Attempt } from "./trespass.ts";

/** Attempts of a child with one permission. */
export interface Isolation {
  /** The one permission that it had. */
  readonly flag: string;
  readonly attempts: readonly Attempt[];
  /** Requests that reached the server, which is up all the time. */
  readonly reached: number;
}

/** Starts a child that may read one folder and tries six things. */
export async function tryIsolation(work: WorkFolders): Promise<Isolation> {
  let reached = 0;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(`${++reached}`),
  );
  const flag = `--allow-read=${work.sample()}`;
  const child = await runChild([
    "run",
    "--no-prompt",
    "--quiet",
    "--no-config",
    flag,
    fileURLToPath(import.meta.resolve("./trespass.ts")),
    work.sample("seattle-weather.csv"),
    join(work.root, "deno.json"),
    work.path(0),
    `http://127.0.0.1:${server.addr.port}/`,
  ]);
  const said = child.stdout.replaceAll(work.root, ".");
  const attempts = JSON.parse(said) as Attempt[];
  return { flag: `--allow-read=${work.show(work.sample())}`, attempts, reached };
}

/** Error of a project with a frozen lock at a dependency that is not in it. */
export async function tryFrozenLock(
  work: WorkFolders,
  dependency: string,
): Promise<{ readonly code: number; readonly message: string }> {
  const folder = work.path(0, "frozen");
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "deno.json"), '{ "lock": { "frozen": true } }\n');
  await Deno.writeTextFile(join(folder, "deno.lock"), '{ "version": "5" }\n');
  await Deno.writeTextFile(join(folder, "main.ts"), `import ${JSON.stringify(dependency)};\n`);
  // Without --cached-only a machine without this package would ask the registry before it fails.
  const args = ["run", "--no-prompt", "--cached-only", "main.ts"];
  const { code, stderr } = await runChild(args, { cwd: folder });
  await Deno.remove(folder, { recursive: true });
  return { code, message: stderr.split("\n")[0] ?? "" };
}
