import { isInside } from "../../io/mod.ts";
import { basename, dirname, join, relative, sep } from "node:path";
import { boundedName } from "../../files/mod.ts";
import { logDdl, logStructType } from "../../log_parser/mod.ts";
import type { InputFile } from "../inputs.ts";
import { refuseNewcomer, writeWhole } from "../outputs.ts";
import { jsonDocument } from "../../terminal/mod.ts";

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

/** A file next to the records that describes them. */
export interface SchemaFile {
  readonly path: string;
  readonly text: string;
  /** Whether it is there already: it says the same for every log. */
  readonly isThere: boolean;
}

/** Returns those files: for Spark's `StructType.fromJson`, and as a DDL. */
export function schemaFiles(out: string): SchemaFile[] {
  return Object.entries({
    "_schema.json": jsonDocument(logStructType()),
    "_schema.ddl": `${logDdl()}\n`,
  })
    .map(([name, text]) => {
      const path = join(out, name);
      return { path, text, isThere: textAt(path) === text };
    });
}

function textAt(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined; // Whoever writes it says what is in the way.
  }
}

/** Writes those that are not there. @throws {UsageError} If something else has their name meanwhile. */
export async function writeSchema(
  out: string,
  options: { readonly force: boolean; readonly inputs: readonly string[] },
): Promise<void> {
  const missing = schemaFiles(out).filter(({ isThere }) => !isThere);
  // Check both before writing either: two that disagree are useless.
  for (const { path } of missing) refuseNewcomer(path, options);
  for (const { path, text } of missing) {
    await writeWhole(path, (temporary) => Deno.writeTextFile(temporary, text), options);
  }
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (folder !== dirname(folder) && !isInside(b, folder)) folder = dirname(folder);
  return folder;
}
