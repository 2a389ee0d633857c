import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { StorageError, UsageError } from "../../lib/errors/mod.ts";
import { type Access, checkAccess, hostOf, permissionFlags } from "../../lib/cli/access.ts";
import { findCommand, parseCommand } from "../../lib/cli/find_command.ts";
import { GROUPS } from "../../lib/cli/groups.ts";
import { fixedPrefix, isGlob } from "../../lib/cli/inputs.ts";
import { checkResults, fillWhole, makeFolder, writeWhole } from "../../lib/cli/outputs.ts";
import { exists } from "../../lib/io/mod.ts";
import { granted } from "../_granted.ts";
import { said, UserFolder } from "./_headwaters.ts";
import { inFolder } from "./_run_headwaters.ts";

const ignore = !granted("read", "write", "run");
const NEW = { force: false };
/** A result of no inputs that replaces nothing. */
const MADE_NEW = { ...NEW, inputs: [] };

Deno.test({
  name: "checkAccess() refuses a folder that may not be written, before anything is tried",
  ignore,
  fn() {
    using user = new UserFolder({ "out/a.csv": "a" });
    const asked: string[] = [];
    const refused = (access: Access) => {
      const mayWrite = (path: string) => {
        asked.push(path.slice(user.path.length));
        return false;
      };
      const { code, message } = assertThrows(
        () => checkAccess(access, { force: true, mayWrite }),
        StorageError,
      );
      assertEquals(code, "storage-denied");
      return message.replaceAll(user.path, "");
    };
    const why = "is read-only for this user, by its permissions or because its disk is";
    const it = `Cannot write "/out": it ${why}; name another place`;
    assertEquals(refused({ files: [user.at("out/a.csv")] }), it);
    assertEquals(refused({ folders: [user.at("out/parts")] }), it);
    assertEquals(refused({ inPlace: [user.at("out/a.position")] }), it);
    assertEquals(
      refused({ makes: user.at("out/x"), files: [user.at("out/x/y/b.csv")] }),
      `Cannot write "/out/x": "/out" ${why}; name another place`,
    );
    assertEquals(asked, ["/out", "/out", "/out", "/out"]);
    checkAccess({ read: [user.at("out")] }, { force: true, mayWrite: () => false });
    const comma = { databases: [user.at("a,b.db")] };
    assertThrows(() => checkAccess(comma, NEW), UsageError, "a path with a comma; rename it");
  },
});

Deno.test({
  name: "permissionFlags() grants what is named and nothing else",
  ignore,
  async fn() {
    using user = new UserFolder({
      "in/a.csv": "a",
      "in/b.csv": "b",
      "out/other.csv": "o",
      "probe.ts": `
        const [root] = Deno.args;
        const can = async (what, action) => {
          try { await action(); return what; } catch (error) {
            return /Requires \\w+ access/.test(error.message) ? "" : what;
          }
        };
        const read = (path) => can("read " + path, () => Deno.readTextFile(root + "/" + path));
        const write = (path) => can("write " + path, () => Deno.writeTextFile(root + "/" + path, "x"));
        const paths = ["in/a.csv", "in/b.csv", "out/all.csv", "out/all.csv.headwaters.tmp", "out/other.csv", "new.csv", "link.csv"];
        const found = [];
        for (const path of paths) found.push(await read(path), await write(path));
        found.push(
          await can("list in", () => [...Deno.readDirSync(root + "/in")]),
          await can("list out", () => [...Deno.readDirSync(root + "/out")]),
          await can("net", () => fetch("http://127.0.0.1:8123/")),
          await can("run", () => new Deno.Command("deno").output()),
          await can("env", () => Deno.env.get("HOME")),
          await can("import", () => import("https://127.0.0.1/" + root)),
        );
        console.log(found.filter((what) => what !== "").join("\\n"));
      `,
    });
    await user.link("link.csv", user.at("in/a.csv"));
    const access: Access = { read: [user.at("link.csv")], files: [user.at("out/all.csv")] };
    const output = await new Deno.Command("deno", {
      args: [
        "run",
        "--no-prompt",
        "--quiet",
        "--no-config",
        "--cached-only",
        "--deny-import",
        ...permissionFlags(access),
        user.at("probe.ts"),
        user.path,
      ],
    }).output();
    assertEquals(said(output).stdout.trim().split("\n"), [
      "read in/a.csv",
      "read out/all.csv",
      "write out/all.csv",
      "read out/all.csv.headwaters.tmp",
      "write out/all.csv.headwaters.tmp",
      "read link.csv",
    ]);
  },
});

