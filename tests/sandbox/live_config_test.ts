import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { environmentNames } from "../../lib/config/mod.ts";
import { loadConfig } from "../../lib/pipeline/mod.ts";
import { granted } from "../_granted.ts";
import { get, start } from "./_sandbox.ts";

const LIVE = [
  ["usgs", "https://earthquake.usgs.gov", []],
  ["github", "https://api.github.com", ["GITHUB_TOKEN"]],
  ["openalex", "https://api.openalex.org", ["OPENALEX_API_KEY"]],
] as const;

for (const [name, host, variables] of LIVE) {
  Deno.test({
    name: `data/live/${name}.yaml is a valid pipeline that names its host and secrets only`,
    ignore: !granted("read"),
    async fn() {
      const path = pathOf(name);
      assertEquals([...await environmentNames(path)], [...variables]);
      const config = await loadConfig(path, { env: (asked) => `value of ${asked}` });
      assertEquals(config.sources.map((source) => source.type === "api" && source.base_url), [
        host,
      ]);
    },
  });
}

Deno.test({
  name: "data/live/usgs.yaml asks for nothing that the sandbox's contract does not know",
  ignore: !granted("read", "net"),
  async fn() {
    const [source] = (await loadConfig(pathOf("usgs"), { env: () => undefined })).sources;
    assert(source?.type === "api");
    await using sandbox = await start();
    for (const { path, params } of source.streams) {
      const values = Object.entries(params).map(([key, value]) => [key, String(value)]);
      const query = new URLSearchParams([...values, ["limit", "1000"], ["offset", "1"]]);
      assertEquals((await get(sandbox, `/usgs${path}?${query}`)).status, 200);
    }
  },
});

function pathOf(name: string): string {
  return fromFileUrl(new URL(`../../data/live/${name}.yaml`, import.meta.url));
}
