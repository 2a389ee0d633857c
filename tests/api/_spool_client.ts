import process from "node:process";
import { ApiClient, type BodyFormat } from "../../lib/api/mod.ts";

/** Reads one large page in a process of its own: `url folder format`. Prints what it saw and its peak memory. */
if (import.meta.main) {
  const [url = "", folder = "", format = "json"] = Deno.args;
  await using client = new ApiClient({ baseUrl: url, spool: { folder }, timeout: 60_000 });
  const stream = { path: "/", records: "data", format: format as BodyFormat };
  let [records, bytes, sum] = [0, 0, 0];
  for await (const page of client.pages(stream)) {
    for (const record of page.records) {
      records++;
      sum += Number((record.value as { id: unknown }).id);
    }
    bytes += page.bytes;
  }
  const maxRssBytes = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ records, bytes, sum, maxRssBytes }));
}
