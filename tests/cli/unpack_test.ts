import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { checkAccess } from "../../lib/cli/access.ts";
import { findCommand, parseCommand } from "../../lib/cli/find_command.ts";
import { GROUPS } from "../../lib/cli/groups.ts";
import { zipOf } from "../files/_zip.ts";
import { granted } from "../_granted.ts";
import { filesIn, inFolder, workOf } from "./_run_headwaters.ts";

const ignore = !granted("read", "write");

/** Returns an archive of files that hold their own names. */
function archiveOf(...names: readonly string[]) {
  return zipOf(names.map((name) => ({ name, content: name })));
}

/** Files that a command may write, once that has been checked. */
async function outputsOf(line: string, cwd: string): Promise<readonly string[]> {
  const found = findCommand(line.split(" "), GROUPS);
  const access = await found.command.access?.(parseCommand(found), cwd, {}) ?? {};
  checkAccess(access, { force: false });
  return (access.files ?? []).map((path) => path.slice(cwd.length + 1)).sort();
}

Deno.test({
  name: "files decompress gives each file of an archive a result of its own, in its own folder",
  ignore,
  fn() {
    const members = ["ok.txt", "sub/ok.txt", "SUB/Ok.txt", "x", "x.gz", "y", "y/z", "a,b.csv", "-"];
    const twins = ["../ok.txt", "/ok.txt", "ok.txt"];
    const zip = archiveOf(...members, ...twins);
    return inFolder({ "drop.zip": zip, "more/drop.zip": archiveOf("new.txt") }, async (cwd) => {
      const line = "files decompress drop.zip more/drop.zip --out out";
      const allowed = await outputsOf(line, cwd);
      const { code, stdout } = await workOf(line.split(" "), cwd);
      assertEquals([code, filesIn(cwd, "out")], [2, allowed]);
      const inside = filesIn(join(cwd, "out"));
      const found = inside.map((name) => [Deno.readTextFileSync(join(cwd, "out", name)), name]);
      assertEquals(found.map(([name]) => name).sort(), [...members, "new.txt"].sort());
      const named = Object.fromEntries(found);
      for (const name of ["ok.txt", "SUB/Ok.txt", "x", "y/z"]) assertEquals(named[name], name);
      assertEquals([named["a,b.csv"], named["-"]], ["a_b.csv", "_"]);
      assertMatch(named["x.gz"], /^x-[0-9a-f]{8}$/);
      assertMatch(named["sub/ok.txt"] ?? "", /^sub\/ok-[0-9a-f]{8}\.txt$/);
      assertEquals(filesIn(cwd).filter((name) => !/^(out|more)\//.test(name)), ["drop.zip"]);
      // What is rejected says why, and what to do.
      const [, said] =
        /(drop\.zip\/\.\.\/ok\.txt: rejected[^]*?\n {2}[^]*?\n {2}.*)\n/.exec(stdout) ?? [];
      assertStringIncludes(
        said ?? stdout,
        "its name leads out of the archive\n  Ask for it again as a whole zip",
      );
    });
  },
});

Deno.test({
  name: "files of one archive that would get one name are told how to be told apart",
  ignore,
  fn: () =>
    inFolder({ "my drop.zip": archiveOf("a.csv", "sub/a.csv", "../a.csv") }, async (cwd) => {
      for (const command of ["compress", "standardize"]) {
        const found = findCommand(["files", command, "my drop.zip", "--out", "out"], GROUPS);
        const work = async () => await found.command.access?.(parseCommand(found), cwd, {});
        const error = await work().then(() => undefined, String);
        const next = "headwaters files decompress 'my drop.zip' --out FOLDER";
        assertStringIncludes(error ?? "", `take them out first: ${next}`, command);
      }
    }),
});

Deno.test({
  name: "a file of an archive that cannot be read is in the way of no other",
  ignore,
  fn: () =>
    inFolder({ "drop.zip": archiveOf("a.csv", "../a.csv", "a.csv") }, async (cwd) => {
      for (const command of ["compress", "decompress"]) {
        const line = `files ${command} drop.zip --out ${command}`;
        const allowed = await outputsOf(line, cwd);
        const { code, stdout } = await workOf(line.split(" "), cwd);
        assertEquals([code, filesIn(cwd, command)], [2, allowed], stdout);
        assertEquals(allowed.length, 1);
      }
      const prepared = await outputsOf("files standardize drop.zip --out c", cwd);
      assert(prepared.length === 1);
    }),
});

Deno.test({
  name:
    "files decompress shortens a name that no disk takes, and says why an archive cannot be listed",
  ignore,
  fn() {
    const long = `${"x".repeat(300)}.csv`;
    const zips = { "drop.zip": archiveOf(long, `z${long}/a.csv`, "b.csv"), "bad.zip": "PK" };
    return inFolder(zips, async (cwd) => {
      const line = "files decompress drop.zip bad.zip --out out";
      const allowed = await outputsOf(line, cwd);
      const { code, stdout } = await workOf(line.split(" "), cwd);
      const written = filesIn(cwd, "out");
      assertEquals([code, written.length], [2, 3], stdout);
      assertEquals(written.filter((name) => !allowed.includes(name)), []);
      assertMatch(written.join("\n"), /^out\/x{150,}-[0-9a-f]{8}\.csv$/m);
      assertStringIncludes(stdout, "it is cut off, or no zip archive");
    });
  },
});
