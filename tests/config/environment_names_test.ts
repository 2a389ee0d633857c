import { assertEquals, assertRejects } from "@std/assert";
import { environmentNames } from "../../lib/config/mod.ts";
import { ConfigError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { PipelineFile } from "./_pipeline_file.ts";

const ignore = !granted("read", "write");
function env(): undefined {}

Deno.test("environmentNames() lists each name once, sorted, when texts at any depth mention it", {
  ignore,
}, async () => {
  await using file = await PipelineFile.of(
    'a: "${B_TOKEN}"\nb: [{c: "x${A}/${B_TOKEN}"}] # ${COMMENT}\n"${KEY}": 1\nd: $NOT ${not-a-name}',
  );
  assertEquals(await environmentNames(file.path, { env }), ["A", "B_TOKEN"]);
});

Deno.test(
  "environmentNames() adds the variables above the file when they are set",
  { ignore },
  async () => {
    await using file = await PipelineFile.of("name: x");
    const set = (name: string) => name === "HEADWATERS_LAKE" ? "/lake" : undefined;
    assertEquals(await environmentNames(file.path, { env: set }), ["HEADWATERS_LAKE"]);
  },
);

Deno.test(
  "environmentNames() needs a correct file only as far as YAML goes",
  { ignore },
  async () => {
    await using file = await PipelineFile.of("just a text with ${NAME}");
    assertEquals(await environmentNames(file.path, { env }), ["NAME"]);
  },
);

Deno.test(
  "environmentNames() throws ConfigError when there is no such file",
  { ignore },
  async () => {
    await using file = await PipelineFile.of("");
    const error = await assertRejects(
      () => environmentNames(`${file.folder}/none.yaml`),
      ConfigError,
    );
    assertEquals(error.code, "config-not-found");
  },
);

Deno.test("environmentNames() counts a variable as not set when the process may not read it", {
  ignore,
  permissions: { read: "inherit", write: "inherit", env: false },
}, async () => {
  await using file = await PipelineFile.of("name: x");
  assertEquals(await environmentNames(file.path), []);
});
