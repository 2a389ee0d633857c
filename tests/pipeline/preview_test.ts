import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { openAudit, saveWait } from "../../lib/audit/mod.ts";
import { join } from "@std/path";
import { launchPreview, openPipeline } from "../../lib/pipeline/mod.ts";
import { StorageError } from "../../lib/errors/mod.ts";
import { findStream } from "../../lib/pipeline/accept.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { nextLook, previewFolder, previewStream } from "../../lib/pipeline/preview.ts";
import { exists } from "../../lib/io/mod.ts";
import { filesIn, runHeadwaters } from "../cli/_run_headwaters.ts";
import { everyWorldTest, type RunOptions, type World, worldTest } from "./_world.ts";

async function preview(world: World, stream: string, limit: number, options: RunOptions = {}) {
  const folder = previewFolder();
  const config = await world.config(options);
  const { signal } = new AbortController();
  const plan = findStream(config, [stream], "preview");
  const found = await previewStream(config, plan, { folder, limit, signal, run: runPipeline });
  assert(!exists(folder), "its folder is still there");
  return found;
}

/** Every file of a pipeline, with the hash of its content. */
function stateOf({ folder }: World): string[] {
  return filesIn(folder).filter((name) => !/-(wal|shm)$/.test(name)).map((name) =>
    `${name} ${createHash("sha256").update(Deno.readFileSync(join(folder, name))).digest("hex")}`
  );
}

worldTest("previewStream() says which folder it cannot make", async (world) => {
  const config = await world.config();
  const { signal } = new AbortController();
  const plan = findStream(config, ["shop.items"], "preview");
  const folder = join(world.folder, "missing/tmp");
  await assertRejects(
    () => previewStream(config, plan, { run: runPipeline, folder, limit: 1, signal }),
    StorageError,
    `Cannot create "${folder}"`,
  );
});

everyWorldTest(
  "previewStream() shows what a first run would, whatever is published, and changes nothing",
  async (world) => {
    const edit = (yaml: string) =>
      yaml.replace("type: none", "type: page, page_param: page, size_param: size, size: 10");
    world.items = [];
    const pages: string[] = [];
    world.answer = (url) => {
      pages.push(url.searchParams.get("page") ?? "");
      const first = 10 * (Number(pages.at(-1)) - 1);
      const ids = Array.from({ length: 10 }, (_, i) => first + i).filter((id) =>
        id >= 0 && id < 60
      );
      return Response.json(ids.map((id) => ({ id })));
    };
    world.drop("a.csv", "id,name\n1,x\n2\n3,z\n4,y\n");
    assertEquals((await world.run({ edit })).totals.written, 63);
    world.drop("b.csv", "id,name\n5,x\n6,y\n");
    world.drop("c.csv", "id,name\n7,x\n");
    const before = stateOf(world);

    pages.length = 0;
    const some = await preview(world, "shop.items", 12, { edit });
    assertEquals(some.lines, Array.from({ length: 12 }, (_, id) => `{"id":${id}}`));
    assertEquals([some.error, some.exit_code], [null, 0]);
    // On a busy machine a page that was on its way is kept as well.
    assert([20, 30].includes(some.read), `it read ${some.read}`);
    assert(pages.length <= 3, `it asked for ${pages}`);
    const all = await preview(world, "shop.items", 100, { edit });
    assertEquals([all.lines.length, all.read, all.error, all.exit_code], [60, 60, null, 0]);

    const files = ["id,name", "1,x", "3,z", "4,y", "5,x", "6,y", "7,x"];
    assertEquals((await preview(world, "vendor.vendor", 20, { edit })).lines, files);
    assertEquals((await preview(world, "vendor.vendor", 4, { edit })).lines, files.slice(0, 5));

    const file = await preview(world, "vendor.vendor", 2, { edit });
    assertEquals(file.lines, ["id,name", "1,x", "3,z"]);
    assertEquals(file.rejects, [
      { code: "row-columns", message: "expected 2 columns, found 1", origin: "a.csv", line: 3 },
    ]);
    assertEquals(stateOf(world), before);
  },
);

worldTest("previewStream() says why there is nothing to show", async (world) => {
  world.answer = () => new Response("no", { status: 500 });
  const found = await preview(world, "shop.items", 5);
  assertEquals([found.lines, found.exit_code], [[], 1]);
  assertStringIncludes(found.error ?? "", "500");
});

everyWorldTest(
  "pipeline preview may read its source and write a folder of its own, and nothing else",
  async (world) => {
    const { folder } = world;
    world.drop("a.csv", "id\n1\n2\n");
    await world.run();
    const granted: string[] = [];
    const opened = await openPipeline(undefined, {
      cwd: folder,
      env: {},
      signal: new AbortController().signal,
      start(args) {
        granted.push(...args.filter((arg) => /^--allow-(read|write|net)=/.test(arg)));
        return Promise.resolve(0);
      },
    });
    await launchPreview(opened, ["vendor.vendor"], { limit: 1, json: false });
    const paths = granted.flatMap((flag) => flag.replace(/^[^=]*=/, "").split(","));
    const inOwn = paths.filter((path) => /headwaters-preview-/.test(path));
    assertEquals(
      [...new Set(paths)].filter((path) => !inOwn.includes(path)).sort(),
      [join(folder, "drop"), join(folder, "pipeline.yaml")],
    );
    assert(inOwn.length > 0);
    assertEquals(granted.filter((flag) => flag.startsWith("--allow-net")), []);

    const before = stateOf(world);
    const said = await runHeadwaters(["pipeline", "preview", "vendor.vendor", "-n", "1"], {
      cwd: folder,
    });
    assertEquals([said.code, said.stdout], [0, "id\n1\n"], said.stderr);
    assertEquals(stateOf(world), before);
  },
);

Deno.test("nextLook() looks at what is read once it may be enough, and before that a few times", () => {
  const looks = [1];
  for (let at = 1; at < 1_000;) looks.push(at = nextLook(at, 500));
  assertEquals(looks.slice(0, 11), [1, 2, 4, 8, 16, 32, 64, 128, 256, 500, 563]);
  assert(looks.length < 18);
});

everyWorldTest(
  "a preview asks no server that wants to be left alone, whose ever the wait is",
  async (world) => {
    await world.run();
    const until = new Date(Date.now() + 60_000).toISOString();
    const [source] = (await world.config()).sources.filter(({ type }) => type === "api");
    const url = String(Object(source).base_url);
    {
      using db = openAudit(join(world.folder, "audit.db"));
      saveWait(db, { origin: `token ${url}`, not_before: until, reason: "Retry-After: 60" }, 0);
    }
    const { code, stderr } = await runHeadwaters(["pipeline", "preview", "shop.items"], {
      cwd: world.folder,
    });
    assertEquals(code, 75, stderr);
    assertStringIncludes(stderr, `${url} asked for no request before ${until} (Retry-After: 60)`);
    assertEquals(
      (await runHeadwaters(["pipeline", "preview", "vendor.vendor"], { cwd: world.folder })).code,
      0,
    );
  },
);
