import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { granted } from "../_granted.ts";
import { inFolder, runHeadwaters } from "../cli/_run_headwaters.ts";

const DOCUMENTS = [
  "README.md",
  "GUARANTEES.md",
  "OPERATING.md",
  "CONTRIBUTING.md",
  "BENCHMARKS.md",
  "phases/README.md",
];
/** What a reader takes in within ten minutes. */
const MOST_BYTES = 16 * 1024;

Deno.test({
  name: "README.md can be read in ten minutes, and holds the example of a source as it is",
  ignore: !granted("read"),
  async fn() {
    const readme = await Deno.readTextFile("README.md");
    assert(new TextEncoder().encode(readme).length <= MOST_BYTES);
    assertStringIncludes(readme, (await Deno.readTextFile("data/examples/stations.ts")).trim());
  },
});

Deno.test({
  name: "every link of the documents leads to something",
  ignore: !granted("read"),
  async fn() {
    for (const document of DOCUMENTS) {
      const text = await Deno.readTextFile(document);
      for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? document : join(document, "..", path);
        const linked = await Deno.readTextFile(file).catch(() => undefined);
        assert(linked !== undefined, `${document}: ${target}`);
        if (anchor !== undefined) assert(anchorsOf(linked).has(anchor), `${document}: ${target}`);
      }
    }
  },
});

Deno.test({
  name: "every file and folder of the project that the documents name is there",
  ignore: !granted("read"),
  async fn() {
    // What a run writes is not there before the first one; what has a placeholder is a pattern.
    const named = /`((?:lib|tests|tools|phases|notebooks|data\/(?:samples|examples))\/[\w./-]+)`/g;
    for (const document of DOCUMENTS) {
      const text = await Deno.readTextFile(document);
      for (const [, path = ""] of text.matchAll(named)) {
        if (/NN|^notebooks\/(?:work|exercises\/work)/.test(path)) continue;
        assert(await Deno.stat(path).catch(() => undefined), `${document}: ${path}`);
      }
    }
  },
});

/** Anchors that GitHub makes of headings. */
function anchorsOf(text: string): Set<string> {
  return new Set(
    Array.from(
      text.matchAll(/^#+ (.+)$/gm),
      ([, heading = ""]) => heading.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-"),
    ),
  );
}

Deno.test({
  name: "every task that the documents name is a task",
  ignore: !granted("read"),
  async fn() {
    const { tasks } = JSON.parse(await Deno.readTextFile("deno.json"));
    for (const document of DOCUMENTS) {
      const text = await Deno.readTextFile(document);
      for (const [, task = ""] of text.matchAll(/deno(?:@[\d.]+)? task ([\w:]+)/g)) {
        assert(Object.hasOwn(tasks, task) || task === "phaseN", `${document}: ${task}`);
      }
    }
  },
});

Deno.test({
  name: "every test that GUARANTEES.md names is there, under that name",
  ignore: !granted("read"),
  async fn() {
    const rows = [...(await Deno.readTextFile("GUARANTEES.md")).matchAll(
      /^\|.*\[[^\]]+\]\((tests\/[^)]+)\): (.*?) *\|$/gm,
    )];
    assert(rows.length > 20);
    for (const [, file = "", name = ""] of rows) {
      const text = await Deno.readTextFile(file);
      // Some names say in their middle which case it is.
      for (const part of name.split("…")) assertStringIncludes(text, part.trim(), file);
      // What takes minutes, nobody sees fail before the next night.
      assert(/_test\.ts$|^tests\/engines\//.test(file), `${file} is not run by test:every`);
    }
  },
});

Deno.test({
  name: "the first configuration of README.md is a pipeline",
  ignore: !granted("read", "write", "run"),
  async fn() {
    const readme = await Deno.readTextFile("README.md");
    const [, yaml = ""] = /This is a pipeline[^`]*```yaml\n([^`]*)```/.exec(readme) ?? [];
    assert(yaml !== "" && yaml.trim().split("\n").length <= 5);
    await inFolder({ "pipeline.yaml": yaml, "inbox/a.csv": "sku,price\n1,2\n" }, async (cwd) => {
      await Deno.utime(join(cwd, "inbox/a.csv"), 1, 1);
      const run = await runHeadwaters(["pipeline", "run", "--json"], { cwd });
      assertEquals([run.code, JSON.parse(run.stdout).totals.written], [0, 1]);
    });
  },
});