Deno.test({
  name: "permissionFlags() splits a list that is too long for one argument",
  ignore: !granted("read"),
  fn() {
    const read = Array.from({ length: 5000 }, (_, i) => `/nowhere/${i}/${"x".repeat(50)}.csv`);
    const flags = permissionFlags({ read });
    assertEquals(flags.every((flag) => flag.length < 64_000), true);
    const paths = flags.flatMap((flag) => flag.slice("--allow-read=".length).split(","));
    assertEquals(paths, read);
  },
});

Deno.test({
  name: "permissionFlags() names no path that is in a folder it names",
  ignore: !granted("read"),
  fn() {
    const read = ["/nowhere/a/x.csv", "/nowhere/ab.csv", "/nowhere/a", "/nowhere/a/b/y.csv"];
    assertEquals(permissionFlags({ read }), ["--allow-read=/nowhere/ab.csv,/nowhere/a"]);
  },
});

Deno.test("permissionFlags() grants hosts and variables by name", () => {
  assertEquals(
    permissionFlags({ net: ["a.example:443", "a.example:443"], env: ["TOKEN"] }),
    ["--allow-net=a.example:443", "--allow-env=TOKEN"],
  );
});

Deno.test("hostOf() names the port, and refuses what would be more than one host", () => {
  assertEquals(hostOf(new URL("https://a.example/x")), "a.example:443");
  assertEquals(hostOf(new URL("http://a.example:8080")), "a.example:8080");
  for (const host of ["*.example", "a.example,b.example", "a..example"]) {
    assertThrows(() => hostOf(new URL(`http://${host}/`)), UsageError, "expected one host");
  }
});

Deno.test("fixedPrefix() returns the folder before the first wildcard", () => {
  assertEquals(fixedPrefix("/data/in/**/*.csv"), "/data/in");
  assertEquals(fixedPrefix("/*.csv"), "/");
  assertEquals(fixedPrefix("in/{a,b}/x.csv"), "in");
  assertEquals(fixedPrefix("*.csv"), ".");
  assertEquals(["a.csv", "a?.csv", "[ab].csv"].map(isGlob), [false, true, true]);
});

Deno.test({
  name: "checkAccess() refuses two outputs of one name, also where only letter case differs",
  ignore,
  async fn() {
    using user = new UserFolder();
    await user.link("here", ".");
    for (const other of ["Sales.csv", "sales.csv", "here/sales.csv"]) {
      const files = [user.at("sales.csv"), user.at(other)];
      assertThrows(() => checkAccess({ files }, NEW), UsageError, "two inputs would get this name");
    }
    // One that has the temporary name of another is no better.
    const files = [user.at("a"), user.at("a.headwaters.tmp")];
    assertThrows(() => checkAccess({ files }, NEW), UsageError, "two inputs would get this name");
    checkAccess({ files: [user.at("a.csv"), user.at("b.csv")] }, NEW);
  },
});

Deno.test("checkResults() refuses results that are one file on some disks", () => {
  const results = (...names: string[]) =>
    names.map((result, at) => ({ entry: { path: `in/${at}` }, result }));
  const both = 'both "in/0" and "in/1" would get this name';
  for (
    const [names, said] of [
      [["d=1/a.csv", "d=1/a.csv"], `${both};`],
      [["d=1/a.csv", "d=1/A.csv"], `${both} on a disk that ignores letter case;`],
      [["caf\u00e9", "cafe\u0301"], `${both} on a disk`],
    ] as const
  ) {
    assertThrows(() => checkResults(results(...names)), UsageError, said);
  }
  checkResults(results("d=1/a.csv", "d=2/A.csv", "b"));
  const twice = { entry: { path: "a" }, result: "a" };
  assertThrows(() => checkResults([twice, twice]), UsageError, "this name; name it once");
});

