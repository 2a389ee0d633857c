import type { Page, Verdict } from "../../../notebooks/exercises/01/01.5_lying_total/stub.ts";
import type { Subject } from "../../../notebooks/exercises/01/01.5_lying_total/check.ts";

function counted(pages: readonly Page[]): number {
  const seen: Record<number, true> = {};
  for (const { items } of pages) for (const { id } of items) seen[id] = true;
  return Object.keys(seen).length;
}

function byLoop(pages: readonly Page[]): Verdict {
  if (!pages.length) return "more";
  let verdict: Verdict = "complete";
  const distinct = counted(pages);
  for (const [at, page] of pages.entries()) {
    if (at === pages.length - 1 && page.next) return "more";
    if (page.total !== undefined && page.total !== distinct) verdict = "partial";
  }
  return verdict;
}

class Judge {
  readonly #ids = new Map<number, number>();
  judge(pages: readonly Page[]): Verdict {
    this.#ids.clear();
    for (const { id } of pages.flatMap((page) => page.items)) this.#ids.set(id, 1);
    if ((pages.at(-1)?.next ?? (pages.length === 0 ? "" : null)) !== null) return "more";
    return pages.every(({ total = this.#ids.size }) => total === this.#ids.size)
      ? "complete"
      : "partial";
  }
}

function recursive(
  [first, ...rest]: readonly Page[],
  ids: readonly number[],
  totals: string,
): Verdict {
  if (first === undefined) return "more";
  const all = [...new Set([...ids, ...first.items.map((item) => item.id)])];
  const said = first.total === undefined ? totals : `${totals}${first.total},`;
  if (rest.length > 0) return recursive(rest, all, said);
  if (first.next !== null) return "more";
  return said.split(",").filter(Boolean).every((text) => Number(text) === all.length)
    ? "complete"
    : "partial";
}

/** Unusual solutions that are right. */
export const right: Readonly<Record<string, Subject>> = {
  "a loop over the pages": { judge: byLoop },
  "a class": { judge: (pages) => new Judge().judge(pages) },
  "recursion": { judge: (pages) => recursive(pages, [], "") },
  "one set of totals": {
    judge(pages) {
      const last = pages[pages.length - 1];
      if (!last || typeof last.next === "string") return "more";
      const total = new Set(pages.map((page) => page.total ?? counted(pages)));
      return total.size === 1 && [...total][0] === counted(pages) ? "complete" : "partial";
    },
  },
  "a rest parameter and a switch": {
    judge: function (...[pages]) {
      const { next } = pages.at(-1) ?? { next: "" };
      switch (next) {
        case null:
          return pages.some((page) => "total" in page && page.total !== counted(pages))
            ? "partial"
            : "complete";
        default:
          return "more";
      }
    },
  },
  "the least and the most": {
    judge: (pages) => {
      const goesOn = pages.length === 0 || pages.findLast(() => true)?.next !== null;
      const least = Math.min(...pages.map(({ total }) => total ?? Infinity));
      const most = Math.max(...pages.map(({ total }) => total ?? -Infinity));
      if (goesOn) return "more";
      const n = counted(pages);
      return least === Infinity || least === n && most === n ? "complete" : "partial";
    },
  },
  "one expression": {
    judge: (pages) =>
      pages.length === 0 || pages.at(-1)?.next !== null
        ? "more"
        : JSON.stringify([...new Set(pages.flatMap(({ total }) => total ?? []))]) ===
              JSON.stringify([counted(pages)]) || pages.every(({ total }) => total === undefined)
        ? "complete"
        : "partial",
  },
  "thrown verdicts": {
    judge: (pages) => {
      try {
        if (pages.at(-1)?.next !== null) throw new Error("more");
        pages.forEach(({ total }) => {
          if (total !== undefined && total !== counted(pages)) throw new Error("partial");
        });
        return "complete";
      } catch (verdict) {
        return (verdict as Error).message as Verdict;
      }
    },
  },
};
