import { DataError } from "../errors/mod.ts";

/**
 * Compares a header with what it must be, position by position.
 *
 * @throws {DataError} `file-header`, saying what is missing, unknown or in another order.
 */
export function checkHeader(
  path: string,
  found: readonly string[],
  expected: readonly string[],
): void {
  if (found.length === expected.length && found.every((name, i) => name === expected[i])) return;
  const missing = expected.filter((name) => !found.includes(name));
  const unknown = found.filter((name) => !expected.includes(name));
  const faults = [
    ...(missing.length > 0 ? [`missing ${list(missing)}`] : []),
    ...(unknown.length > 0 ? [`unknown ${list(unknown)}`] : []),
  ];
  if (faults.length === 0) {
    faults.push(found.length === expected.length ? "another order" : "a name stands twice");
  }
  throw new DataError(
    "file-header",
    `Cannot prepare "${path}": header is ${list(found)}, expected ${list(expected)} (${
      faults.join("; ")
    })`,
    { context: { path, found, expected } },
  );
}

function list(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(", ");
}
