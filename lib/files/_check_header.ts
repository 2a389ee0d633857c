import type { FindingReport } from "./findings.ts";

/** Reports `file-header` if the header differs, saying what is missing, unknown or in another order. */
export function checkHeader(
  report: FindingReport,
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
    faults.push(found.length === expected.length ? "another order" : "a name appears twice");
  }
  report.file(
    "file-header",
    `header is ${list(found)}, expected ${list(expected)} (${faults.join("; ")})`,
  );
}

function list(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(", ");
}
