import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { replaceText } from "../../lib/cli/replace_text.ts";
import { FindingsMemory } from "../../lib/cli/files/inventory_memory.ts";
import { StorageError, UsageError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { MAY_MOUNT, mountSmallDisk } from "../_small_disk.ts";
import { said, UserFolder } from "./_headwaters.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "run");
const GOOD = "id,v\n1,x\n2,y\n";
const RAGGED = "id,v\n3\n4,z\n";
/** The quote of its last row is never closed, far behind the first parts. */
const LATE_QUOTE = `id,v\n${"1,some text that fills parts\n".repeat(100_000)}2,"open\n`;

everyTest({
  name: "files inventory lists, hashes and predicts tasks, and goes on after what it cannot read",
  ignore,
  async fn() {
    using user = new UserFolder({ "in/a.csv": GOOD, "in/sub/b.csv": RAGGED, "out.txt": "x" });
    await user.link("in/link.csv", user.at("out.txt"));
    const { code, stdout } = await user.run("files", "inventory", "in", "--json");
    const { files, problems, spark } = JSON.parse(stdout);
    assertEquals(files.map((file: { path: string }) => file.path), ["a.csv", "sub/b.csv"]);
    assertEquals(files[0].sha256, user.tree()["in/a.csv"]);
    assertEquals([code, problems[0].code, spark.tasks], [2, "file-link", 1]);
    assertEquals(spark.passed_over, ["sub/b.csv"]);
    const some = await user.run("files", "inventory", "in/sub", "-i", "*.csv");
    assertStringIncludes(some.stdout, "1 file, 11 B; Spark on 8 cores reads them in 1 task");
    assertEquals(some.code, 0);
    const before = user.tree()["out.txt"];
    const remembered = ["files", "inventory", "in", "--json", "--remember", "seen.json"];
    const first = await user.run(...remembered);
    const second = await user.run(...remembered);
    assertEquals(second.stdout, first.stdout);
    assertEquals(JSON.parse(second.stdout).files[1].columns, ["id", "v"]);
    user.write("seen.json.new", "mine");
    const mine = user.tree();
    const inTheWay = await user.run(...remembered);
    assertEquals([inTheWay.code, user.tree()], [64, mine]);
    const wrong = await user.run("files", "inventory", "in", "--remember", "out.txt");
    assertEquals([wrong.code, user.tree()["out.txt"]], [64, before]);
    const memory = new FindingsMemory(user.at("new.json"));
    user.write("new.json", "mine");
    assertThrows(() => memory.save(), UsageError, "not of an earlier inventory");
    assertEquals(Deno.readTextFileSync(user.at("new.json")), "mine");
    const folder = await user.run("files", "inventory", "in", "--remember", ".");
    assertEquals([folder.code, /it is a folder; name a file/.test(folder.stderr)], [64, true]);
    const one = await user.run("files", "inventory", "in/a.csv", "--json");
    assertEquals(JSON.parse(one.stdout).files[0].path, "a.csv");
  },
});

everyTest({
  name: "files validate names every rejected line and writes nothing",
  ignore,
  async fn() {
    using user = new UserFolder({ "a.csv": GOOD, "b.csv": RAGGED, "c.csv": "v,key\n1,2\n" });
    const before = user.tree();
    const args = ["a.csv", "b.csv", "c.csv", "--columns", "id,v"];
    const { code, stdout } = await user.run("files", "validate", ...args);
    assertEquals(code, 2);
    assertStringIncludes(stdout, "a.csv: good, 2 rows\n");
    assertStringIncludes(
      stdout,
      "b.csv:2: row-columns, expected 2 columns, found 1\n  b.csv:2:2\n  2 | 3\n    |  ^\n",
    );
    assertStringIncludes(stdout, "  row-columns            reject-row          1  expected 2");
    assertStringIncludes(stdout, "c.csv: rejected, file-header\n");
    const json = JSON.parse((await user.run("files", "validate", ...args, "--json")).stdout);
    assertEquals(json.files[1].rejects[0].line, 2);
    assertEquals(json.files[1].findings[0].count, 1);
    const repaired = await user.run("files", "validate", "a.csv", "--columns", "v,id");
    assertStringIncludes(repaired.stdout, "  file-header-order      repair");
    const strict = await user.run(
      ...["files", "validate", "a.csv", "--columns", "v,id"],
      "--on",
      "file-header-order=reject-file",
    );
    assertStringIncludes(strict.stdout, "a.csv: rejected, file-header-order\n");
    assertEquals(json.files[2].error.code, "file-header");
    assertEquals(user.tree(), before);
  },
});

everyTest({
  name: "files validate says what a file's dialect leaves out, and the file is good",
  ignore,
  async fn() {
    using user = new UserFolder({ "a.csv": "id,v\n# x\n1,2\nTotal,1\nTotal,2\n" });
    const args = ["files", "validate", "a.csv", "--footer", "^Total", "--comment", "#"];
    const { code, stdout } = await user.run(...args);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "a.csv: good, 1 row; left out: 2 footer rows, 1 comment\n");
    assertStringIncludes(stdout, "  row-footer             accept              2  ");
    assertStringIncludes(stdout, "  row-comment            accept              1  ");
    const json = JSON.parse((await user.run(...args, "--json")).stdout);
    assertEquals(json.files[0].findings[1].place, { line: 4, byteOffset: 13 });
  },
});

