import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Access, permissionFlags } from "../../lib/cli/access.ts";
import { renderDryRun } from "../../lib/cli/dry_run.ts";
import { granted } from "../_granted.ts";
import { UserFolder } from "./_headwaters.ts";

const ignore = !granted("read", "write", "run");

/** Returns the paths of a permission flag. */
function flagged(access: Access, name: string): string[] {
  return permissionFlags(access).filter((flag) => flag.startsWith(`${name}=`))
    .flatMap((flag) => flag.slice(name.length + 1).split(","));
}

Deno.test({
  name: "renderDryRun() names every path of the permission flags, and none beyond them",
  ignore,
  async fn() {
    using user = new UserFolder({ "in/a.csv": "a", "in/b.csv": "b", "c.db": "" });
    await user.link("link", user.at("in"));
    const access: Access = {
      read: [user.at("link"), user.at("in/a.csv")],
      databases: [user.at("c.db")],
      files: [user.at("link/all.csv"), user.at("out/x.csv")],
      folders: [user.at("parts")],
      makes: user.at("out"),
      inPlace: [user.at("state")],
      net: ["a.example:443"],
      env: ["TOKEN"],
    };
    const { read, write, temporary, net, env } = JSON.parse(renderDryRun(access, { json: true }));
    const isCovered = (path: string, folders: readonly string[]) =>
      folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
    const paths = [...read, ...write, ...temporary];
    for (const path of flagged(access, "--allow-read")) assert(paths.includes(path), path);
    for (const path of flagged(access, "--allow-write")) {
      assert([...write, ...temporary].includes(path), path);
    }
    for (const path of [...write, ...temporary]) {
      assert(isCovered(path, flagged(access, "--allow-write")), path);
    }
    for (const path of paths) assert(isCovered(path, flagged(access, "--allow-read")), path);
    assertEquals([net, env], [["a.example:443"], ["TOKEN"]]);
    const text = renderDryRun(access, { json: false });
    for (const path of [...paths, ...net, ...env]) assertStringIncludes(text, `  ${path}`);
    assertStringIncludes(text, `write  ${user.at("parts")}.tmp (temporary name)\n`);
    assertStringIncludes(text, `write  ${user.at("state")} (in place)\n`);
  },
});

Deno.test({
  name: "--dry-run of split, merge and api fetch prints the names that they write under",
  ignore,
  async fn() {
    using user = new UserFolder({ "a.csv": "id\n1\n" });
    for (
      const [line, written, temporary] of [
        ["files split a.csv -o parts", ["parts"], ["parts.tmp"]],
        ["files merge a.csv -o all.csv", ["all.csv"], ["all.csv.tmp"]],
      ] as const
    ) {
      const { stdout } = await user.run(...line.split(" "), "--dry-run", "--json");
      const plan = JSON.parse(stdout);
      assertEquals(plan.write, written.map((name) => user.at(name)));
      assertEquals(plan.temporary, temporary.map((name) => user.at(name)));
    }
    const fetched = await user.run("api", "fetch", "http://127.0.0.1:9/", "--dry-run");
    for (const name of ["records.jsonl", "records.jsonl.part", "records.jsonl.position"]) {
      assertStringIncludes(fetched.stdout, `write  ${user.at(name)}`);
    }
    assertStringIncludes(fetched.stdout, "net    127.0.0.1:9\n");
    assert(!fetched.stdout.includes("until it is whole"), fetched.stdout);
  },
});

Deno.test("renderDryRun() fits 80 columns but for the paths", () => {
  for (const line of renderDryRun({ files: ["/a"] }, { json: false }).split("\n")) {
    assert(line.length <= 80, line);
  }
});
