import { ApiClient, type BodyFormat } from "../../lib/api/mod.ts";

/** Reads one large page in a process of its own: `url folder format`. Prints what it saw and its peak memory. */
if (import.meta.main) {
  const [url = "", folder = "", format = "json"] = Deno.args;
  await using client = new ApiClient({ baseUrl: url, spool: { folder }, timeout: 60_000 });
  const stream = { path: "/", records: "data", format: format as BodyFormat };
  let [records, bytes, sum, peakBytes] = [0, 0, 0, 0];
  // Not `maxRSS`: a child's begins with the peak of the process that started it.
  const look = () => peakBytes = Math.max(peakBytes, Deno.memoryUsage().rss);
  const timer = setInterval(look, 50);
  for await (const page of client.pages(stream)) {
    for (const record of page.records) {
      if (++records % 20_000 === 0) look();
      sum += Number((record.value as { id: unknown }).id);
    }
    bytes += page.bytes;
  }
  clearInterval(timer);
  console.log(JSON.stringify({ records, bytes, sum, peakBytes }));
}
