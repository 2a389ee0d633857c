import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname, join } from "@std/path";
import { parse } from "@std/yaml";
import { jsonSchemaLine } from "../../lib/config/mod.ts";
import { PROJECT_ROOT } from "../../lib/io/mod.ts";
import { granted } from "../_granted.ts";
import { schemaProblems } from "./_json_schema.ts";
import { withSource, withStream } from "./_pipeline_file.ts";

const SHIPPED = ["pipeline", "examples/stations", "live/github", "live/openalex", "live/usgs"];

Deno.test({
  name: "every pipeline file that is shipped names the JSON Schema in its first line, and fits it",
  ignore: !granted("read"),
  async fn() {
    const found: string[] = [];
    for (const folder of ["", "examples", "live"]) {
      for await (const { name } of Deno.readDir(join("data", folder))) {
        if (name.endsWith(".yaml")) found.push(join(folder, name.replace(".yaml", "")));
      }
    }
    assertEquals(found.toSorted(), SHIPPED.toSorted());
    for (const name of SHIPPED) {
      const path = join(PROJECT_ROOT, `data/${name}.yaml`);
      const text = await Deno.readTextFile(path);
      const [first = ""] = text.split("\n");
      assertEquals(first, jsonSchemaLine(dirname(path)));
      const [, way = ""] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? [];
      assert((await Deno.stat(join(dirname(path), way))).isFile, name);
      assertEquals(schemaProblems(parse(text)), [], name);
    }
  },
});

Deno.test({
  name: "every log format that is shipped names its JSON Schema in its first line",
  ignore: !granted("read"),
  async fn() {
    const folder = join(PROJECT_ROOT, "lib/log_parser/formats");
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert(names.length > 30);
    for (const name of names) {
      const [first = ""] = (await Deno.readTextFile(join(folder, name))).split("\n");
      const [, way = ""] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? [];
      assertEquals(join(folder, way), join(PROJECT_ROOT, "data/log_format.schema.json"), name);
    }
  },
});

Deno.test("jsonSchemaLine() leads to the schema from any folder, and holds in every clone within one", () => {
  const lineFor = (folder: string) => jsonSchemaLine(folder).replace(/^.*\$schema=/, "");
  assertEquals(lineFor(join(PROJECT_ROOT, "data/results/00")), "../../pipeline.schema.json");
  assertEquals(lineFor(PROJECT_ROOT), "data/pipeline.schema.json");
  const file = join(PROJECT_ROOT, "data/pipeline.schema.json");
  assertEquals(new URL(lineFor("/srv/a b")).pathname, new URL(`file://${file}`).pathname);
  assertMatch(lineFor("/srv/a b"), /^file:\S+$/);
});

Deno.test({
  name: "the JSON Schema refuses what an editor should mark",
  ignore: !granted("read"),
  fn() {
    const problems = (yaml: string) => schemaProblems(parse(yaml));
    assertEquals(problems(withStream()), []);
    assert(problems(withStream("pathh: /x")).length > 0, "an unknown key");
    assert(problems(withStream("method: PUT")).length > 0, "a word of no closed set");
    const bearer = (token: string) =>
      withSource(
        "base_url: https://api.example",
        `auth: { type: bearer, token: "${token}" }`,
        "streams: [{ name: a, path: /a }]",
      );
    assertEquals(problems(bearer("${TOKEN}")), []);
    assert(problems(bearer("eyJhbGciOi")).length > 0, "a credential as it is");
  },
});
