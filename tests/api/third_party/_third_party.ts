/** A server process. */
export interface ThirdParty extends AsyncDisposable {
  readonly url: string;
}

/** Starts a server script of this folder in a process of its own, without a lockfile. */
export async function thirdParty(name: string): Promise<ThirdParty> {
  const path = new URL(`./${name}`, import.meta.url).href;
  // The packages look at the environment and at files of their own; none of that is the client's.
  const access = ["--allow-net=127.0.0.1", "--allow-env", "--allow-read"];
  const server = new Deno.Command("deno", {
    args: ["run", "--quiet", "--no-lock", "--no-prompt", ...access, path],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const port = (await reader.read()).value?.trim();
  await reader.cancel();
  if (port === undefined) throw new Error(`Cannot start "${name}": it printed no port`);
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.kill();
      await server.status;
    },
  };
}
