/** Returns the address of another page of the same listing; the other parameters stay. */
export function pageUrl(url: URL, param: string, page: number): string {
  const other = new URL(url);
  other.searchParams.set(param, String(page));
  return other.href;
}

/** Reads a page number or size leniently, as GitHub does: what is no number counts as absent. */
export function lenientCount(text: string | null, absent: number): number {
  const value = /^\d{1,9}$/.test(text ?? "") ? Number(text) : 0;
  return value >= 1 ? value : absent;
}