everyTest({
  name: "files takes a glob that the shell left alone, and not through a link out of its folder",
  ignore,
  async fn() {
    using user = new UserFolder({ "in/a.csv": GOOD, "in/x/b.csv": GOOD, "in/[1].csv": GOOD });
    const paths = async (glob: string) => {
      const { stdout } = await user.run("files", "validate", glob, "--json");
      return JSON.parse(stdout).files.map((file: { path: string }) => file.path);
    };
    assertEquals(await paths("in/*.csv"), ["in/[1].csv", "in/a.csv"]);
    assertEquals(await paths("in/**/b.csv"), ["in/x/b.csv"]);
    assertEquals(await paths(user.at("in/x/*")), [user.at("in/x/b.csv")]);
    assertEquals(await paths("in/[1].csv"), ["in/[1].csv"]);
    user.write("b.csv", GOOD);
    assertEquals(await paths("?.csv"), ["b.csv"]);
    assertEquals(await paths("*.csv"), ["b.csv"]);
    user.write("secret.csv", GOOD);
    await user.link("in/link.csv", user.at("secret.csv"));
    const { code, stderr } = await user.run("files", "validate", "in/*.csv");
    assertEquals([code, stderr.includes("the link leads out of")], [64, true]);
  },
});

everyTest({
  name: "files standardize, split and merge do their work from any folder",
  ignore,
  async fn() {
    using user = new UserFolder({ "a.csv": GOOD, "My Sales.tsv": "My Id\tv\n1\tx\n" });
    const before = user.tree();
    const words = ["a.csv", "My Sales.tsv", "--snake-case", "-o", "clean/"];
    const clean = await user.run("files", "standardize", ...words);
    assertStringIncludes(clean.stdout, "My Sales.tsv: good, 1 row in clean/my_sales.csv.gz\n");
    const args = ["-t", "10B", "--plain", "-o", "parts", "--json"];
    const split = await user.run("files", "split", "a.csv", ...args);
    const { parts, folder } = JSON.parse(split.stdout);
    assertEquals([folder, parts.length, parts[1].rows], [user.at("parts"), 2, 1]);
    const merge = await user.run("files", "merge", "parts/*.csv", "-o", "all.csv", "--json");
    assertEquals([clean.code, split.code, merge.code], [0, 0, 0]);
    assertEquals(JSON.parse(merge.stdout).rows, 2);
    const after = user.tree();
    assertEquals(after["all.csv"], before["a.csv"]);
    assertEquals(Object.keys(after), [
      "My Sales.tsv",
      "a.csv",
      "all.csv",
      "clean",
      "clean/_a.columns.json",
      "clean/_my_sales.columns.json",
      "clean/a.csv.gz",
      "clean/my_sales.csv.gz",
      "parts",
      "parts/part-00000.csv",
      "parts/part-00001.csv",
    ]);
    assertEquals({ ...after, ...before }, after);
    const names = JSON.parse(Deno.readTextFileSync(user.at("clean/_my_sales.columns.json")));
    assertEquals(names, [{ from: "My Id", to: "my_id" }, { from: "v", to: "v" }]);
    const zipped = await user.run("files", "merge", "parts/*", "-o", "all.csv.gz");
    assertEquals(zipped.stdout, "all.csv.gz: 2 records from 2 files, 33 B\n");
    assertEquals([...Deno.readFileSync(user.at("all.csv.gz")).subarray(0, 2)], [0x1f, 0x8b]);
  },
});

