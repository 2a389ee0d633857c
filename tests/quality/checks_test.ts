import { assert, assertEquals } from "@std/assert";
import { type Check, type PrivacyRules, RecordChecks } from "../../lib/quality/mod.ts";

const NOW = Date.parse("2026-11-26T02:00:00Z");

function breaks(check: Omit<Check, "column" | "severity">, value: unknown, record = {}): boolean {
  const checks = new RecordChecks([{ column: ["a"], severity: "reject", ...check }], { now: NOW });
  return checks.violations({ ...record, a: value }).length > 0;
}

Deno.test("RecordChecks tells a value that fits from one that does not, rule by rule", () => {
  const table: readonly [Omit<Check, "column" | "severity">, unknown, unknown][] = [
    [{ required: true }, "", null],
    [{ type: "integer" }, 3, 3.5],
    [{ type: "list" }, [1], { 0: 1 }],
    [{ type: "string" }, "3", 3],
    [{ min: 0 }, 0, -1],
    [{ min: 0 }, 1, "1"],
    [{ max: "2026-12-31" }, "2026-12-31", "2027-01-01"],
    [{ pattern: "[A-Z]{2}" }, "DE", "DEU"],
    [{ pattern: "a|b" }, "b", "ab"],
    [{ format: "email" }, "a@b.example", "a@b"],
    [{ format: "date" }, "2024-02-29", "2026-02-29"],
    [{ format: "timestamp" }, "2026-11-26T02:00:00Z", "2026-11-26T25:00:00Z"],
    [{ format: "uuid" }, "0190c0de-0000-7000-8000-000000000000", "0190c0de"],
    [{ format: "url" }, "https://a.example/b", "ftp://a.example"],
    [{ one_of: ["a", 1] }, 1, "1"],
  ];
  for (const [rule, good, bad] of table) {
    assert(!breaks(rule, good), `${JSON.stringify(rule)} ${good}`);
    assert(breaks(rule, bad), `${JSON.stringify(rule)} ${bad}`);
  }
});

Deno.test("RecordChecks leaves a missing value to required", () => {
  assert(!breaks({ type: "integer", min: 3, format: "email" }, null));
  assert(!breaks({ at_least: ["b"] }, 3));
});

Deno.test("RecordChecks compares two columns of one record", () => {
  assert(!breaks({ at_least: ["b"] }, "2026-01-02", { b: "2026-01-02" }));
  assert(breaks({ at_least: ["b"] }, "2026-01-01", { b: "2026-01-02" }));
  assert(breaks({ at_least: ["b"] }, 9, { b: 10 }));
});

Deno.test("RecordChecks never says the value", () => {
  const checks = new RecordChecks([
    { column: ["a"], severity: "reject", format: "email", one_of: ["x"], pattern: "x", min: "z" },
  ]);
  const found = checks.violations({ a: "geheim-4711" });
  assertEquals(found.map(({ tally }) => tally.rule), ["min", "pattern", "format", "one_of"]);
  checks.count(found);
  assert(!JSON.stringify([found, checks.tallies]).includes("4711"));
});

Deno.test("RecordChecks counts each value once for unique, and those that were written alone", () => {
  const checks = new RecordChecks([{ column: ["a"], severity: "warn", unique: true }]);
  for (const a of ["x", "y", "x", 1, "1", null, null]) {
    checks.count(checks.violations({ a }));
    checks.keep({ a });
  }
  assertEquals(checks.violations({ a: "never kept" }), []);
  assertEquals(checks.tallies.map(({ violations }) => violations), [1]);
});

Deno.test("RecordChecks takes the newest value for max_age, and none from the future", () => {
  const check = { column: ["a"], severity: "fail", max_age: 3_600_000 } as const;
  const violations = (values: readonly string[], before: string | null = null) => {
    const checks = new RecordChecks([check], { now: NOW });
    for (const a of values) checks.keep({ a });
    checks.end(() => before);
    return checks.tallies[0]?.violations;
  };
  assertEquals(violations(["2026-11-25T00:00:00Z", "2026-11-26T01:30:00Z"]), 0);
  assertEquals(violations(["2026-11-26T00:30:00Z"]), 1);
  assertEquals(violations(["2099-01-01T00:00:00Z"]), 1);
  assertEquals(violations([]), 1);
  assertEquals(violations([], "2026-11-26T01:30:00.000Z"), 0);
});

Deno.test("RecordChecks says of what may not be kept neither its kind nor its length", () => {
  const check = { column: ["a"], severity: "reject", format: "email" } as const;
  const message = (privacy: PrivacyRules) =>
    new RecordChecks([check], { privacy }).violations({ a: "Ann Lee" })[0]?.message;
  const expected = '"a" breaks format: expected an email address';
  assertEquals(message({}), `${expected}, found a text of length 7`);
  assertEquals(message({ mask: [["a", "b"]] }), expected);
  assertEquals(message({ drop: [["A "]] }), expected);
  assertEquals(message({ drop: [["b"]] }), `${expected}, found a text of length 7`);
});

Deno.test("RecordChecks knows what came before by the hash that is kept", () => {
  const privacy = { hash: { columns: [["a"]], salt: "s" } };
  const check = { column: ["a"], severity: "warn", unique: true } as const;
  const checks = new RecordChecks([check], { privacy });
  checks.keep({ a: "hash" });
  assertEquals(checks.violations({ a: "sent" }, { kept: { a: "hash" } }).length, 1);
  assertEquals(checks.violations({ a: "hash" }, { kept: { a: "other" } }).length, 0);
});

Deno.test("RecordChecks judges a reject by what is left of it, and by the column that it broke", () => {
  const privacy = { drop: [["d"]], mask: [["m"]] };
  const checks = new RecordChecks([
    { column: ["n"], severity: "reject", min: 0 },
    { column: ["m"], severity: "reject", required: true, pattern: "A" },
    { column: ["d"], severity: "reject", required: true },
  ], { privacy });
  const fields = (value: object, field?: string, kept = value) =>
    checks.violations(value, { kept, reject: { field } }).map((one) => one.field);
  assertEquals(checks.violations({ n: -1, m: "B", d: 1 })[0]?.field, "m");
  assertEquals(fields({ n: 1, m: "***" }), []);
  assertEquals(fields({ n: -1, m: "***" }), ["n"]);
  assertEquals(fields({ n: 1, m: "***" }, "d"), ["d"]);
  assertEquals(fields({ n: 1 }), ["m"]);
  // Rejected before there was privacy: it is all there.
  assertEquals(fields({ n: 1, m: "B" }, undefined, { n: 1, m: "***" }), ["m"]);
});
