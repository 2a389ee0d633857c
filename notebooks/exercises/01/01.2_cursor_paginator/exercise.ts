import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "01.2",
  title: "A paginator that survives a crash",
  kind: "core",
  minutes: 35,
  trains:
    "page through an API so that a crash at any moment loses nothing and repeats no more than one page",
  forbidden: ["lib/api", "lib/pipeline"],
  network: true,
  hints: [
    "Between two writes there is always a moment when only the first has happened. Of the two possible halves, data " +
    "without its cursor and a cursor without its data, one can be repaired by doing the page again. Which?",
    "Ask the store first: load() says where the run before you stopped, and that it finished when next is null. " +
    "Name a page by what does not change when it is read again; a counter that begins at 1 in every run does change.",
    "let next = await store.load() ... ; then a loop: fetch with the cursor as a query parameter (URLSearchParams writes it " +
    "as it must be), throw unless response.status is 200, await store.writePage(name, items), await store.save({ next: body.next }), " +
    "yield the page, stop when body.next is null.",
  ],
} as const satisfies ExerciseSpec;