everyTest({
  name: "files merge takes thousands of files",
  ignore,
  async fn() {
    using user = new UserFolder();
    const names = Array.from({ length: 1200 }, (_, i) => `in/a file with a long name ${i}.csv`);
    for (const name of names) user.write(name, "id\n1\n");
    const { code, stdout } = await user.run("files", "merge", ...names, "-o", "all.csv");
    assertEquals([code, stdout], [0, "all.csv: 1,200 records from 1,200 files, 2.4 kB\n"]);
    const parts = await user.run("files", "merge", "in/*", "-t", "3kB", "-o", "parts", "--json");
    const { parts: [first, ...others] } = JSON.parse(parts.stdout);
    assertEquals([first.name, first.rows, others.length], ["part-00000.csv.gz", 600, 1]);
    const { files } = JSON.parse(Deno.readTextFileSync(user.at("parts/_manifest.json")));
    assertEquals(files[0].inputs, first.inputs);
  },
});

everyTest({
  name: "files standardize replaces a file with --force only, and never by a rejected one",
  ignore,
  async fn() {
    using user = new UserFolder({ "a.csv": GOOD, "x/a.csv": "id,v\n\0\n" });
    assertEquals((await user.run("files", "standardize", "a.csv", "-o", "x")).code, 0);
    const before = user.tree();
    const again = await user.run("files", "standardize", "x/a.csv", "-o", "x");
    assertEquals([again.code, again.stderr.includes("--force replaces it")], [64, true]);
    const worse = await user.run("files", "standardize", "x/a.csv", "-o", "x", "--force");
    assertEquals([worse.code, worse.stdout.includes("file-nul")], [1, true]);
    assertEquals(user.tree(), before);
    user.write("a.csv", "id,v\n5,new\n");
    const better = await user.run("files", "standardize", "a.csv", "-o", "x", "--force");
    assertEquals(better.code, 0);
    assert(user.tree()["x/a.csv.gz"] !== before["x/a.csv.gz"]);
    const vain = await user.run("files", "standardize", "x/a.csv", "-o", "vain");
    assertEquals([vain.code, "vain" in user.tree()], [1, false]);
  },
});

/** What is said of a place in a device; with all permissions the runtime looks there. */
function deviceState(): string {
  try {
    Deno.statSync("/dev/full/x.csv");
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return "the runtime lets no program look there";
  }
  return '"/dev/full" is not a folder';
}

