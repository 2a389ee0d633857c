import type { RejectCode } from "../../lib/errors/mod.ts";
import { partitionPath, standardName } from "../../lib/files/mod.ts";

/** Facts about a file before anything is decided. */
export interface IntakeFacts {
  readonly name: string;
  /** Its first line, without the line end; `undefined` for an empty file. */
  readonly header: string | undefined;
  /** Hex sha256 of its content. */
  readonly sha256: string;
}

/** The rules of a decision. */
export interface IntakeRules {
  readonly header: string;
  /** Contents taken in before, by sha256. */
  readonly known: ReadonlySet<string>;
  /** ISO date of the partition. */
  readonly date: string;
}

/** How to treat a file. */
export type IntakeDecision =
  | { readonly act: "take"; readonly target: string }
  | { readonly act: "skip"; readonly reason: "duplicate" }
  | { readonly act: "reject"; readonly code: RejectCode; readonly reason: string };

/**
 * Decides about a vendor's file, and does nothing: no disk, no clock, no guess.
 *
 * What goes in is named, what comes out says why. Reading and writing are at the edge, in a function that
 * decides nothing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const rules = { header: "date,wind", known: new Set<string>(), date: "2026-11-21" };
 * const facts = { name: "Wind 2015.csv", header: "date,wind", sha256: "0123456789" };
 * assertEquals(decideIntake(facts, rules), {
 *   act: "take",
 *   target: "dt=2026-11-21/wind_2015-01234567.csv",
 * });
 * ```
 */
export function decideIntake(facts: IntakeFacts, rules: IntakeRules): IntakeDecision {
  if (facts.header === undefined) {
    return { act: "reject", code: "file-empty", reason: "it has no rows" };
  }
  if (rules.known.has(facts.sha256)) return { act: "skip", reason: "duplicate" };
  if (facts.header !== rules.header) {
    const reason = `expected the header "${rules.header}", found "${facts.header}"`;
    return { act: "reject", code: "file-header", reason };
  }
  const folder = partitionPath([["dt", rules.date]]);
  const target = `${folder}/${standardName(facts.name)}-${facts.sha256.slice(0, 8)}.csv`;
  return { act: "take", target };
}
