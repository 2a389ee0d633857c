import { dirname, join } from "@std/path";
import { checkFile, type CheckReport, workFile } from "../../lib/workbook/mod.ts";
import { exercise, ROOT, temporaryWork } from "./_exercises.ts";

/** Checks a text as a learner's file. */
export async function checkText(
  id: string,
  text: string,
  near: Readonly<Record<string, string>> = {},
): Promise<CheckReport> {
  await using work = await temporaryWork();
  const which = await exercise(id);
  const file = workFile(which, work.path);
  await Deno.mkdir(join(work.path, id));
  await Deno.writeTextFile(file, text);
  for (const [name, content] of Object.entries(near)) {
    await Deno.mkdir(dirname(join(work.path, id, name)), { recursive: true });
    await Deno.writeTextFile(join(work.path, id, name), content);
  }
  return await checkFile(which, file, { root: ROOT });
}
