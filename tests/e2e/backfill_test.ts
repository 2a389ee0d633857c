import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { granted } from "../_granted.ts";
import { inTempFolder, pipeline, realPipeline } from "./_command.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "net", "run");

function configuration(port: number): string {
  return `
name: news
lake: lake
audit: audit.db
sources:
  - name: news
    type: api
    base_url: http://127.0.0.1:${port}
    streams:
      - { name: all, path: /news, primary_key: [id], incremental: { field: at, start_param: since } }
      - { name: topics, path: /topics, primary_key: [id] }
  - name: elsewhere
    type: api
    base_url: http://127.0.0.1:1
    streams: [{ name: s, path: /s }]
`;
}

everyTest({
  name: "deno task pipeline backfill reads days in UTC wherever it runs, and status shows it",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const at = [
        "2018-01-31T20:00:00",
        "2018-01-31T23:59:59",
        "2018-02-01T00:00:00",
        "2018-02-02T23:59:59",
        "2018-02-03T00:00",
      ];
      const paths: string[] = [];
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen() {} },
        ({ url }) => {
          paths.push(new URL(url).pathname);
          return Response.json(at.map((at, id) => ({ id, at })));
        },
      );
      const config = join(folder, "news.yaml");
      await Deno.writeTextFile(config, configuration(server.addr.port));
      const range = "news.all=2018-02-01..2018-02-03";
      const far = { TZ: "America/New_York" };
      const run = await realPipeline(folder, [
        ...["backfill", "news.all", "--from", "2018-02-01", "--to", "2018-02-03"],
        ...["-c", config],
      ], far);
      assertEquals(run.code, 0, run.stderr);
      assertMatch(run.stdout, /news backfill news\.all=2018-02-01\.\.2018-02-03 complete/);
      assertMatch(run.stdout, /read +written +out of range[^]*news\.all +5 +2 +3 /);
      assertEquals(paths, ["/news"]);
      const status = await realPipeline(folder, ["status", "-c", config], far);
      assertStringIncludes(status.stdout, range);
    }),
});

everyTest({
  name: "deno task pipeline exits 64 or 78 before it writes anything when a backfill does not fit",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const config = join(folder, "news.yaml");
      await Deno.writeTextFile(config, configuration(9));
      const cases = [
        [64, ["backfill", "news.al", "--from=2018-02-01"], 'did you mean "news.all"?'],
        [64, ["--backfill", "news.all=2018-02-01.."], 'it is now "pipeline backfill STREAM'],
        [64, ["status", "--backfill=news.all=2018.."], "it is unknown"],
        [64, ["backfill", "news.topics", "--from=1", "--to=2"], '"news.topics" is read as'],
      ] as const;
      const results = await Promise.all(
        cases.map(([_, args]) => pipeline(folder, [...args, "-c", config])),
      );
      for (const [at, [code, , message]] of cases.entries()) {
        assertEquals(results[at]?.code, code);
        assertStringIncludes(results[at]?.stderr ?? "", message);
      }
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["news.yaml"]);
    }),
});
