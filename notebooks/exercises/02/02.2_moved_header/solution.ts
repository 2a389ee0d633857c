/**
 * A CSV has no types and no keys; its header is the only contract there is. So the header is either bound completely or
 * not at all. Everything in between produces rows that look right.
 *
 * Reordering is safe because it loses nothing: each name has exactly one place. The moment that a name is missing, extra or
 * there twice, somebody has to choose, and a loader that chooses is a loader that invents data. It refuses instead, and
 * says everything that is wrong at once, since a vendor who gets one complaint a day needs a week.
 *
 * Capitals and blanks are forgiven, as SQL engines do not tell such names apart either. That has a price: two columns that
 * differ only in capitals count as one name twice, and Spark would refuse to read them anyway.
 *
 * The mark is three bytes that an editor on Windows leaves at the start of a file. It is invisible, and it makes the
 * first column's name another one; that is the whole trick behind "column id not found".
 *
 * @module
 */
/** For each expected column its index in the file, or why there is none. */
export type Plan = { readonly take: readonly number[] } | { readonly refuse: string };

/** Binds the columns of a file to those of its stream, by name. */
export function planColumns(found: readonly string[], expected: readonly string[]): Plan {
  const names = found.map(form);
  const wanted = expected.map(form);
  const faults = [
    ...list("missing", expected.filter((_, n) => !names.includes(wanted[n] ?? ""))),
    ...list("unknown", found.filter((_, n) => !wanted.includes(names[n] ?? ""))),
    ...list("twice", found.filter((_, n) => names.indexOf(names[n] ?? "") !== n)),
  ];
  if (faults.length > 0) return { refuse: faults.join("; ") };
  return { take: wanted.map((name) => names.indexOf(name)) };
}

function form(name: string): string {
  return name.replace(/^\ufeff/, "").trim().toLowerCase();
}

function list(fault: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${fault}: ${names.join(", ")}`];
}
