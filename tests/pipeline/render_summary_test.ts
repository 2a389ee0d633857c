import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { SuspendedError } from "../../lib/errors/mod.ts";
import { renderSummary, type RunSummary } from "../../lib/pipeline/mod.ts";
import { createStyle } from "../../lib/terminal/mod.ts";
import { items, worldTest } from "./_world.ts";

function rendered(summary: RunSummary): string {
  const style = createStyle({ color: false });
  const command = (words: string) => `headwaters pipeline ${words}`;
  return renderSummary(summary, { style, cwd: "/", width: 80, command });
}

const SOURCES = (url: string) => `
sources:
  - name: shop
    type: api
    base_url: ${url}
    retry: { limit: 0 }
    streams:
      - { name: items, path: /items, pagination: { type: link } }
      - { name: more, path: /items, pagination: { type: link } }
  - name: other
    type: api
    base_url: ${url}
    retry: { limit: 0 }
    streams:
      - { name: items, path: /slow, pagination: { type: none } }
`;

worldTest("renderSummary() says of a stop what was begun and what is published", async (world) => {
  const stop = new AbortController();
  const reason = new SuspendedError("suspended-signal", "Cannot finish: SIGINT asked it to stop");
  world.answer = ({ pathname, searchParams }) => {
    if (searchParams.has("page")) stop.abort(reason);
    else if (pathname === "/items") {
      return Response.json(items(4), { headers: { link: '</items?page=2>; rel="next"' } });
    }
    return new Response(new ReadableStream());
  };
  const summary = await world.run({
    edit: (yaml) => {
      const [, url = ""] = /base_url: (\S+)/.exec(yaml) ?? [];
      return yaml.slice(0, yaml.indexOf("\nsources:")) + SOURCES(url);
    },
    signal: stop.signal,
  });
  assertEquals(summary.exit_code, 75);
  const text = rendered(summary);
  assertMatch(text, /shop\.items .+ suspended \(suspended-signal\), not published yet\n/);
  assertMatch(text, /shop\.more .+ not begun\n/);
  assertEquals(text.split("SIGINT asked it to stop").length - 1, 1, text);
  assertStringIncludes(text, "shop.items, other.items: Cannot finish");
});
