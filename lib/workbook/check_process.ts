import { writeTextSync } from "../io/mod.ts";
import type { Check } from "./expectation.ts";
import { judge } from "./judge.ts";
import { type CheckMessage, encodeMessage } from "./_check_message.ts";

/**
 * Runs a check as a process of its own, which may do no more than the exercise needs.
 *
 * The process is started as `check.ts URL PATIENCE`: the URL of the learner's file, and the ms that one expectation may take.
 *
 * @param check What must hold.
 * @param args The command line. @default {Deno.args}
 */
export async function checkProcess<Subject extends object>(
  check: Check<Subject>,
  args: readonly string[] = Deno.args,
): Promise<never> {
  const [file = "", patience = "5000"] = args;
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    send({ kind: "stray", error: String(event.reason) });
  });
  await tryAll(check, { file, patience: Number(patience) });
  send({ kind: "end" });
  Deno.exit(0);
}

async function tryAll<Subject extends object>(
  check: Check<Subject>,
  options: { readonly file: string; readonly patience: number },
): Promise<void> {
  send({ kind: "begin", name: "loads" });
  const subject = await load<Subject>(options.file);
  if (subject === undefined) return;
  const names = check.exports.filter((name) => typeof subject[name] !== "function");
  if (names.length > 0) return send({ kind: "missing", names });
  for (const expectation of check.expectations) {
    send({ kind: "begin", name: expectation.name });
    send({ kind: "verdict", verdict: await judge(expectation, subject, options) });
    // A promise that failed unheard is reported when the event loop comes round.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

async function load<Subject>(file: string): Promise<Subject | undefined> {
  try {
    return await import(file);
  } catch (error) {
    send({ kind: "unloadable", error: String(error) });
    return undefined;
  }
}

function send(message: CheckMessage): void {
  writeTextSync(Deno.stdout, encodeMessage(message));
}
