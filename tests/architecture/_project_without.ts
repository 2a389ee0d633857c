import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { ROOT } from "../e2e/_command.ts";

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory) await copyFolder(source, target);
    else await Deno.copyFile(source, target);
  }
}

/** A copy of the project without one type of source: its folder and its lines in source_types.ts are gone. */
export async function without(type: string, folder: string): Promise<void> {
  await copyFolder(join(ROOT, "lib"), join(folder, "lib"));
  await copyFolder(join(ROOT, "phases"), join(folder, "phases"));
  for (const name of ["deno.json", "deno.lock"]) {
    await Deno.copyFile(join(ROOT, name), join(folder, name));
  }
  await Deno.remove(join(folder, "lib/pipeline/sources", type), { recursive: true });
  const list = join(folder, "lib/pipeline/sources/source_types.ts");
  const lines = (await Deno.readTextFile(list)).split("\n");
  const kept = lines.filter((line) => !line.includes(`${type}Source`));
  assertEquals(lines.length - kept.length, 2, "one import and one line");
  await Deno.writeTextFile(list, kept.join("\n"));
}

/** Runs the runtime in a folder. */
export async function deno(folder: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: [...args],
    cwd: folder,
    // A task sets INIT_CWD, and the tests may be one.
    env: { NO_COLOR: "1", INIT_CWD: folder },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
