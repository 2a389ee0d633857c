/** How each page begins: with who made it. */
export const PAGE_HEAD = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="headwaters pipeline report">
`;

/** Says whether a file is a page of an earlier report: all that is in it is in the audit database, too. */
export function isPage(path: string): boolean {
  try {
    using file = Deno.openSync(path);
    const head = new Uint8Array(PAGE_HEAD.length);
    return file.readSync(head) === head.length && new TextDecoder().decode(head) === PAGE_HEAD;
  } catch {
    return false; // Missing, or not ours to read: writing it says why it cannot be.
  }
}
