import { assert, assertEquals } from "@std/assert";
import { granted } from "../_granted.ts";
import { inFolder, ROOT, said } from "../cli/_run_headwaters.ts";

/** What phases/README.md tells a reader to write, and a program that uses it. */
async function linked(): Promise<{ readonly config: string; readonly program: string }> {
  const text = await Deno.readTextFile("phases/README.md");
  const [, config = ""] = /```json\n([^`]*)```/.exec(text) ?? [];
  const [, program = ""] = /```json[^`]*```[^`]*```ts ignore\n([^`]*)```/.exec(text) ?? [];
  assert(config !== "" && program !== "");
  return { config: config.replace("../headwaters", ROOT), program };
}

Deno.test({
  name: "the toolkit can be imported from any folder, as phases/README.md says",
  ignore: !granted("read", "write", "run"),
  async fn() {
    const { config, program } = await linked();
    await inFolder({ "deno.json": config, "main.ts": program }, async (cwd) => {
      const args = ["run", "--cached-only", "--allow-net=127.0.0.1", "main.ts"];
      const { code, stdout, stderr } = said(
        await new Deno.Command("deno", { args, cwd, env: { NO_COLOR: "1" } }).output(),
      );
      assertEquals([code, stdout], [0, "dt=2026-11-26/kind=a%2Fb\n"], stderr);
    });
  },
});

Deno.test({
  name: "every area that is exported is there, and its mod.ts says what it is for",
  ignore: !granted("read"),
  async fn() {
    const { exports } = JSON.parse(await Deno.readTextFile("deno.json"));
    for (const [name, path] of Object.entries<string>(exports)) {
      const text = await Deno.readTextFile(path);
      assert(text.startsWith("/**") && text.includes("@module"), name);
    }
  },
});

Deno.test({
  name: "everything that is exported is documented, and its types are exported too",
  ignore: !granted("read", "run"),
  async fn() {
    const { exports } = JSON.parse(await Deno.readTextFile("deno.json"));
    const args = ["doc", "--lint", ...Object.values<string>(exports)];
    const { code, stderr } = said(
      await new Deno.Command("deno", { args, env: { NO_COLOR: "1" } }).output(),
    );
    assertEquals(code, 0, stderr);
  },
});
