import { everyTest } from "../_sample.ts";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import { UsageError } from "../../lib/errors/mod.ts";
import {
  describeSources,
  launchPlan,
  loadConfig,
  type Selection,
  selectStreams,
} from "../../lib/pipeline/mod.ts";
import type { AnySource } from "../../lib/pipeline/sources/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { granted } from "../_granted.ts";
import { inFolder } from "./_backfill_bench.ts";

const ignore = !granted("read", "write");

/** A pipeline of two folders and one API that has two streams and is never asked. */
async function world(folder: string) {
  const files = (name: string) =>
    `  - name: ${name}
    type: files
    path: ${name}
    stream: rows
    min_age: 0s
`;
  await Deno.writeTextFile(
    join(folder, "p.yaml"),
    `name: p
lake: lake
audit: audit.db
log_dir: logs
sources:
${files("one")}${files("two")}  - name: api
    type: api
    base_url: https://example.org
    streams: [{ name: users, path: /users }, { name: posts, path: /posts }]
`,
  );
  for (const name of ["one", "two"]) await Deno.mkdir(join(folder, name));
  return await loadConfig(join(folder, "p.yaml"), { root: folder });
}

async function put(folder: string, file: string, rows: number): Promise<void> {
  const lines = Array.from({ length: rows }, (_, id) => `{"id":${id}}\n`);
  await Deno.writeTextFile(join(folder, file), lines.join(""));
}

Deno.test({
  name:
    "selectStreams() takes sources and streams, leaves out what is excluded, and names what there is",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const config = await world(folder);
      const cases: [Selection, string[] | undefined][] = [
        [{}, undefined],
        [{ select: ["one", "two", "api"] }, undefined],
        [{ select: ["api.posts", "one"] }, ["one.rows", "api.posts"]],
        [{ select: ["api"], exclude: ["api.users"] }, ["api.posts"]],
        [{ exclude: ["api", "two.rows"] }, ["one.rows"]],
      ];
      for (const [selection, streams] of cases) {
        assertEquals(selectStreams(config, selection), streams, JSON.stringify(selection));
      }
      const known = "one, one.rows, two, two.rows, api, api.users, api.posts";
      for (const flag of ["select", "exclude"]) {
        assertThrows(
          () => selectStreams(config, { [flag]: ["one", "api.user"] }),
          UsageError,
          `Cannot use flag "--${flag}": pipeline "p" has no "api.user", expected one of ${known}; did you mean "api.users"?`,
        );
      }
      assertThrows(
        () => selectStreams(config, { select: ["one"], exclude: ["one"] }),
        UsageError,
        "leaves no stream",
      );

      // The permissions are those of the part.
      const about = { root: "/project", configPath: join(folder, "p.yaml"), environment: [] };
      const whole = launchPlan(config, about);
      const plan = launchPlan(config, { ...about, selected: ["one.rows"] });
      assertEquals([whole.net, plan.net], [["example.org:443"], []]);
      assertEquals(whole.read.filter((path) => !plan.read.includes(path)), [join(folder, "two")]);
      assertEquals(plan.args.filter((arg) => arg.startsWith("--select")), ["--select=one.rows"]);
    }),
});

everyTest({
  name: "a run of a part leaves the other streams alone, and their run that stopped as well",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const whole = await world(folder);
      const config = { ...whole, sources: whole.sources.slice(0, 2) };
      await put(folder, "one/a.jsonl", 3);
      await Deno.remove(join(folder, "two"));
      const stopped = await runPipeline(config);
      assertEquals(stopped.exit_code, 1, "a folder is missing");

      await put(folder, "one/b.jsonl", 2);
      const before = rowsOf(folder, "two");
      const part = await runPipeline(config, { selected: ["one.rows"] });
      assertEquals([part.exit_code, part.selected, part.totals.written], [0, ["one.rows"], 2]);
      assertEquals(part.streams.map(({ source }) => source), ["one"]);
      assertEquals(rowsOf(folder, "two"), before);

      await Deno.mkdir(join(folder, "two"));
      await put(folder, "two/a.jsonl", 5);
      const resumed = await runPipeline(config);
      assertEquals([resumed.run_id, resumed.exit_code], [stopped.run_id, 0]);
    }),
});

Deno.test({
  name:
    "a run of a part, or a preview, does not load the code of other sources, which it may not read",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const { sources: [one], ...config } = await world(folder);
      const own = { name: "own", type: "module", module: join(folder, "none.ts") } as AnySource;
      const both = { ...config, sources: one === undefined ? [] : [one, own] };
      const described = await describeSources(both, "here", ["one.rows"]);
      assertEquals(described.sources, both.sources);
      await assertRejects(() => describeSources(both, "here", ["own.all"]), Error, "none.ts");
    }),
});

/** What the audit database says of a source. */
function rowsOf(folder: string, source: string): unknown {
  using db = openAudit(join(folder, "audit.db"), { readOnly: true });
  const about = ["streams", "stream_state", "files", "publications"].map((table) =>
    db.all(`SELECT * FROM ${table} WHERE source = ?`, [source])
  );
  return [about, db.all("SELECT * FROM runs WHERE exit_code = 1")];
}
