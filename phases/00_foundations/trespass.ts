/**
 * Tries to do what it was not given permission for, and reports how that went.
 *
 * Arguments: a file that it may read, a file that it may not, a folder to write to, an address.
 *
 * @module
 */
import { answer } from "../_narrator/child.ts";

/** One attempt of the trespasser. */
export interface Attempt {
  /** The attempt, in words. */
  readonly what: string;
  /** Its result. */
  readonly outcome: string;
  readonly allowed: boolean;
}

async function attempt(what: string, act: () => Promise<unknown> | unknown): Promise<Attempt> {
  try {
    await act();
    return { what, outcome: "done", allowed: true };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const first = message.split(/, (?:run|specify)|\n/)[0] ?? "";
    return { what, outcome: `${name}: ${first}`, allowed: false };
  }
}

if (import.meta.main) {
  const [permitted = "", forbidden = "", folder = "", url = ""] = Deno.args;
  answer([
    await attempt("read the sample", () => Deno.readTextFile(permitted)),
    await attempt("read outside the data", () => Deno.readTextFile(forbidden)),
    await attempt("write a file", () => Deno.writeTextFile(`${folder}/trespass.txt`, "x")),
    await attempt("call a server", () => fetch(url).then((response) => response.text())),
    await attempt("read a variable", () => Deno.env.get("HOME")),
    await attempt("start a program", () => new Deno.Command("id").output()),
  ]);
}
