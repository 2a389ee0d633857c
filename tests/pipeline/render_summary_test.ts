import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { statusOf } from "../../lib/pipeline/status.ts";
import { SuspendedError } from "../../lib/errors/mod.ts";
import { renderSummary, type RunSummary } from "../../lib/pipeline/mod.ts";
import { createStyle } from "../../lib/terminal/mod.ts";
import { items, worldTest } from "./_world.ts";

function rendered(summary: RunSummary): string {
  const style = createStyle({ color: false });
  const command = (words: string) => `headwaters ${words}`;
  return renderSummary(summary, { style, cwd: "/", width: 80, command });
}

function sourcesAt(url: string): string {
  return `
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
}

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
      return yaml.slice(0, yaml.indexOf("\nsources:")) + sourcesAt(url);
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

worldTest("a partial run says where its rejects are, and where each is listed", async (world) => {
  world.items = items(1);
  world.drop("a.csv", "id,v\n1,1\n2\n");
  world.drop("empty.csv", "");
  const text = rendered(await world.run());
  const lake = join(world.folder, "lake").slice(1);
  assertStringIncludes(text, `Rejected and kept in ${lake}/quarantine\n`);
  assertMatch(
    text,
    /next +headwaters audit files --rejected -a \S+audit\.db\n? +what was rejected; after a fix/,
  );
  const tooLong = (line: string) => line.length > 80 && !line.includes(" headwaters ");
  assertEquals(text.split("\n").filter(tooLong), [], "a command is not wrapped");
  const style = createStyle({ color: false });
  const audit = join(world.folder, "audit.db");
  const status = statusOf(audit, { style, width: 80, json: false, cwd: "/" });
  assertStringIncludes(status, "files: 1 published, 1 rejected");
  for (const [list, what] of [["files --rejected", "file"], ["rejects", "record"]]) {
    const line = `headwaters audit ${list} -a ${audit.slice(1)}   why ${what}s were rejected`;
    assertStringIncludes(status, line);
  }
  assertStringIncludes(text, "a.csv line 3: expected 2 columns");
  assertEquals(status.split("\n").filter(tooLong), []);
});
