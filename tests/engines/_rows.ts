import { join } from "@std/path";
import { gunzipSync } from "node:zlib";
import type { SparkType, StructType } from "../../lib/schema/mod.ts";
import type { Manifest } from "../../lib/lake/mod.ts";

/** A number as it was written, which JSON.parse would round. */
class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Reads JSON, and keeps the digits of numbers. */
export function parseWritten(text: string): unknown {
  return JSON.parse(text, (_, value, context?: { source: string }) => {
    return typeof value === "number" ? new Written(context?.source ?? "") : value;
  });
}

/** Returns a value in the one form that both sides are compared in; what is NULL is left out. */
export function canonical(value: unknown, type: SparkType): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof type === "string") {
    if (type === "string") return textOf(value);
    if (value instanceof Written) {
      return type === "double" ? doubleText(Number(value.text)) : value.text.replace(/\.0+$/, "");
    }
    return type === "timestamp" ? new Date(String(value)).toISOString() : value;
  }
  if (type.type === "array") {
    return (value as unknown[]).map((one) => canonical(one, type.elementType) ?? null);
  }
  const object = value as Record<string, unknown>;
  const typeOf = (name: string) =>
    type.type === "map" ? type.valueType : type.fields.find((field) => field.name === name)?.type;
  return Object.fromEntries(
    Object.keys(object).sort().flatMap((name) => {
      const inner = typeOf(name);
      const found = inner === undefined ? undefined : canonical(object[name], inner);
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

/** The two zeros are two values. */
function doubleText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** What a column of texts holds of a value that is none: engines keep its text. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Written) return value.text;
  return JSON.stringify(value, (_, inner) => inner instanceof Written ? Number(inner.text) : inner);
}

/** Returns rows in the form and order in which they are compared. */
export function comparable(rows: readonly unknown[], schema: StructType): string[] {
  return rows.map((row) => JSON.stringify(canonical(row, schema))).sort();
}

/** What a careful reader finds of a stream, by its manifests alone. */
export interface FoundRows {
  /** Records in the order of publication, with their partition. */
  readonly all: readonly Record<string, unknown>[];
  readonly manifests: readonly Manifest[];
}

/** Reads a stream by README's rule. */
export function readManifests(lake: string, stream: string): FoundRows {
  const folder = join(lake, "raw", stream.replace(".", "/"), "_manifests");
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  const manifests = names.filter((name) => name.endsWith(".json"))
    .map((name): Manifest => JSON.parse(Deno.readTextFileSync(join(folder, name))));
  const current = names.includes("_current")
    ? Deno.readTextFileSync(join(folder, "_current")).trim()
    : undefined;
  const gone = new Set(manifests.flatMap(({ supersedes = [] }) => supersedes));
  const live = manifests.filter(({ run_id, mode }) =>
    !gone.has(run_id) && (mode !== "snapshot" || run_id === current)
  );
  const old = new Set(live.flatMap(({ replaces = [] }) => replaces));
  const shown = live.map((one) => ({
    ...one,
    files: one.files.filter(({ path }) => !old.has(path)),
  }));
  return { manifests, all: shown.flatMap((manifest) => rowsOf(lake, manifest)) };
}

function rowsOf(lake: string, { files, reader, schema }: Manifest): Record<string, unknown>[] {
  return files.flatMap(({ path }) => {
    const text = new TextDecoder().decode(gunzipSync(Deno.readFileSync(join(lake, path))));
    const [, name = "", value] = /\/(dt|snapshot)=([^/]+)\//.exec(path) ?? [];
    const rows = reader.format === "csv"
      ? parseCsv(text, (schema as StructType).fields.map((field) => field.name))
      : text.trimEnd().split("\n").map((line) => parseWritten(line) as Record<string, unknown>);
    return rows.map((row) => name in row ? row : { ...row, [name]: value });
  });
}

/** Reads the CSV of a lake: nothing is null, `""` is an empty text. */
function parseCsv(text: string, columns: readonly string[]): Record<string, unknown>[] {
  const rows: (string | null)[][] = [];
  for (const [, comma, quoted, plain] of text.matchAll(/(^|,|\n)(?:"((?:[^"]|"")*)"|([^,\n]*))/g)) {
    if (comma !== ",") rows.push([]);
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? (plain === "" ? null : plain ?? null));
  }
  return rows.slice(1, text.endsWith("\n") ? -1 : undefined).map((row) =>
    Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null]))
  );
}
