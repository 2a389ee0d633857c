import { DataError } from "../../lib/errors/mod.ts";

/** Loads half a file by two loaders: one swallows what went wrong, the other one passes it on. */
export async function loadTwice(
  path: string,
): Promise<{ readonly empty: readonly unknown[]; readonly error: unknown }> {
  await Deno.writeTextFile(path, '[{"id": 1}, {"id": 2');
  const empty = await swallowing(path);
  try {
    await chaining(path);
    return { empty, error: undefined };
  } catch (error) {
    return { empty, error };
  }
}

async function swallowing(path: string): Promise<unknown[]> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    return []; // The mistake that this step is about.
  }
}

async function chaining(path: string): Promise<unknown[]> {
  const text = await Deno.readTextFile(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DataError("record-invalid", `Cannot load "${path}": it is not whole`, { cause });
  }
}