Deno.test({
  name: "files refuses what would destroy something, and touches nothing",
  ignore,
  async fn() {
    using user = new UserFolder({
      "a.csv": GOOD,
      "b.csv": GOOD.replace("x", "other"),
      "a.csv.gz": "not gzip at all",
      "x/Sales.csv": GOOD,
      "y/sales.csv": GOOD,
      "used/part-00000.csv": GOOD,
      "used/notes.txt": "mine",
      "old.csv": "an earlier result",
      "busy.csv.headwaters.tmp/x": "of somebody else",
      "parts.headwaters.tmp": "mine",
    });
    Deno.mkdirSync(user.at("empty"));
    await user.link("link.csv", user.at("a.csv"));
    Deno.linkSync(user.at("a.csv"), user.at("hard.csv"));
    await user.link("empty-link", user.at("empty"));
    await user.link("here", ".");
    await user.link("deep", user.at("x"));
    const before = user.tree();
    const cases: readonly (readonly [string, string])[] = [
      ["merge a.csv b.csv --out a.csv --force", "it is an input"],
      ["merge a.csv b.csv --out ./x/../a.csv --force", "it is an input"],
      ["merge a.csv b.csv --out link.csv --force", "it is an input"],
      ["merge a.csv b.csv --out hard.csv --force", "it is an input"],
      ["merge a.csv b.csv --out here/a.csv --force", "it is an input"],
      ["merge link.csv b.csv --out a.csv --force", "it is an input"],
      ["merge x/*.csv --out x/Sales.csv --force", "it is an input"],
      ["merge a.csv b.csv --out old.csv", "it exists; --force replaces it"],
      ["merge a.csv b.csv --out empty --force", "its name must end with"],
      ["merge a.csv b.csv --out all.tsv", "the files are .csv"],
      ["merge a.csv b.csv --out none/all.csv", "does not exist; make it first"],
      ["merge a.csv b.csv --out busy.csv", "is in the way"],
      ["merge a.csv b.csv --out busy.csv --force", "is in the way"],
      ["merge a.csv hard.csv --out all.csv", 'it is the same file as "a.csv"'],
      ["merge a.csv x --out all.csv", "it is a folder, expected a file"],
      ["standardize a.csv.gz --out . --force", "it is an input"],
      ["standardize x/Sales.csv y/sales.csv --out new", "would get this name"],
      ["standardize a.csv --out old.csv", "is not a folder"],
      ["standardize a.csv --out no/where", "does not exist"],
      ["split used/part-00000.csv --plain --out .", "it exists; name a new folder"],
      ["split used/part-00000.csv --plain --out used", "it exists; name a new folder"],
      ["split a.csv --out empty", "it exists; name a new folder"],
      ["split a.csv --out old.csv", "it is a file"],
      ["split a.csv --out empty-link", "it is a link"],
      ["split a.csv --out parts", "is in the way"],
      ["split a.csv --out -", 'Cannot use "-": expected a name'],
      ["merge a.csv b.csv --out /dev/full/x.csv", deviceState()],
      // The system would go to the folder above that to which the link leads.
      ["merge deep/../a.csv --out all.csv", '".." goes back from where the link'],
      ["merge a.csv b.csv --out deep/../old.csv --force", '".." goes back from where the link'],
      ["split a.csv --out a.csv", "it is an input"],
    ];
    for (const [line, message] of cases) {
      const { code, stdout, stderr } = await user.run("files", ...line.split(" "));
      assertStringIncludes(stderr, message, line);
      assertEquals([code, stdout], [64, ""], line);
    }
    assertEquals(user.tree(), before);
  },
});

Deno.test({
  name: "files validate shows the line of a byte that is not UTF-8, and its place in JSON",
  ignore,
  async fn() {
    using user = new UserFolder();
    const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    Deno.writeFileSync(user.at("a.csv"), latin1("id,name\n1,ab\n2,caf\xe9 x"));
    Deno.writeFileSync(user.at("long.csv"), latin1(`id,n\n1,${"a".repeat(9000)}\xff\n`));
    const { code, stdout } = await user.run("files", "validate", "a.csv", "long.csv");
    assertEquals(code, 1);
    assertStringIncludes(stdout, "  a.csv:3:6\n  3 | 2,caf\ufffd x\n    |      ^\n");
    assertStringIncludes(stdout, "  long.csv:2:9003\n");
    const json = await user.run("files", "validate", "a.csv", "--json");
    const { where, next } = JSON.parse(json.stdout).files[0].error;
    assertEquals([where.line, where.column], [3, 6]);
    assertEquals(next, "Say which encoding it is, or ask for it in UTF-8.");
  },
});

