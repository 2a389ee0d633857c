/** A server process. */
export interface ThirdParty extends AsyncDisposable {
  readonly url: string;
}

/** The packages of the servers in Python, and what they need. */
const PYTHON_PACKAGES = [
  "Django==5.2.19",
  "djangorestframework==3.18.3",
  "fastapi==0.165.0",
  "fastapi-pagination==0.16.1",
  "datasette==0.65.5",
  "uvicorn==0.54.0",
];

/**
 * Starts a server script of this folder in a process of its own: one in TypeScript without a lockfile, one in Python
 * with the packages of a folder.
 */
export async function thirdParty(name: string, packages = ""): Promise<ThirdParty> {
  const server = new Deno.Command(name.endsWith(".py") ? "python3" : "deno", {
    args: [...argsOf(name), decodeURIComponent(new URL(`./${name}`, import.meta.url).pathname)],
    env: { PYTHONPATH: packages },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let port = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    port += read.value;
    if (port.includes("\n")) break;
  }
  if (port === "") throw new Error(`Cannot start "${name}": it printed no port`);
  return {
    url: `http://127.0.0.1:${port.trim()}`,
    async [Symbol.asyncDispose]() {
      server.kill();
      await server.status;
      await reader.cancel();
    },
  };
}

function argsOf(name: string): string[] {
  if (name.endsWith(".py")) return ["-W", "ignore"];
  // The packages look at the environment and at files of their own; none of that is the client's.
  const access = ["--allow-net=127.0.0.1", "--allow-env", "--allow-read"];
  return ["run", "--quiet", "--no-lock", "--no-prompt", ...access];
}

/** Installs the packages of the servers in Python into a new folder; `undefined` and a line that says why if it cannot. */
export async function pythonPackages(): Promise<string | undefined> {
  const folder = await Deno.makeTempDir();
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const reason = await run("python3", [...pip, "--target", folder, ...PYTHON_PACKAGES]);
  if (reason === undefined) return folder;
  await Deno.remove(folder, { recursive: true });
  console.warn(`The servers in Python are left out, as pip cannot install them: ${reason}`);
  return undefined;
}

async function run(command: string, args: string[]): Promise<string | undefined> {
  try {
    const { success, stderr } = await new Deno.Command(command, { args, stdout: "null" }).output();
    return success ? undefined : new TextDecoder().decode(stderr).trim().split("\n").at(-1);
  } catch (error) {
    return String(error);
  }
}
