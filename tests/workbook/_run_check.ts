import { join } from "@std/path";
import { type CheckRunResult, runCheck, type Verdict } from "../../lib/workbook/mod.ts";
import { exercise, ROOT, temporaryWork } from "./_exercises.ts";

/** Runs the check of an exercise on a text. */
export async function run(
  text: string,
  time: { readonly patience?: number; readonly grace?: number } = {},
  id: string = "01.1",
): Promise<CheckRunResult> {
  await using work = await temporaryWork();
  const file = join(work.path, "mine.ts");
  await Deno.writeTextFile(file, text);
  return await runCheck(await exercise(id), file, { root: ROOT, ...time });
}

/** What holds no more. */
export function firstFailure({ verdicts }: CheckRunResult): Verdict | undefined {
  return verdicts.find(({ state }) => state !== "holds");
}
