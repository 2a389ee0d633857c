import { servePages } from "./_bench_pages.ts";

/** Serves the benchmark's pages from a process of its own; prints its address and ends with its standard input. */
if (import.meta.main) {
  const server = servePages({ records: Number(Deno.args[0]), pages: Number(Deno.args[1]) });
  console.log(`http://127.0.0.1:${server.addr.port}`);
  for await (const _ of Deno.stdin.readable) { /* until the parent closes it */ }
  await server.shutdown();
}
