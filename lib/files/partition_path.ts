const NULL_VALUE = "__HIVE_DEFAULT_PARTITION__";
// deno-lint-ignore no-control-regex
const ESCAPED = /[\x00-\x1f\x7f"#%'*/:=?\\{[\]^]/g;
const ESCAPE = /%([0-9A-Fa-f]{2})/g;

/** Name and value of one partition column; `null` and `""` are both Hive's null. */
export type PartitionValue = readonly [name: string, value: string | null];

/**
 * Returns the folder of a partition, escaped as Spark writes and reads it
 * (`org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils`).
 *
 * Spark infers the types of values: `month=08` becomes 8. ISO dates stay what they are.
 *
 * @param values Outermost first.
 * @throws {RangeError} If a name is empty, or Spark would pass over the folder without saying so.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(partitionPath([["dt", "2026-11-21"], ["kind", "a/b"]]), "dt=2026-11-21/kind=a%2Fb");
 * ```
 */
export function partitionPath(values: readonly PartitionValue[]): string {
  return values.map(([name, value]) => {
    if (name === "") throw new RangeError("Cannot build partition path: a column name is empty");
    const folder = `${escape(name)}=${value === null || value === "" ? NULL_VALUE : escape(value)}`;
    // InMemoryFileIndex.shouldFilterOutPathName
    if (!folder.startsWith(".") && !folder.endsWith("._COPYING_")) return folder;
    throw new RangeError(`Cannot build partition path: Spark passes over "${folder}"`);
  }).join("/");
}

/**
 * Reads a partition folder back, the inverse of {@linkcode partitionPath}.
 *
 * @param path Folders of the form `name=value`; others are passed over, as Spark does above the first partition.
 */
export function parsePartitionPath(path: string): PartitionValue[] {
  const values: PartitionValue[] = [];
  for (const folder of path.split("/")) {
    const equals = folder.indexOf("=");
    if (equals <= 0) continue;
    const value = folder.slice(equals + 1);
    const name = unescape(folder.slice(0, equals));
    values.push([name, value === NULL_VALUE ? null : unescape(value)]);
  }
  return values;
}

function escape(text: string): string {
  return text.replace(ESCAPED, (char) => {
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}

function unescape(text: string): string {
  return text.replace(ESCAPE, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
