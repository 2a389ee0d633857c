import { join } from "node:path";

/** A PostgreSQL server of our own, in a folder that goes with it. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Runs SQL and returns its output, unaligned. */
  sql(text: string, database?: string): Promise<string>;
  start(): Promise<void>;
  /** Ends it, as a crash does. */
  stop(): Promise<void>;
  /** Gives it a certificate for its address; says whose word it is, and that of another. */
  useTls(): Promise<{ readonly ca: string; readonly other: string }>;
}

/** Says why there is no server to test with; `undefined` if there is one, installed if need be. */
export async function missingPostgres(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "expected Linux";
  if (await programs() !== undefined) return undefined;
  const reason = await aptInstall("postgresql");
  if (reason !== undefined) return reason;
  return await programs() === undefined ? "PostgreSQL is not where Debian puts it" : undefined;
}

/** Installs a package of Debian; says why it cannot be had. */
export async function aptInstall(name: string): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "expected Linux";
  if (Deno.uid() !== 0) return `${name} is not installed, and only root can install it`;
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "--yes", "--no-install-recommends", name]]) {
    const reason = await run("apt-get", ["-q", ...args], env).then(() => undefined, String);
    if (reason !== undefined) return `apt-get cannot install ${name}: ${reason.slice(0, 200)}`;
  }
  return undefined;
}

/** Starts a server on a free port of 127.0.0.1, without a password. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = await programs();
  if (bin === undefined) throw new Error("Cannot start PostgreSQL: it is not installed");
  const folder = await Deno.makeTempDir();
  const data = join(folder, "data");
  const port = freePort();
  // It does not run as root.
  const isRoot = Deno.uid() === 0;
  const as = isRoot
    ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    : ["env"];
  if (isRoot) await run("chown", ["postgres:", folder]);
  const server = (program: string, ...args: string[]) => {
    const [command = "", ...before] = as;
    return run(command, [...before, join(bin, program), ...args], {}, folder);
  };
  const cluster = ["-D", data, "-U", "hw", "--auth=trust", "--encoding=UTF8", "--no-locale"];
  await server("initdb", ...cluster, "--no-sync");
  // One user has to say a password.
  const hba = join(data, "pg_hba.conf");
  const rules = await Deno.readTextFile(hba);
  await Deno.writeTextFile(hba, `host all etl 127.0.0.1/32 scram-sha-256\n${rules}`);
  const options = `-h 127.0.0.1 -p ${port} -k ${folder} -c fsync=off -c shared_buffers=32MB`;
  const start = async () => {
    await server("pg_ctl", "-D", data, "-w", "-l", join(folder, "log"), "-o", options, "start");
  };
  const stop = async () => {
    await server("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop");
  };
  const useTls = async () => {
    for (const name of ["server", "other"]) {
      const [key, crt] = ["key", "crt"].map((kind) => join(data, `${name}.${kind}`));
      const subject = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"];
      await run("openssl", [
        "req",
        "-new",
        "-x509",
        "-nodes",
        "-days",
        "2",
        ...subject,
        "-keyout",
        key ?? "",
        "-out",
        crt ?? "",
      ]);
      await run("chmod", ["600", key ?? ""]);
      if (isRoot) await run("chown", ["postgres:", key ?? "", crt ?? ""]);
    }
    await stop();
    await server(
      "pg_ctl",
      "-D",
      data,
      "-w",
      "-l",
      join(folder, "log"),
      "-o",
      `${options} -c ssl=on`,
      "start",
    );
    const text = (name: string) => Deno.readTextFile(join(data, `${name}.crt`));
    return { ca: await text("server"), other: await text("other") };
  };
  await start();
  const psql = [
    "-h",
    "127.0.0.1",
    "-p",
    String(port),
    "-U",
    "hw",
    "-v",
    "ON_ERROR_STOP=1",
    "-qAtX",
  ];
  return {
    port,
    sql: (text, database = "postgres") => run(join(bin, "psql"), [...psql, "-c", text, database]),
    start,
    stop,
    useTls,
    async [Symbol.asyncDispose]() {
      await stop().catch(() => {});
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function programs(): Promise<string | undefined> {
  const root = "/usr/lib/postgresql";
  try {
    const versions = (await Array.fromAsync(Deno.readDir(root))).map(({ name }) => Number(name));
    const bin = join(root, String(Math.max(...versions)), "bin");
    await Deno.stat(join(bin, "initdb"));
    return bin;
  } catch {
    return undefined; // It is not installed, or not as Debian does it.
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = "/",
): Promise<string> {
  // A server that inherited our pipes would keep them open.
  const out = await Deno.makeTempFile();
  try {
    const { code } = await new Deno.Command("sh", {
      args: ["-c", 'out=$1; shift; exec "$@" >"$out" 2>&1', "sh", out, command, ...args],
      env,
      cwd,
    }).output();
    const text = (await Deno.readTextFile(out)).trim();
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${text}`);
    return text;
  } finally {
    await Deno.remove(out);
  }
}
