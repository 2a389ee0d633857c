const EXTENSION = /(\.[a-z0-9]{1,8})?\.(gz|gzip|zst|bz2|zip)$|\.[a-z][a-z0-9]{0,7}$/i;

/** Returns what a name says about its format, `.csv` or `.csv.gz`, as written; "" if it says nothing. */
export function extensionOf(name: string): string {
  return EXTENSION.exec(name)?.[0] ?? "";
}
