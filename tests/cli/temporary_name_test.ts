import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { gunzipSync, gzipSync } from "node:zlib";
import { UsageError } from "../../lib/errors/mod.ts";
import { checkAccess } from "../../lib/cli/access.ts";
import { fillWhole, writeWhole } from "../../lib/cli/outputs.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";
import { UserFolder } from "./_headwaters.ts";

// On Windows no leftover can be told from what is being written.
const ignore = !granted("read", "write", "run") || Deno.build.os === "windows";
const MADE_NEW = { force: false, inputs: [] };

/** Makes a file or folder in a process of its own, and ends when it is told to. */
const MAKER = `
  import { fillWhole, writeWhole } from "${import.meta.resolve("../../lib/cli/outputs.ts")}";
  const [kind, path] = Deno.args;
  const wait = async (temporary) => {
    Deno.writeTextFileSync(kind === "file" ? temporary : temporary + "/part", "half of it");
    console.log("writes");
    await new Response(Deno.stdin.readable).text();
  };
  const made = { force: false, inputs: [] };
  await (kind === "file" ? writeWhole(path, wait, made) : fillWhole(path, wait, made));
`;

/** Starts one, and waits until it writes. */
async function startMaker(user: UserFolder, kind: string, path: string) {
  user.write("maker.ts", MAKER);
  const child = new Deno.Command("deno", {
    args: ["run", "-A", "--no-check", "--quiet", user.at("maker.ts"), kind, path],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await reader.cancel();
      await child.stdin.abort().catch(() => {});
      await child.status;
    },
  };
}

for (const kind of ["file", "folder"] as const) {
  const check = (path: string) =>
    checkAccess(kind === "file" ? { files: [path] } : { folders: [path] }, { force: false });
  const make = (path: string) =>
    kind === "file"
      ? writeWhole(path, (temporary) => Deno.writeTextFile(temporary, "whole"), MADE_NEW)
      : fillWhole(path, (temporary) => Deno.writeTextFile(`${temporary}/part`, "whole"), MADE_NEW);

  Deno.test({
    name: `what a killed command has left of a ${kind} is not in the way of the next one`,
    ignore,
    async fn() {
      using user = new UserFolder();
      const path = user.at("out");
      {
        await using _maker = await startMaker(user, kind, path);
        const before = user.tree();
        assertThrows(() => check(path), UsageError, "another command is writing it");
        await assertRejects(() => make(path), UsageError, "another command is writing it");
        assertEquals(user.tree(), before);
      }
      assert(Object.keys(user.tree()).some((name) => name.startsWith("out.headwaters.tmp")));
      check(path);
      await make(path);
      assertEquals(Object.keys(user.tree()).filter((name) => name.includes(".tmp")), []);
      const result = kind === "file" ? path : `${path}/part`;
      assertEquals(Deno.readTextFileSync(result), "whole");
    },
  });
}

Deno.test({
  name: "checkAccess() takes no input, link or thing of another kind for a leftover",
  ignore,
  async fn() {
    using user = new UserFolder({
      "file.headwaters.tmp/x": "",
      "folder.headwaters.tmp": "",
      "parts.headwaters.tmp/in.csv": "an input",
      "all.headwaters.tmp": "an input",
      "real": "theirs",
    });
    await user.link("link.headwaters.tmp", "real");
    const before = user.tree();
    for (
      const access of [
        { files: [user.at("file")] },
        { folders: [user.at("folder")] },
        { files: [user.at("link")] },
        { folders: [user.at("parts")], read: [user.at("parts.headwaters.tmp/in.csv")] },
        { files: [user.at("all")], read: [user.at("all.headwaters.tmp")] },
      ]
    ) {
      assertThrows(() => checkAccess(access, { force: true }), UsageError, "is in the way");
    }
    checkAccess({ files: [user.at("all")] }, { force: true });
    assertEquals(user.tree(), before);
  },
});

Deno.test({
  name: "a command that starts again after a kill leaves only its result, and x.tmp to its owner",
  ignore,
  async fn() {
    const rows = "id,v\n1,x\n";
    for (
      const [line, left, result] of [
        ["files merge a.csv -o b.csv", "b.csv.headwaters.tmp", "b.csv"],
        [
          "files split a.csv -o parts",
          "parts.headwaters.tmp/part-0.csv",
          "parts/part-00000.csv.gz",
        ],
        ["files standardize a.csv -o new", "new/a.csv.gz.headwaters.tmp", "new/a.csv.gz"],
        ["files compress a.csv -o new", "new/a.csv.gz.headwaters.tmp", "new/a.csv.gz"],
        ["files decompress z.csv.gz -o new", "new/z.csv.headwaters.tmp", "new/z.csv"],
        ["logs parse a.log -o new", "new/a.log.jsonl.gz.headwaters.tmp", "new/a.log.jsonl.gz"],
      ] as const
    ) {
      using user = new UserFolder({
        "a.csv": rows,
        "a.log": '{"time":"2026-01-02T03:04:05Z","msg":"x"}\n',
        [left]: "half",
        "b.csv.tmp": "of somebody else",
      });
      Deno.writeFileSync(user.at("z.csv.gz"), gzipSync(rows));
      const { code, stderr } = await user.run(...line.split(" "));
      assertEquals(code, 0, `${line}: ${stderr}`);
      const names = Object.keys(user.tree());
      assertEquals(names.filter((name) => name.endsWith(".tmp")), ["b.csv.tmp"], line);
      assert(names.includes(result), `${line}: ${names}`);
      if (result.endsWith(".csv.gz")) {
        assertEquals(
          new TextDecoder().decode(gunzipSync(Deno.readFileSync(user.at(result)))),
          rows,
        );
      }
    }
  },
});

everyTest({
  name: "of commands that come for one leftover at once, one writes the result",
  ignore,
  async fn() {
    using user = new UserFolder({ "a.csv": "id\n1\n" });
    for (let round = 0; round < 3; round++) {
      user.write(`b${round}.csv.headwaters.tmp`, "half");
      const line = ["files", "merge", "a.csv", "-o", `b${round}.csv`];
      const ended = await Promise.all(Array.from({ length: 4 }, () => user.run(...line)));
      const codes = ended.map(({ code }) => code).sort();
      assertEquals(codes, [0, 64, 64, 64], ended.map(({ stderr }) => stderr).join("\n"));
      assertEquals(Deno.readTextFileSync(user.at(`b${round}.csv`)), "id\n1\n");
      assertEquals(Object.keys(user.tree()).filter((name) => name.endsWith(".tmp")), []);
    }
  },
});
