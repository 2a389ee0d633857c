import { TextLineStream } from "@std/streams";
import { SuspendedError } from "../errors/mod.ts";
import type { LaunchPlan } from "./launch_plan.ts";

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
 */
export async function startSandboxProcess(
  args: readonly string[],
): Promise<SandboxProcess> {
  const child = new Deno.Command("deno", {
    args: [...args],
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

/**
 * Starts a run as a child process with the permissions of its plan, hands signals on to it and waits for its end.
 *
 * @returns The child's exit code.
 */
export async function launch(
  plan: LaunchPlan,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  // The pipe tells the child that its launcher is gone, whatever ended it.
  const child = new Deno.Command("deno", {
    args: [...plan.args],
    env,
    stdin: "piped",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const forward = (signal: Deno.Signal) => () => {
    try {
      child.kill(signal);
    } catch {
      // It has ended already, which is what the signal asked for.
    }
  };
  const handlers =
    (Deno.build.os === "windows" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM"] as const)
      .map((signal) => ({ signal, handler: forward(signal) }));
  for (const { signal, handler } of handlers) Deno.addSignalListener(signal, handler);
  try {
    return (await child.status).code;
  } finally {
    for (const { signal, handler } of handlers) Deno.removeSignalListener(signal, handler);
    await child.stdin.close().catch(() => {});
  }
}
