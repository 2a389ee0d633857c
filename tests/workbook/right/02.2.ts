import type { Plan } from "../../../notebooks/exercises/02/02.2_moved_header/stub.ts";

type Planner = (found: readonly string[], expected: readonly string[]) => Plan;

/** String.trim() takes a byte order mark for white space. */
function plainForm(name: string): string {
  return name.trim().toUpperCase();
}

function withMap(found: readonly string[], expected: readonly string[]): Plan {
  const at = new Map<string, number>();
  const faults: string[] = [];
  found.forEach((name, index) => {
    const key = plainForm(name);
    if (at.has(key)) faults.push(`${name} is there twice`);
    else at.set(key, index);
  });
  const take = expected.map((name) => {
    const index = at.get(plainForm(name));
    at.delete(plainForm(name));
    if (index === undefined) faults.push(`${name} is missing`);
    return index ?? -1;
  });
  for (const index of at.values()) faults.push(`${found[index]} is not known`);
  return faults.length === 0 ? { take } : { refuse: faults.join(", ") };
}

function withCounts(found: readonly string[], expected: readonly string[]): Plan {
  const names = found.map(plainForm);
  const counts = expected.map((name) => names.filter((one) => one === plainForm(name)).length);
  const isGood = counts.every((count) => count === 1) && names.length === expected.length;
  if (isGood) return { take: expected.map((name) => names.indexOf(plainForm(name))) };
  return { refuse: `wanted ${expected.join("|")} each once, found ${found.join("|")}` };
}

function withSets(found: readonly string[], expected: readonly string[]): Plan {
  const [left, right] = [new Set(found.map(plainForm)), new Set(expected.map(plainForm))];
  const odd = [...left.symmetricDifference(right)];
  if (odd.length > 0 || left.size < found.length) {
    return { refuse: `${odd.join()} (of ${found.length} columns, ${left.size} names)` };
  }
  const names = [...left];
  return { take: [...right].map((name) => names.indexOf(name)) };
}

function bySorting(found: readonly string[], expected: readonly string[]): Plan {
  const sorted = (names: readonly string[]) =>
    names.map((name, index) => [plainForm(name), index] as const)
      .sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  const [ours, theirs] = [sorted(expected), sorted(found)];
  const keys = (pairs: readonly (readonly [string, number])[]) =>
    pairs.map(([name]) => name).join();
  if (keys(ours) !== keys(theirs)) return { refuse: `${keys(theirs)} for ${keys(ours)}` };
  const take = new Array<number>(expected.length);
  ours.forEach(([, index], n) => take[index] = theirs[n]?.[1] ?? 0);
  return { take };
}

/** Right solutions of forms that a learner may well choose. */
export const right = {
  "a map that is used up": { planColumns: withMap },
  "counts": { planColumns: withCounts },
  "sets": { planColumns: withSets },
  "sorting both": { planColumns: bySorting },
  "an async function": {
    planColumns: (...args: Parameters<Planner>) => Promise.resolve(withMap(...args)),
  },
  "errors inside": {
    planColumns(found: readonly string[], expected: readonly string[]): Plan {
      try {
        const plan = withCounts(found, expected);
        if ("refuse" in plan) throw new Error(plan.refuse);
        return plan;
      } catch (error) {
        return { refuse: (error as Error).message };
      }
    },
  },
  "a class": {
    planColumns: (found: readonly string[], expected: readonly string[]) =>
      new (class {
        readonly names = found.map(plainForm);
        plan = () => withSets(this.names, expected);
      })().plan(),
  },
  "more in the answer": {
    planColumns: (found: readonly string[], expected: readonly string[]) => {
      const plan = withMap(found, expected);
      return "take" in plan ? { ...plan, columns: expected.length } : { ...plan, found };
    },
  },
};