Deno.test({
  name: "checkAccess() lets nothing but a regular file be replaced",
  ignore: ignore || Deno.build.os === "windows",
  async fn() {
    using user = new UserFolder({ "old.csv": "old" });
    await user.link("link.csv", "old.csv");
    await user.link("dangling.csv", "none.csv");
    Deno.mkdirSync(user.at("folder"));
    const check = (name: string) => checkAccess({ files: [user.at(name)] }, { force: true });
    check("old.csv");
    assertThrows(() => check("link.csv"), UsageError, "it is a link");
    assertThrows(() => check("dangling.csv"), UsageError, "it is a link");
    assertThrows(() => check("folder"), UsageError, "it is a folder");
    const into = (name: string) =>
      checkAccess({ files: [user.at(`${name}/a`)], makes: user.at(name) }, { force: true });
    into("folder");
    assertThrows(() => into("dangling.csv"), UsageError, "it is a link; name a new folder");
  },
});

Deno.test({
  name: "writeWhole() shows a file when it is whole, and what was there until then",
  ignore,
  async fn() {
    using user = new UserFolder({ "a.csv": "old" });
    const path = user.at("a.csv");
    const before = user.tree();
    const fails = (error: Error) =>
      writeWhole(path, async (temporary) => {
        await Deno.writeTextFile(temporary, "half");
        throw error;
      }, { force: true, inputs: [] });
    await assertRejects(() => fails(new Error("bad quote")), Error, "bad quote");
    assertEquals(user.tree(), before);
    const full = await assertRejects(
      () => fails(Object.assign(new Error("full"), { code: "ENOSPC" })),
      StorageError,
    );
    assertEquals([full.code, user.tree()], ["storage-full", before]);
    const write = (temporary: string) => Deno.writeTextFile(temporary, "new");
    // It came after the launcher had looked.
    await assertRejects(() => writeWhole(path, write, MADE_NEW), UsageError, "it exists now");
    assertEquals(user.tree(), before);
    // It comes after the last look.
    const late = user.at("late.csv");
    for (const kept of ["new", "none"] as const) {
      const keep = () => {
        Deno.writeTextFileSync(late, "theirs");
        return kept;
      };
      const outcome = await writeWhole(late, write, { ...MADE_NEW, keep }).catch((error) => error);
      assertEquals(String(outcome).includes("it exists now"), kept === "new");
      assertEquals([Deno.readTextFileSync(late), exists(`${late}.headwaters.tmp`)], [
        "theirs",
        false,
      ]);
      Deno.removeSync(late);
    }
    await writeWhole(path, write, { force: true, inputs: [] });
    assertEquals([Deno.readTextFileSync(path), Object.keys(user.tree())], ["new", ["a.csv"]]);
  },
});

Deno.test({
  name: "writeWhole() and fillWhole() leave alone what has their temporary name",
  ignore,
  async fn() {
    using user = new UserFolder({
      "a.csv.headwaters.tmp/x": "mine",
      "parts.headwaters.tmp": "mine",
    });
    await user.link("b.csv.headwaters.tmp", "none");
    const before = user.tree();
    const never = () => Promise.reject(new Error("must not be called"));
    for (const name of ["a.csv", "b.csv"]) {
      await assertRejects(
        () => writeWhole(user.at(name), never, MADE_NEW),
        UsageError,
        "in the way",
      );
    }
    await assertRejects(
      () => fillWhole(user.at("parts"), never, MADE_NEW),
      UsageError,
      "in the way",
    );
    assertEquals(user.tree(), before);
  },
});

Deno.test({
  name: "writeWhole() and fillWhole() neither publish nor remove what took the place of their work",
  ignore,
  async fn() {
    using user = new UserFolder({ "mine": "mine" });
    await user.link("link", "mine");
    for (const late of [false, true]) {
      const taken = (put: (temporary: string) => void) => (temporary: string) => {
        Deno.removeSync(temporary);
        put(temporary);
        return late ? Promise.reject(new Error("late")) : Promise.resolve();
      };
      const text = taken((path) => Deno.writeTextFileSync(path, "theirs"));
      const link = taken((path) => Deno.renameSync(user.at("link"), path));
      const folder = taken((path) => Deno.mkdirSync(path));
      const refused = late ? "late" : "put something else in its place";
      for (const put of [text, link]) {
        await assertRejects(() => writeWhole(user.at("a"), put, MADE_NEW), Error, refused);
        assert(!exists(user.at("a")));
        // Theirs is still there.
        Deno.renameSync(user.at("a.headwaters.tmp"), user.at("link"));
      }
      await assertRejects(() => fillWhole(user.at("b"), folder, MADE_NEW), Error, refused);
      Deno.removeSync(user.at("b.headwaters.tmp"));
    }
    await assertRejects(
      () => writeWhole(user.at("a"), (path) => Deno.remove(path), MADE_NEW),
      StorageError,
    );
    assertEquals(Object.keys(user.tree()), ["link", "mine"]);
  },
});

