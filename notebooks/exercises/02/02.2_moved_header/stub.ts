// deno-lint-ignore-file no-unused-vars
/** For each expected column its index in the file, or why there is none. */
export type Plan = { readonly take: readonly number[] } | { readonly refuse: string };

/** Binds the columns of a file to those of its stream, by name. */
export function planColumns(found: readonly string[], expected: readonly string[]): Plan {
  // TODO(you): when are two names the same, and what must not happen if they are not?
  throw new Error("Not written yet: planColumns() in this file; begin with the names in any order");
}
