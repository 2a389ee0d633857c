import { DataError } from "../../errors/mod.ts";
import type { FileEntry } from "../../files/mod.ts";
import type { RecordChecks, Violation } from "../../quality/mod.ts";

/** Returns what looks at each row, and counts what it finds. */
export function inspectBy(
  checks: RecordChecks,
): (values: Record<string, unknown>, kept?: Record<string, unknown>) => Violation | undefined {
  return (values, kept = values) => {
    const violations = checks.violations(values, { kept });
    checks.count(violations);
    const [first] = violations;
    if (first?.tally.severity === "reject") return first;
    checks.keep(kept);
    return undefined;
  };
}

/** Rejects a file of which more rows break a check of severity `fail` than may be rejected. */
export function failBy(
  { tallies }: RecordChecks,
  about: { readonly entry: FileEntry; readonly read: number; readonly allowed: number },
): void {
  const { entry, read, allowed } = about;
  for (const { severity, violations, field, rule } of tallies) {
    if (severity !== "fail" || violations <= read * allowed) continue;
    throw new DataError(
      "check-failed",
      `Cannot take in "${entry.path}": ${violations} of its ${read} rows break ${rule} of "${field}"`,
    );
  }
}