Deno.test({
  name: "files answers a wrong command line with 64 and, with --json, one document",
  ignore,
  async fn() {
    using user = new UserFolder({ "a.csv": GOOD, "a,b/c.csv": GOOD });
    const cases: readonly (readonly [string, string])[] = [
      ["splt a.csv", 'did you mean "split"?'],
      ["split --json=1", "it takes no value"],
      ["split", "is missing"],
      ["split --out parts", "Cannot run headwaters files split: FILE is missing: the file"],
      ["split a.csv a.csv --out parts", "nothing is expected here"],
      ["split a.csv", 'flag "--out FOLDER" is missing (see headwaters files split --help)'],
      ["split a.csv --out parts --target 1", "expected a number and a unit"],
      ["split a.csv --out parts --target 0B", "expected 1B or more"],
      ["split a.csv --out parts --targt 1MB", 'did you mean "--target"?'],
      ["validate", "FILE... is missing"],
      ["validate b.csv", '; did you mean "a.csv"?'],
      ["validate *.tsv", "no file matches"],
      ['validate a.csv --delimiter "', "comment that differ"],
      ["validate a.csv --columns id,name,id", "each column once"],
      ["validate a,b/c.csv", "a path with a comma"],
      ["inventory none", "check its name"],
      ["merge a.csv", 'flag "--out FILE" is missing'],
    ];
    const before = user.tree();
    for (const [line, message] of cases) {
      const { code, stdout, stderr } = await user.run("files", ...line.split(" "), "--json");
      assertStringIncludes(stderr, message, line);
      assertEquals([code, JSON.parse(stdout).error.code], [64, "usage"], line);
    }
    assertEquals(user.tree(), before);
  },
});

everyTest({
  name: "files leaves earlier results and nothing half when an input turns out to be bad",
  ignore,
  async fn() {
    using user = new UserFolder({
      "late.csv": LATE_QUOTE,
      "a.csv": "id,v\n1,x\n",
      "other.csv": "v,id\n1,x\n",
      "all.csv": "an earlier result",
    });
    const before = user.tree();
    for (
      const line of [
        "split late.csv --target 100KB --out parts",
        "split late.csv --target 100KB --out plain --plain",
        "merge a.csv late.csv --out all.csv --force",
        "merge a.csv other.csv --out all.csv --force",
        "merge a.csv other.csv --out new.csv.gz",
      ]
    ) {
      const { code, stdout, stderr } = await user.run("files", ...line.split(" "), "--json");
      assertEquals(code, 1, line);
      assertMatch(JSON.parse(stdout).error.code, /^(row-quote|file-header)$/);
      assertMatch(stderr, /^Cannot .*\n$/);
      assertEquals(user.tree(), before, line);
    }
  },
});

everyTest({
  name: "files stops with 75 at a signal and leaves inputs, earlier results and nothing half",
  ignore: ignore || Deno.build.os === "windows",
  async fn() {
    using user = new UserFolder({ "all.csv.gz": "an earlier result" });
    // Large enough to be in the middle of it; random, so that it compresses slowly.
    const random = new Uint8Array(1 << 16);
    crypto.getRandomValues(random);
    const row = `1,${btoa(String.fromCharCode(...random))}\n`;
    user.write("big.csv", `id,v\n${row.repeat(700)}`);
    const before = user.tree();
    for (
      const [signal, temporary, line] of [
        ["SIGINT", "parts.headwaters.tmp", "split big.csv --target 5MB --out parts"],
        ["SIGTERM", "all.csv.gz.headwaters.tmp", "merge big.csv --out all.csv.gz --force"],
        ["SIGINT", "clean/big.csv.gz.headwaters.tmp", "standardize big.csv --out clean"],
      ] as const
    ) {
      const child = user.start("files", ...line.split(" "), "--json");
      const output = child.output();
      while (!exists(user.at(temporary))) await new Promise((done) => setTimeout(done, 5));
      child.kill(signal);
      const { code, stdout, stderr } = said(await output);
      assertEquals([code, JSON.parse(stdout).error.code], [75, "suspended-signal"], line);
      assertStringIncludes(stderr, "asked it to stop; run it again");
      assertEquals(user.tree(), before, line);
    }
  },
});

