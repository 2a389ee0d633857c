import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { SuspendedError } from "../../lib/errors/mod.ts";
import { everyWorldTest, items, type RunOptions, streamOf, worldTest } from "./_world.ts";

/** A page for each record, so that a stop behind the first page comes before the last one is asked for. */
function pageEach(state: { all: { id: string; at: number }[] }) {
  return (url: URL): Response => {
    const since = Number(url.searchParams.get("since") ?? 0);
    const found = state.all.filter(({ at }) => at >= since);
    const place = Number(url.searchParams.get("c") ?? 0);
    const next = place + 1 < found.length ? String(place + 1) : null;
    return Response.json({ data: found.slice(place, place + 1), next });
  };
}

/** Stops a run behind its first page. */
function stopped(): RunOptions {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    observe: (step) => {
      if (step.kind !== "point" || step.name !== "checkpoint:after-commit") return;
      controller.abort(new SuspendedError("suspended-signal", "Cannot finish run: stopped"));
    },
  };
}

function cursor(name: string, more = ""): RunOptions {
  return {
    edit: (yaml) =>
      yaml.replace("name: world", `name: ${name}`)
        .replace(
          "pagination: { type: none }",
          `pagination: { type: cursor, param: c, path: next }\n        records: data${more}`,
        ),
  };
}

const INCREMENTAL =
  "\n        incremental: { field: at, start_param: since, format: epoch_s, lag: 1s }";

everyWorldTest(
  "a run that another one has overtaken is given up, and takes no stream back",
  async (world) => {
    const at = (n: number) => ({ id: `i${n}`, at: 1_700_000_000 + n * 60 });
    const state = { all: [0, 1, 2, 3].map(at) };
    world.answer = pageEach(state);
    const first = await world.run({ ...cursor("d1", INCREMENTAL), ...stopped() });
    assertEquals(first.exit_code, 75);
    state.all.push(at(4), at(5));
    const other = await world.run(cursor("d2", INCREMENTAL));
    assertEquals([other.exit_code, other.totals.written], [0, 6]);
    state.all = state.all.slice(0, 5);
    const late = await world.run(cursor("d1", INCREMENTAL));
    assert(late.run_id !== first.run_id);
    assertEquals([late.exit_code, late.totals.written], [0, 0]);
    assertEquals((await world.run(cursor("d2", INCREMENTAL))).totals.written, 0);
    const ids = world.rows("shop.items").map((line) => JSON.parse(line).id);
    assertEquals(ids.toSorted(), ["i0", "i1", "i2", "i3", "i4", "i5"]);
  },
);

worldTest("a run does not go on with the other value of a variable", async (world) => {
  const state = { all: items(4).map((item) => ({ ...item, at: 0 })) };
  world.answer = pageEach(state);
  const run = async (region: string, options: RunOptions = {}) =>
    await world.run({
      ...options,
      ...cursor("one", '\n        params: { region: "${REGION}" }'),
      env: (name) => name === "REGION" ? region : undefined,
    });
  const europe = await run("europe-west", stopped());
  assertEquals(europe.exit_code, 75);
  const america = await run("america-east");
  assert(america.run_id !== europe.run_id);
  assertEquals(america.exit_code, 0);
});

worldTest("a run does not go on with a module that was changed", async (world) => {
  const path = join(world.folder, "mine.ts");
  const edit = (yaml: string) =>
    `${
      yaml.slice(0, yaml.indexOf("sources:"))
    }sources: [{ name: mine, type: module, module: mine.ts }]\n`;
  const write = (last: string) =>
    Deno.writeTextFileSync(
      path,
      `export default { describe: () => ({ streams: [{ name: "rows" }] }), async *read() {
        yield { records: [{ n: 1 }], position: 1 }; ${last} } };`,
    );
  write('throw new Error("broken");');
  const first = await world.run({ edit });
  assertEquals(first.exit_code, 1);
  write('yield { records: [{ n: 2 }], end: "all" };');
  const second = await world.run({ edit });
  assert(second.run_id !== first.run_id, "its meaning is another");
});

worldTest("a module's number that JSON does not have is one reject", async (world) => {
  Deno.writeTextFileSync(
    join(world.folder, "odd.ts"),
    `export default { describe: () => ({ streams: [{ name: "rows" }] }), async *read() {
      yield { records: [{ n: 1 }, { n: NaN }, { n: null }, { deep: [Infinity] }], end: "all" }; } };`,
  );
  const edit = (yaml: string) =>
    `${
      yaml.slice(0, yaml.indexOf("sources:"))
    }sources: [{ name: odd, type: module, module: odd.ts }]\n`;
  const { read, written, rejected } = streamOf(await world.run({ edit }), "odd.rows");
  assertEquals([read, written, rejected], [4, 2, 2]);
});

everyWorldTest(
  "an answer with rejects is judged again, also when nothing changed",
  async (world) => {
    const good = items(50);
    const bad = Array.from({ length: 50 }, () => ({ no: 1 }));
    const answers: number[] = [];
    world.answer = (_url, request) => {
      const isKnown = request.headers.get("if-none-match") === '"v1"';
      answers.push(isKnown ? 304 : 200);
      return isKnown
        ? new Response(null, { status: 304 })
        : Response.json([...good, ...bad], { headers: { etag: '"v1"' } });
    };
    for (const [share, code] of [["29%", 2], ["29%", 2], ["60%", 0], ["29%", 2]] as const) {
      const edit = (yaml: string) => `${yaml}tolerance: { records: ${share} }\n`;
      assertEquals((await world.run({ edit })).exit_code, code, share);
    }
    assertEquals(answers, [200, 200, 200, 200]);
  },
);

worldTest("a smaller part does not take the place of a larger one", async (world) => {
  world.answer = (url) => {
    const page = Number(url.searchParams.get("p"));
    return Response.json(items(3, (page - 1) * 3));
  };
  const edit = (most: number) => (yaml: string) =>
    yaml.replace(
      "{ type: none }",
      `{ type: page, page_param: p, size: 3, max_pages: ${most} }`,
    );
  assertEquals((await world.run({ edit: edit(4) })).exit_code, 2);
  assertEquals(world.rows("shop.items").length, 12);
  assertEquals((await world.run({ edit: edit(1) })).exit_code, 2);
  assertEquals(world.rows("shop.items").length, 12, "readers keep the larger part");
  await world.run({ edit: edit(5) });
  assertEquals(world.rows("shop.items").length, 15);
});

worldTest("an intent that cannot be kept says what to do the first time", async (world) => {
  world.items = items(2);
  Deno.mkdirSync(join(world.folder, "lake/raw"), { recursive: true });
  Deno.writeTextFileSync(join(world.folder, "lake/raw/shop"), "in the way");
  const summary = await world.run();
  assertEquals(summary.exit_code, 1);
  assertStringIncludes(summary.reasons.join(), "put that right and run again, nothing is lost");
});

worldTest("a lake full of data that names no owner is refused", async (world) => {
  world.items = items(2);
  await world.run();
  Deno.removeSync(join(world.folder, "lake/_lake.json"));
  Deno.removeSync(join(world.folder, "lake/raw/shop/items/_manifests"), { recursive: true });
  Deno.removeSync(join(world.folder, "audit.db"));
  const error = await world.run().catch((thrown) => thrown);
  assertEquals(error.code, "lake-not-ours");
});
