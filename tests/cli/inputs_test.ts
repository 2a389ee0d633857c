import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { inputFiles } from "../../lib/cli/inputs.ts";
import { StorageError, UsageError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { IS_LOCKED_OUT } from "../_locked.ts";
import { UserFolder } from "./_headwaters.ts";
import { runHeadwaters } from "./_run_headwaters.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "run");
const CSV = "id,v\n1,x\n";
const LOG = "ts=2026-01-01T00:00:00Z level=info msg=x\n";

Deno.test({
  name: "files inventory refuses a pattern that cannot be used before the start",
  ignore,
  async fn() {
    using user = new UserFolder({ "in/a.csv": CSV });
    for (
      const [pattern, wanted] of [
        ["[", 'a "]" for each "["'],
        ["[z-a]", "ranges that go up"],
        ["../*", 'no ".." in it'],
        ["/in/*", 'no "/" at its start'],
      ] as const
    ) {
      const said = await user.run("files", "inventory", "in", "--json", `--include=${pattern}`);
      assertEquals([said.code, JSON.parse(said.stdout).error.code], [64, "usage"], said.stderr);
      assertStringIncludes(said.stderr, `Cannot use flag "--include": found "${pattern}"`);
      assertStringIncludes(said.stderr, wanted);
    }
  },
});

Deno.test({
  name: "inputFiles() says that a file is denied, wherever the system says so",
  ignore: !IS_LOCKED_OUT,
  fn() {
    using user = new UserFolder({ "a.csv": CSV, "closed/b.csv": CSV });
    Deno.chmodSync(user.at("a.csv"), 0);
    Deno.chmodSync(user.at("closed"), 0);
    for (
      const [word, blamed] of [
        ["a.csv", "its permissions"],
        ["*.csv", "its permissions"],
        ["closed/b.csv", `the permissions of "${user.at("closed")}"`],
        ["closed/*.csv", `the permissions of "${user.at("closed")}"`],
      ] as const
    ) {
      const look = () => inputFiles([word], user.path);
      const { code, message } = assertThrows(look, StorageError);
      assertEquals(code, "storage-denied", word);
      assertStringIncludes(message, `check ${blamed}`);
    }
    // Where each file is judged by itself, it is one of the findings.
    const files = [{ name: "a.csv", path: user.at("a.csv") }];
    assertEquals(inputFiles(["a.csv"], user.path, { unreadable: true }).files, files);
    Deno.chmodSync(user.at("closed"), 0o700);
  },
});

everyTest({
  name: "files inventory names each pattern that matches nothing, and lists the rest",
  ignore,
  async fn() {
    using user = new UserFolder({ "in/a.csv": CSV });
    Deno.mkdirSync(user.at("empty"));
    const list = async (...args: string[]) => {
      const { code, stdout, stderr } = await user.run("files", "inventory", "--json", ...args);
      return [code, JSON.parse(stdout).files.length, stderr];
    };
    assertEquals(await list("in", "-i", "*.tsv", "-i", "./*.csv"), [
      0,
      1,
      'No file in "in" matches "*.tsv"\n',
    ]);
    assertEquals(await list("empty"), [0, 0, 'No files in "empty"\n']);
    assertEquals(await list("in"), [0, 1, ""]);
    assertEquals(await list("in/a.csv", "-i", "*.tsv"), [
      0,
      0,
      'No file in "in/a.csv" matches "*.tsv"\n',
    ]);
  },
});

Deno.test({
  name: "a glob that cannot be used says so, and is not searched for",
  ignore,
  async fn() {
    using user = new UserFolder({ "in/a.csv": CSV, "in/[b.csv": CSV });
    for (
      const [glob, wanted] of [
        ["in/[c.csv", 'for a glob "[c.csv" is wrong, expected a "]" for each "["'],
        ["in/*/../../*.csv", 'no ".." in it'],
        ["in/*.tsv", "no file matches"],
      ] as const
    ) {
      const { code, stderr } = await user.run("files", "validate", glob);
      assertEquals(code, 64, stderr);
      assertStringIncludes(stderr, wanted);
    }
    // A file of that name is no glob.
    assertEquals((await user.run("files", "validate", "in/[b.csv")).code, 0);
  },
});

Deno.test({
  name: "a glob is searched in a folder whose own name looks like one",
  ignore,
  async fn() {
    using user = new UserFolder({ "[ab]/in/x.csv": CSV });
    const args = ["files", "validate", "in/*.csv"];
    const { code, stdout, stderr } = await runHeadwaters(args, { cwd: user.at("[ab]") });
    assertEquals([code, stdout], [0, "in/x.csv: good, 1 row\n"], stderr);
  },
});

Deno.test({
  name: "a glob names what it finds and cannot read, as a shell would",
  ignore,
  async fn() {
    using user = new UserFolder({ "in/a.csv": "id\n1\n", "in/sub/b.csv": "id\n1\n" });
    await user.link("in/gone.csv", "nowhere");
    const error = assertThrows(() => inputFiles(["in/*.csv"], user.path), UsageError);
    assertStringIncludes(error.message, "in/gone.csv");
    assertEquals(inputFiles(["in/[as]*", "in/*/*.csv"], user.path).files.length, 2);
  },
});

everyTest({
  name: "a comma in a name stops no command that finds the file by a glob or a folder",
  ignore,
  async fn() {
    using user = new UserFolder({ "in/a,b.csv": CSV, "in/c.csv": CSV, "in/x,y/d.csv": CSV });
    await user.link("in/link.csv", user.at("in/a,b.csv"));
    const { code, stdout, stderr } = await user.run("files", "validate", "in/**/*.csv");
    assertEquals([code, stdout.trimEnd().split("\n").length], [0, 4], stderr);
    const inventory = await user.run("files", "inventory", "in", "--json");
    assertEquals([inventory.code, JSON.parse(inventory.stdout).files.length], [0, 4]);
    const merged = await user.run("files", "merge", "in/[ac]*.csv", "-o", "all.csv", "--json");
    assertEquals([merged.code, JSON.parse(merged.stdout).rows], [0, 2], merged.stderr);
    const clean = await user.run("files", "standardize", "in/a*.csv", "-o", "clean");
    assertEquals(clean.code, 0, clean.stderr);
  },
});

Deno.test({
  name: "a comma is refused where the runtime cannot say the path, with the way round it",
  ignore,
  async fn() {
    using user = new UserFolder({ "a,b.csv": CSV, "x,y/c.csv": CSV });
    const { code, stderr } = await user.run("files", "validate", "a,b.csv");
    assertEquals(code, 64);
    assertStringIncludes(stderr, "rename it, or quote a glob that finds it, such as 'a?b.csv'");
    const folder = user.at("x,y");
    for (
      const [word, next] of [["x,y/c.csv", `its folder "${folder}"`], ["x,y/*.csv", "it"]] as const
    ) {
      const said = await user.run("files", "validate", word);
      assertEquals(said.code, 64);
      assertStringIncludes(said.stderr, `access to a path with a comma; rename ${next}\n`);
    }
  },
});

Deno.test({
  name: "files merge and split say in their help what they do not check",
  ignore,
  async fn() {
    using user = new UserFolder();
    for (const name of ["merge", "split"]) {
      const { stdout } = await user.run("files", name, "--help");
      assertMatch(stdout, /files\s+validate\s+checks\s+(the\s+)?encoding/);
    }
  },
});

everyTest({
  name: "logs parse writes no comma into the name of a result",
  ignore,
  async fn() {
    using user = new UserFolder({ "in/x,y/a,b.log": LOG, "in/c.log": LOG });
    const { code, stderr } = await user.run("logs", "parse", "in/**/*.log", "-o", "out");
    assertEquals(code, 0, stderr);
    assertEquals(Object.keys(user.tree()).filter((path) => path.endsWith(".gz")), [
      "out/c.log.jsonl.gz",
      "out/x_y/a_b.log.jsonl.gz",
    ]);
  },
});
