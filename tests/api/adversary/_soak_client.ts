/**
 * The soak's client, in a process of its own: reads the stream and checks every record's own text.
 *
 * Arguments: the server's URL. Prints one line of JSON, a {@linkcode SoakReport}.
 *
 * @module
 */
import type { StreamEnd } from "../../../lib/api/mod.ts";
import { hunted } from "./_outcome.ts";
import { recordText } from "./_soak_records.ts";

/** Pages between two looks at the memory, each of which takes milliseconds. */
const LOOK_EVERY = 50;

/** What the soak came to. */
export interface SoakReport {
  /** How many records were handed over. */
  readonly records: number;
  /** The number of the first record that was not the one due, or 0. */
  readonly wrongAt: number;
  readonly pages: number;
  /** Attempts beyond the first of each page. */
  readonly retries: number;
  readonly end: StreamEnd;
  /** Peak resident memory, looked at every 50 pages, in bytes; `maxRSS` would count the parent's too. */
  readonly peak: number;
}

async function soak(url: string): Promise<SoakReport> {
  // The clock is a virtual one, so that waits take no time; what is waited for is another test's matter.
  await using client = hunted(url, { retry: { limit: 5 } }).client;
  const pages = client.pages({
    path: "/items",
    records: "items",
    pagination: { type: "cursor", param: "cursor", path: "meta.next", total: "meta.total" },
  });
  const decoder = new TextDecoder();
  let records = 0;
  let wrongAt = 0;
  let read = 0;
  let retries = 0;
  let peak = 0;
  for (;;) {
    const step = await pages.next();
    if (step.done) {
      return { records, wrongAt, pages: read, retries, end: step.value, peak };
    }
    read++;
    retries += step.value.attempts - 1;
    if (read % LOOK_EVERY === 0) peak = Math.max(peak, Deno.memoryUsage().rss);
    for (const { bytes } of step.value.records) {
      records++;
      if (decoder.decode(bytes) !== recordText(records)) wrongAt ||= records;
    }
  }
}

if (import.meta.main) console.log(JSON.stringify(await soak(Deno.args[0] ?? "")));