Deno.test({
  name: "fillWhole() makes a folder whole or not at all, and takes none that is there",
  ignore,
  async fn() {
    using user = new UserFolder({ "used/x": "mine" });
    Deno.mkdirSync(user.at("empty"));
    const before = user.tree();
    const fill = async (folder: string) => {
      await Deno.writeTextFile(`${folder}/a`, "1");
      await Deno.writeTextFile(`${folder}/b`, "2");
    };
    const fails = (folder: string) => fill(folder).then(() => Promise.reject(new Error("late")));
    await assertRejects(() => fillWhole(user.at("new"), fails, MADE_NEW), Error, "late");
    // They were made after the launcher had looked.
    for (const name of ["used", "empty"]) {
      await assertRejects(() => fillWhole(user.at(name), fill, MADE_NEW), UsageError, "it exists");
    }
    assertEquals(user.tree(), before);
    // One comes between the last look and the rename.
    const { renameSync } = Deno;
    Deno.renameSync = (from, to) => {
      Deno.renameSync = renameSync;
      user.write("new/x", "theirs");
      renameSync(from, to);
    };
    await assertRejects(() => fillWhole(user.at("new"), fill, MADE_NEW), UsageError, "it exists");
    assertEquals(Object.keys(user.tree()), ["empty", "new", "new/x", "used", "used/x"]);
    Deno.removeSync(user.at("new"), { recursive: true });
    await fillWhole(user.at("new"), fill, MADE_NEW);
    assertStringIncludes(Object.keys(user.tree()).join(), "new,new/a,new/b");
  },
});

Deno.test({
  name: "a result can be read by nobody who may not read its inputs, and keeps the mode it had",
  ignore: ignore || Deno.build.os === "windows",
  async fn() {
    using user = new UserFolder({ "a": "1", "b": "2", "old": "3" });
    const modeOf = (name: string) => (Deno.statSync(user.at(name)).mode ?? 0) & 0o777;
    Deno.chmodSync(user.at("a"), 0o640);
    Deno.chmodSync(user.at("b"), 0o604);
    Deno.chmodSync(user.at("old"), 0o606);
    const inputs = [user.at("a"), user.at("b")];
    const write = (path: string) => Deno.writeTextFile(path, "new");
    await writeWhole(user.at("new"), write, { force: false, inputs });
    await writeWhole(user.at("old"), write, { force: true, inputs });
    const fill = (folder: string) => write(`${folder}/part`);
    await fillWhole(user.at("parts"), fill, { inputs: [user.at("a")] });
    const modes = ["new", "old", "parts", "parts/part"].map(modeOf);
    assertEquals(modes, [0o600, 0o606, 0o750, 0o640]);
    Deno.chmodSync(user.at("old"), 0o444);
    const check = () => checkAccess({ files: [user.at("old")] }, { force: true });
    assertThrows(check, UsageError, "it is read-only");
  },
});

Deno.test({
  name: "a result that replaces a file keeps its owner and group, where they may be kept",
  ignore: ignore || Deno.build.os === "windows",
  async fn() {
    using user = new UserFolder({ "a": "1", "old": "3" });
    const old = user.at("old");
    try {
      Deno.chownSync(old, 4321, 4322);
    } catch {
      return; // Only root can make this case.
    }
    Deno.chmodSync(old, 0o640);
    const write = (path: string) => Deno.writeTextFile(path, "new");
    await writeWhole(old, write, { force: true, inputs: [user.at("a")] });
    const { uid, gid, mode } = Deno.statSync(old);
    assertEquals([uid, gid, (mode ?? 0) & 0o777], [4321, 4322, 0o640]);
    assertEquals(Deno.readTextFileSync(old), "new");
  },
});

