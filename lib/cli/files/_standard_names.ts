import { hash } from "node:crypto";
import { DataError, UsageError } from "../../errors/mod.ts";
import type { FileEntry, NameTemplate, RenameColumn } from "../../files/mod.ts";
import { fileFormat, preparedExtension } from "../../files/record_format.ts";
import { standardName } from "../../files/standard_name.ts";
import { load } from "../load.ts";

/** Flags that say how results and columns are called. */
export const NAME_FLAGS = {
  name: {
    type: "string",
    value: "TEMPLATE",
    meaning:
      "Names of results, of {source} {date} {seq} {hash8} {ext}; a file with such a name keeps it",
    default: "{source}.{ext}",
  },
  "snake-case": {
    type: "boolean",
    meaning:
      "Name columns in snake_case, before --columns looks at them; _NAME.columns.json next to a result says what each was",
  },
  mapping: {
    type: "string",
    value: "FILE",
    meaning:
      "Name columns as a file in the form of _NAME.columns.json says, instead of --snake-case",
  },
} as const;

/**
 * Returns the name of the result of each file.
 *
 * @throws {UsageError} If the template cannot be used.
 */
export async function resultNames(
  entries: readonly FileEntry[],
  template: string | undefined,
): Promise<Map<FileEntry, string>> {
  if (template === undefined) {
    return new Map(
      entries.map((one) => [one, standardName(one.path) + preparedExtension(one.path)]),
    );
  }
  const { hashEntry, NameTemplate } = await load("files/mod.ts");
  const by = templateOf(NameTemplate, template);
  const names = new Map<FileEntry, string>();
  for (const [at, entry] of entries.entries()) {
    // One that cannot be read will be rejected, so that nothing gets its name.
    const hashed = by.needsHash ? await hashEntry(entry).catch(notRead) : undefined;
    const sha256 = hashed?.sha256 ?? hash("sha256", entry.path);
    names.set(entry, by.nameOf({ ...entry, seq: at + 1, sha256 }));
  }
  return names;
}

function notRead(error: unknown): undefined {
  if (!(error instanceof DataError)) throw error;
}

function templateOf(Template: typeof NameTemplate, text: string): NameTemplate {
  try {
    return new Template(text);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = `Cannot use flag "--name": found "${text}", expected ${cause.message}`;
    throw new UsageError("usage", message, { cause, context: { flag: "--name" } });
  }
}

/** Name of the file that says what columns were called; engines pass over one with an underscore in front. */
export function columnsName(entry: FileEntry, result: string): string {
  if (fileFormat(entry.path)?.json === undefined) {
    return `_${result.slice(0, -".csv.gz".length)}.columns.json`;
  }
  throw new UsageError(
    "usage",
    `Cannot name columns of "${entry.path}": it is JSON, whose records stay as they are`,
    { context: { path: entry.path } },
  );
}

/**
 * Reads a mapping of names; a column that it does not name stays as it is, and of two with one name the first counts.
 *
 * @throws {UsageError} If it is no such file.
 */
export function readMapping(path: string): RenameColumn {
  const names = new Map<string, string>();
  for (const { from, to } of mappingAt(path)) {
    if (from !== null && !names.has(from)) names.set(from, to);
  }
  return (name) => names.get(name) ?? name;
}

function mappingAt(path: string): readonly { readonly from: string | null; readonly to: string }[] {
  try {
    const list = JSON.parse(Deno.readTextFileSync(path));
    if (Array.isArray(list) && list.every(isPair)) return list;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UsageError(
    "usage",
    `Cannot use flag "--mapping": "${path}" is not a JSON list such as [{ "from": "Order ID", "to": "order_id" }]`,
    { context: { flag: "--mapping" } },
  );
}

function isPair(one: unknown): boolean {
  const { from = undefined, to = undefined } = typeof one === "object" && one !== null
    ? one as { readonly from?: unknown; readonly to?: unknown }
    : {};
  return (from === null || typeof from === "string") && typeof to === "string" &&
    /^[^\r\n]+$/.test(to);
}
