/**
 * The soak without a client, in a process of its own: what one would write with `fetch` alone, as a measure of how much
 * the runtime's heap grows by itself.
 *
 * Arguments: the server's URL. Prints one line of JSON, a {@linkcode BareReport}.
 *
 * @module
 */
/** Pages between two looks at the memory, as in the soak's client. */
const LOOK_EVERY = 50;

/** What the loop came to. */
export interface BareReport {
  readonly records: number;
  /** Peak resident memory, looked at every 50 pages, in bytes. */
  readonly peak: number;
}

interface Body {
  readonly items: readonly unknown[];
  readonly meta: { readonly next: string | null };
}

async function soak(url: string): Promise<BareReport> {
  let [records, peak] = [0, 0];
  let cursor: string | null = "1";
  for (let page = 1; cursor !== null; page++) {
    const { items, meta } = await bodyOf(`${url}/items?cursor=${cursor}`);
    records += items.length;
    cursor = meta.next;
    if (page % LOOK_EVERY === 0) peak = Math.max(peak, Deno.memoryUsage().rss);
  }
  return { records, peak };
}

/** Asks at once again until the answer is a page. */
async function bodyOf(url: string): Promise<Body> {
  for (;;) {
    try {
      const body = JSON.parse(await (await fetch(url)).text());
      if (Array.isArray(body.items)) return body;
    } catch {
      // One of the seeded faults.
    }
  }
}

if (import.meta.main) console.log(JSON.stringify(await soak(Deno.args[0] ?? "")));
