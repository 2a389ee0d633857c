import { countOf } from "../../../terminal/mod.ts";
import type { ApiSource, ApiStream } from "./schema.ts";

/** Says for each stream what the certainty of its end depends on: how many requests it costs, and which key saves them. */
export function confirmationCosts(source: ApiSource): string[] {
  return source.streams.flatMap((stream) =>
    costsOf(stream, source.short_page_ends).map((cost) => `${source.name}.${stream.name}: ${cost}`)
  );
}

function costsOf({ pagination, window, short_page_ends, ...stream }: ApiStream, ofSource: boolean) {
  const costs: string[] = [];
  const { type } = pagination;
  const { for_each: parents } = stream;
  if (parents !== undefined) {
    const { stream: parent, values = {} } = parents;
    const count = Object.values(values).reduce((all, list) => all * new Set(list).size, 1);
    costs.push(
      parent === undefined
        ? `${countOf(count, "listing")}, each of 1 request or more`
        : `a listing of 1 request or more for each record of "${parent}"`,
    );
  }
  const each = parents !== undefined
    ? " for each listing"
    : window === undefined
    ? ""
    : " for each window";
  if (type === "none" && !pagination.whole && window === undefined) {
    costs.push("one answer is read; it is not complete if it names a next page or a larger total");
  }
  if (type === "page" || type === "offset") {
    const { total, total_from: count, total_pages: pages, has_more: more } = pagination;
    if (total !== undefined || count !== undefined) {
      costs.push(`1 more request${each} if the last page is full, since a total may be a cap`);
    } else if (more === undefined && pagination.stop === undefined) {
      costs.push(
        pages === undefined
          ? pageCosts(short_page_ends ?? ofSource, pagination.size !== undefined, each)
          : `1 more request${each} if the last page is full, since the number may be too low`,
      );
    }
    if (type === "page" && pagination.start === 1 && total === undefined && count === undefined) {
      costs.push("1 to 3 more requests, to see that there is no page 0; a total saves them");
    }
    if (!stream.repeats) {
      costs.push("all pages again if a record comes twice, the total changes or a run was stopped");
    }
  }
  if (window !== undefined && window.bounds === undefined) {
    costs.push(
      "1 more request for a window that shares records with the one before, and some for the first with records; " +
        "window.bounds saves them",
    );
  }
  return costs;
}

function pageCosts(shortPageEnds: boolean, hasSize: boolean, each: string): string {
  if (!hasSize) {
    return `3 more requests${each}, for two empty pages, the first of them twice; a total saves them`;
  }
  return shortPageEnds
    ? `3 or 4 more requests${each} only if the last page is full`
    : `1 more request${each} after a short page, 3 or 4 after a full one; short_page_ends saves the first`;
}
