/** A record of about 135 bytes; `######` stands for its page, `****` for its place there. */
const RECORD =
  '{"id":"######-****","time":"2026-11-03T08:15:02.114Z","mag":4.70,"place":"18 km NNE of Ridgecrest, CA","tags":["a","b"],"felt":null}';

/**
 * Serves a listing by numbered pages, each with its own records and with a declared total; after the last an empty page.
 *
 * A page costs one copy and a few patched digits, so that the server is no bottleneck.
 */
export function servePages(
  listing: { readonly records: number; readonly pages: number },
): Deno.HttpServer<Deno.NetAddr> {
  const rows = Array.from(
    { length: listing.records },
    (_, place) => RECORD.replace("****", String(place).padStart(4, "0")),
  );
  const total = listing.records * listing.pages;
  const text = `{"meta":{"total":${total}},"data":[${rows.join(",")}]}`;
  const template = new TextEncoder().encode(text);
  const end = `{"meta":{"total":${total}},"data":[]}`;
  const places = [...text.matchAll(/######/g)].map(({ index }) => index);
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const page = new URL(request.url).searchParams.get("page") ?? "1";
    const headers = { "content-type": "application/json" };
    if (Number(page) > listing.pages) return new Response(end, { headers });
    const digits = new TextEncoder().encode(page.padStart(6, "0"));
    const body = template.slice();
    for (const place of places) body.set(digits, place);
    return new Response(body, { headers });
  });
}