Deno.test({
  name: "makeFolder() makes a folder that is missing and removes it again if it stays empty",
  ignore,
  fn() {
    using user = new UserFolder();
    {
      using _made = makeFolder(user.at("vain"));
      assertEquals(user.tree(), { vain: "folder" });
    }
    assertEquals(user.tree(), {});
    {
      using _made = makeFolder(user.at("out"));
      user.write("out/a", "1");
    }
    {
      using _there = makeFolder(user.at("out"));
    }
    assertEquals(Object.keys(user.tree()), ["out", "out/a"]);
    assertThrows(() => makeFolder(user.at("no/where")), StorageError);
  },
});

Deno.test({
  name:
    "checkAccess() names --force only where a command has it, and needs none for its own results",
  ignore,
  fn: () =>
    inFolder({ "out.txt": "" }, (folder) => {
      const path = `${folder}/out.txt`;
      const check = (force: boolean | undefined, replaces: readonly string[] = []) =>
        checkAccess({ files: [path], replaces }, { force });
      assertThrows(() => check(undefined), UsageError, "it exists; name a new file");
      assertThrows(() => check(false), UsageError, "--force replaces it");
      check(true);
      check(undefined, [path]);
      return Promise.resolve();
    }),
});

Deno.test({
  name: "checkAccess() refuses what SQLite or a run would take for a part of a database",
  ignore,
  fn() {
    using user = new UserFolder({ "a.db": "SQLite format 3\0", "b.db": "text", "in.csv": "" });
    const check = (access: Access) => checkAccess(access, NEW);
    for (const ending of ["-wal", "-shm", "-journal", ".lock"]) {
      const [path, next] = [user.at(`a.db${ending}`), user.at(`c.db${ending}`)];
      for (const access of [{ files: [path] }, { folders: [path] }, { inPlace: [path] }]) {
        const error = assertThrows(() => check(access), UsageError);
        assertStringIncludes(
          error.message,
          `taken for a part of the database "${user.at("a.db")}"`,
        );
      }
      // Of a database that is named, it is an input, and so it is if there is none yet.
      assertThrows(
        () => check({ databases: [user.at("c.db")], files: [next] }),
        UsageError,
        "an input",
      );
      check({ files: [next, user.at(`b.db${ending}`)] });
    }
  },
});

Deno.test({
  name: "checkAccess() refuses what DuckDB would take for a part of a database",
  ignore,
  fn() {
    using user = new UserFolder({ "a.duckdb": `${"\0".repeat(8)}DUCK`, "b.duckdb": "text" });
    for (const ending of [".wal", ".tmp"]) {
      const path = user.at(`a.duckdb${ending}`);
      for (const access of [{ files: [path] }, { folders: [path] }, { inPlace: [path] }]) {
        const error = assertThrows(() => checkAccess(access, NEW), UsageError);
        const owner = user.at("a.duckdb");
        assertStringIncludes(error.message, `taken for a part of the database "${owner}"`);
      }
      for (const free of ["b", "c"]) {
        checkAccess({ files: [user.at(`${free}.duckdb${ending}`)] }, NEW);
      }
    }
  },
});

Deno.test({
  name:
    "a file that is named and is a folder or missing is a fault of the command line, of each flag",
  ignore,
  async fn() {
    using user = new UserFolder({ "in/a.log": "x" });
    const commands = [
      ["logs parse in/a.log --formats nothere", 'Cannot read "nothere": there is no such file'],
      ["audit runs -a in", "it is a folder, expected a file; name the file itself"],
      ["pipeline report -a in", "it is a folder, expected a file; name the file itself"],
      ["db extract --from sqlite:in --table t --out o", "expected a file; name the file itself"],
    ] as const;
    for (const [line, wanted] of commands) {
      const found = findCommand(line.split(" "), GROUPS);
      const parsed = parseCommand(found);
      const work = async () => await found.command.access?.(parsed, user.path, {});
      const error = await assertRejects(work, UsageError);
      assertStringIncludes(error.message, wanted, line);
    }
  },
});
