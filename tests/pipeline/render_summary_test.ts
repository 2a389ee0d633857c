import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import { PROJECT_ROOT } from "../../lib/io/mod.ts";
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
    /next +headwaters audit files --rejected -a \S+audit\.db\n +why files were rejected\n/,
  );
  assert(!text.includes("pipeline replay"), "files come in by the next run");
  const tooLong = (line: string) => line.length > 80 && !line.includes(" headwaters ");
  assertEquals(text.split("\n").filter(tooLong), [], "a command is not wrapped");
  const style = createStyle({ color: false });
  const audit = join(world.folder, "audit.db");
  const status = statusOf(audit, {
    style,
    width: 80,
    json: false,
    cwd: "/",
    command: (words) => `headwaters ${words}`,
  });
  assertStringIncludes(status, "files: 1 published, 1 rejected");
  for (const [list, what] of [["files --rejected", "file"], ["rejects", "record"]]) {
    const line = `headwaters audit ${list} -a ${audit.slice(1)}   why ${what}s were rejected`;
    assertStringIncludes(status, line);
  }
  assertStringIncludes(text, "a.csv line 3: expected 2 columns");
  assertEquals(status.split("\n").filter(tooLong), []);
  {
    using db = openAudit(audit);
    db.run("UPDATE streams SET reasons = ?", ['["Make it again by headwaters audit rebuild"]']);
  }
  const command = (words: string) => words;
  const inProject = { style, width: 80, json: false, cwd: PROJECT_ROOT, command };
  assertStringIncludes(statusOf(audit, inProject), "by deno task headwaters audit rebuild");
});

worldTest(
  "a resumed run says what it does not read again, and how that is read meanwhile",
  async (world) => {
    world.answer = () => new Response("", { status: 500 });
    world.drop("a.csv", "id\n1\n");
    const first = await world.run();
    assertEquals(first.streams.filter((one) => one.earlier_attempt), []);
    world.drop("b.csv", "id\n2\n");
    const second = await world.run();
    assertEquals([second.run_id, second.exit_code], [first.run_id, 1]);
    assertEquals(second.totals.retries, 0, "none of the two requests is a retry");
    assertEquals(world.rows("vendor.vendor"), ["1"]);
    const earlier = second.streams.filter((one) => one.earlier_attempt);
    assertEquals(earlier.map(({ source }) => source), ["vendor"]);
    const style = createStyle({ color: false });
    const status = statusOf(join(world.folder, "audit.db"), {
      style,
      width: 80,
      json: false,
      cwd: world.folder,
      command: (words) => `headwaters ${words}`,
    });
    for (const text of [rendered(second), status]) {
      assertMatch(text, /not\s+read\s+(them )?again: vendor\.vendor; until it has\s+ended/);
      assertMatch(
        text.replace(/\s+/g, " "),
        /"headwaters pipeline run --exclude shop\.items" reads/,
      );
    }
    // That is true: what is new is taken in, and the run goes on all the same.
    const selected = ["vendor.vendor"];
    assertEquals((await world.run({ selected })).exit_code, 0);
    assertEquals(world.rows("vendor.vendor"), ["1", "2"]);
    world.answer = undefined;
    world.items = items(1);
    const last = await world.run();
    assertEquals([last.run_id, last.exit_code], [first.run_id, 0]);
    assertEquals(world.rows("shop.items").length, 1);
  },
);

worldTest("what is written and not published is called so", async (world) => {
  const edit = (yaml: string) =>
    yaml.replace("primary_key: [id]", "primary_key: [id]\n        contract: freeze");
  world.items = items(1);
  await world.run({ edit });
  world.items = [{ id: 1, price: 2 }];
  const summary = await world.run({ edit });
  assertEquals([summary.totals.written, summary.totals.unpublished], [1, 1]);
  assertMatch(rendered(summary), /shop\.items .+ \(contract-broken\), not published\n/);
  const style = createStyle({ color: false });
  const status = statusOf(join(world.folder, "audit.db"), {
    style,
    width: 100,
    json: false,
    cwd: world.folder,
    command: (words) => `headwaters ${words}`,
  });
  assertMatch(status, /shop\.items .+ 1, not published/);
});

worldTest(
  "a stream that is over its tolerance is called partial, with what it read",
  async (world) => {
    world.items = [{ id: 1 }, 2];
    world.drop("a.csv", "id,v\n1,1\n2\n");
    const text = rendered(await world.run());
    assertMatch(text, /shop\.items .+ partial: /);
    assertMatch(text, /vendor\.vendor .+ partial, files: 1 published/);
    world.items = [{ id: 1 }];
    world.drop("a.csv", "id,v\n1,1\n");
    for (let night = 0; night < 2; night++) await world.run();
    const style = createStyle({ color: false });
    const status = statusOf(join(world.folder, "audit.db"), {
      style,
      width: 80,
      json: false,
      cwd: world.folder,
      command: (words) => `headwaters ${words}`,
    });
    assertMatch(status, /unchanged/);
  },
);
