import { TextLineStream } from "@std/streams";
import { SuspendedError } from "../errors/mod.ts";

/** A sandbox that runs in its own process. */
export interface SandboxProcess extends AsyncDisposable {
  /** Its root. */
  readonly url: string;
}

/**
 * Starts the sandbox and waits until it listens. It ends with its standard input, so that it cannot outlive the
 * launcher even if that is killed.
 *
 * @param args Arguments for `deno`.
 * @param env Its environment.
 * @param signal Aborted when the launcher must stop: a Ctrl-C reaches the sandbox as well.
 */
export async function startSandboxProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<SandboxProcess> {
  const child = new Deno.Command("deno", {
    args: [...args],
    env: { ...env },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  const reader = lines.getReader();
  const { value } = await reader.read();
  if (value === undefined) {
    await child.stdin.close();
    const { code } = await child.status;
    signal?.throwIfAborted();
    throw new SuspendedError(
      "suspended-signal",
      `Cannot start sandbox: it ended with code ${code}`,
    );
  }
  const { url } = JSON.parse(value) as { url: string };
  return {
    url,
    async [Symbol.asyncDispose]() {
      await child.stdin.close().catch(() => {});
      await reader.cancel().catch(() => {});
      await child.status;
    },
  };
}
