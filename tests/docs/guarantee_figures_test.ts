import { assertStringIncludes } from "@std/assert";
import { MUTANTS } from "../../tools/mutants/catalogue.ts";
import { granted } from "../_granted.ts";
import { DISK_ERRORS, HTTP_FAULTS, LOSSES } from "../simulation/_scenario.ts";

/** How often each comes, the most frequent first. */
function tally(items: readonly string[]): string {
  const counts = Object.entries(Object.groupBy(items, (item) => item))
    .map(([name, all = []]) => [name, all.length] as const)
    .sort(([, a], [, b]) => b - a);
  return counts.map(([name, count]) => `${name} ${count}`).join(", ");
}

/** What GUARANTEES.md says in figures. */
function figures(): string {
  const kinds = MUTANTS.map(({ kind }) => kind);
  const tests = new Set(MUTANTS.map(({ test }) => test));
  return [
    `| small slips, each noticed by a named test | ${MUTANTS.length}: ${tally(kinds)} |`,
    `| files with such tests | ${tests.size} |`,
    `| answers that lie or fail | ${HTTP_FAULTS.length}: ${HTTP_FAULTS.join(", ")} |`,
    `| errors of a disk | ${DISK_ERRORS.length}: ${DISK_ERRORS.join(", ")} |`,
    `| what is lost, altered or mixed up between two runs | ${LOSSES.length}: ${
      LOSSES.join(", ")
    } |`,
  ].join("\n");
}

Deno.test({
  name: "the figures of GUARANTEES.md are those of the catalogue and of the simulation",
  ignore: !granted("read"),
  async fn() {
    const text = await Deno.readTextFile("GUARANTEES.md");
    const plain = text.replaceAll(/ +\|/g, " |").replaceAll(/\| +/g, "| ");
    assertStringIncludes(plain, figures(), "paste the second into GUARANTEES.md, and deno fmt");
  },
});