Deno.test({
  name: "files with --dry-run names what would be read and written, and writes nothing",
  ignore,
  async fn() {
    using user = new UserFolder({ "a.csv": GOOD, "b.csv": GOOD });
    const before = user.tree();
    const plan = async (line: string) => {
      const { code, stdout } = await user.run("files", ...line.split(" "), "--dry-run", "--json");
      assertEquals(code, 0);
      const { read, write } = JSON.parse(stdout);
      return [read, write].map((paths: string[]) =>
        paths.map((path) => path.slice(user.path.length + 1)).join(" ")
      );
    };
    assertEquals(await plan("split a.csv --out parts"), ["a.csv", "parts"]);
    assertEquals(await plan("merge a.csv b.csv -o all.csv"), ["a.csv b.csv", "all.csv"]);
    assertEquals(await plan("standardize a.csv -o new"), ["a.csv", "new/a.csv.gz new"]);
    assertEquals(await plan("standardize a.csv b.csv -o . --name {source}-{seq}.{ext}"), [
      "a.csv b.csv",
      "a-001.csv.gz b-002.csv.gz",
    ]);
    const text = await user.run("files", "split", "a.csv", "-o", "parts", "--dry-run");
    assertStringIncludes(text.stdout, `  write  ${user.at("parts")}\n`);
    assertEquals(user.tree(), before);
  },
});

everyTest({
  name: "files escapes names and contents that could steer a terminal",
  ignore: ignore || Deno.build.os === "windows",
  async fn() {
    const name = "a\x1b[31m\n.csv";
    using user = new UserFolder({ [name]: "id,\x1b[2J\n1\n", "c.csv": GOOD });
    const outputs = [
      await user.run("files", "inventory", "."),
      await user.run("files", "validate", name),
      await user.run("files", "validate", name, "--columns", "id"),
      await user.run("files", "validate", `${name}x`),
      await user.run("files", "merge", "c.csv", name, "-o", "all.csv"),
      await user.run("files", "standardize", name, "-o", "out\x1b[0m", "--dry-run"),
    ];
    for (const { stdout, stderr } of outputs) {
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x08\x0b-\x1f\x7f]/.test(stdout + stderr), stdout + stderr);
    }
    assertStringIncludes(outputs[0]?.stdout ?? "", "a\\x1b[31m\\n.csv");
  },
});

/** Somebody has put a file there after the first look. */
function refuseOld(path: string): void {
  if (path.endsWith(".json")) throw new Error("not ours");
}

Deno.test({
  name: "replaceText() leaves what was there until the new text is whole",
  ignore,
  fn() {
    using user = new UserFolder({ "seen.json": "old", "seen.json.new/x": "" });
    const before = user.tree();
    assertThrows(() => replaceText(user.at("seen.json"), "new", () => {}), StorageError);
    assertEquals(user.tree(), before);
    Deno.removeSync(user.at("seen.json.new"), { recursive: true });
    const refused = () => replaceText(user.at("seen.json"), "new", refuseOld);
    assertThrows(refused, StorageError, "not ours");
    assertEquals(Object.keys(user.tree()), ["seen.json"]);
    assertEquals(Deno.readTextFileSync(user.at("seen.json")), "old");
    replaceText(user.at("seen.json"), "new", () => {});
    assertEquals(Object.keys(user.tree()), ["seen.json"]);
    assertEquals(Deno.readTextFileSync(user.at("seen.json")), "new");
  },
});

Deno.test({
  name: "files reports a full disk and leaves nothing of what did not fit",
  ignore: ignore || !MAY_MOUNT,
  async fn() {
    using user = new UserFolder({ "late.csv": LATE_QUOTE.replace('"', "") });
    Deno.mkdirSync(user.at("disk"));
    await using _disk = await mountSmallDisk(user.at("disk"));
    user.write("disk/all.csv", "an earlier result");
    const before = user.tree();
    for (
      const line of [
        "split late.csv --plain --target 100KB --out disk/parts",
        "merge late.csv --out disk/all.csv --force",
      ]
    ) {
      const { code, stdout } = await user.run("files", ...line.split(" "), "--json");
      assertEquals([code, JSON.parse(stdout).error.code], [1, "storage-full"], line);
      assertEquals(user.tree(), before, line);
    }
  },
});
function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
