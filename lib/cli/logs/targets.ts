import { basename, dirname, join, relative, sep } from "node:path";
import { boundedName } from "../../files/mod.ts";
import { logDdl, logStructType } from "../../log_parser/mod.ts";
import { isWithin } from "../access.ts";
import type { InputFile } from "../inputs.ts";
import { writeWhole } from "../outputs.ts";

/** One log and what is written of it. */
export interface LogTarget extends InputFile {
  /** Its path below the folder that all inputs have in common; tells logs of one name apart. */
  readonly source: string;
  /** File of its records. */
  readonly records: string;
  /** File of its rejected lines; Spark passes over a name that begins so. */
  readonly rejects: string;
}

/**
 * Returns where the records of each log go: the folder of the results has the form of the inputs' folders, from the one
 * that they have in common on.
 */
export function targetsOf(files: readonly InputFile[], out: string): LogTarget[] {
  const root = files.map(({ path }) => dirname(path)).reduce(commonFolder);
  return files.map((file) => {
    const source = relative(root, file.path);
    // Readers take a comma for the end of a path, and so do the flags that let this command write.
    const target = source.replaceAll(",", "_");
    const folder = join(out, dirname(target));
    const name = boundedName(basename(target).replace(/\.(?:gz|zst)$/i, ""));
    return {
      ...file,
      source: source.replaceAll(sep, "/"),
      records: join(folder, `${name}.jsonl.gz`),
      rejects: join(folder, `_${name}.rejects.jsonl.gz`),
    };
  });
}

/** Files next to the records that describe them: for Spark's `StructType.fromJson`, and as a DDL. */
export function schemaFiles(out: string): { readonly path: string; readonly text: string }[] {
  return [
    { path: join(out, "_schema.json"), text: `${JSON.stringify(logStructType(), null, 2)}\n` },
    { path: join(out, "_schema.ddl"), text: `${logDdl()}\n` },
  ];
}

/** Writes them; they say the same for every log, so that those of an earlier one are replaced. */
export async function writeSchema(out: string, inputs: readonly string[]): Promise<void> {
  for (const { path, text } of schemaFiles(out)) {
    await writeWhole(path, async (temporary) => await Deno.writeTextFile(temporary, text), {
      force: true,
      inputs,
    });
  }
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (folder !== dirname(folder) && !isWithin(b, folder)) folder = dirname(folder);
  return folder;
}
