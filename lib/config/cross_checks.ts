import type { Problem } from "./problem.ts";
import type { SourceSchema } from "./source_schema.ts";
import { isMapping, type KeyPath } from "./tree.ts";

/**
 * Checks what no single key can show.
 *
 * It reads the tree as written, not the schema's result, so that its problems are reported together with the schema's own.
 */
export function crossChecks(tree: unknown, types: readonly SourceSchema[]): Problem[] {
  const problems: Problem[] = [];
  function report(path: KeyPath, text: string): void {
    problems.push({ path, text, env: false });
  }
  const sources = itemsOf(tree, "sources");
  reportRepeats(sources, "source", ["sources"], report);
  for (const [index, source] of sources.entries()) {
    const type = types.find(({ type }) => type === source["type"]);
    type?.check?.(source, ["sources", index], report);
  }
  return problems;
}

/** Takes a problem: where it is, and what was found and expected. */
export type ReportProblem = (path: KeyPath, text: string) => void;

/** Reports each item of a list that has the name of an earlier one. */
export function reportRepeats(
  items: readonly Record<string, unknown>[],
  what: string,
  path: KeyPath,
  report: ReportProblem,
): void {
  const first = new Map<unknown, number>();
  for (const [index, { name }] of items.entries()) {
    const earlier = first.get(name);
    if (typeof name !== "string") continue;
    if (earlier === undefined) first.set(name, index);
    else {
      report(
        [...path, index, "name"],
        `found ${JSON.stringify(name)}, the name of ${what} ${
          earlier + 1
        } as well; expected another`,
      );
    }
  }
}

/** Returns the mappings of a list, in place; whatever else is there is the schema's business. */
export function itemsOf(tree: unknown, key: string): Record<string, unknown>[] {
  const list = isMapping(tree) ? tree[key] : undefined;
  return Array.isArray(list) ? list.map((item) => isMapping(item) ? item : {}) : [];
}
