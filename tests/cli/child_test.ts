import { assert, assertEquals } from "@std/assert";
import { normalize } from "@std/path";
import { GROUPS } from "../../lib/cli/groups.ts";
import { granted } from "../_granted.ts";

interface Named {
  readonly loads: string[];
  readonly imports: string[];
  readonly modules: string[];
}

/** Every `load("...")` of a file, and every `import("...")` and `import "..."` by its path in lib. */
function named(path: string): Named {
  const text = Deno.readTextFileSync(path);
  const all = (pattern: RegExp) => Array.from(text.matchAll(pattern), ([, name = ""]) => name);
  const folder = path.slice(0, path.lastIndexOf("/"));
  const inLib = (name: string) =>
    normalize(`${folder}/${name}`).replaceAll("\\", "/").slice("lib/".length);
  return {
    loads: all(/\bload\("([^"]+)"\)/g),
    imports: all(/\bimport\("(\.[^"]+)"\)/g).map(inLib),
    modules: all(/^import "(\.[^"]+)";$/gm).map(inLib),
  };
}

function filesOf(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).filter(({ name }) => name.endsWith(".ts"))
    .map(({ name }) => `${folder}/${name}`);
}

Deno.test({
  name: "the child of a group names all that its commands load, and the launcher names nothing",
  ignore: !granted("read"),
  fn() {
    let checked = 0;
    for (const [group, { commands }] of Object.entries(GROUPS)) {
      const files = filesOf(`lib/cli/${group}`);
      const child = `lib/cli/${group}/child.ts`;
      const others = files.filter((path) => path !== child).map(named);
      assertEquals(others.flatMap(({ imports }) => imports), [], "it would be read for --help");
      if (!Object.values(commands).some(({ access }) => access !== undefined)) continue;
      assertEquals(named(child).imports, [`cli/${group}/child_modules.ts`], "each import costs");
      const { modules } = named(`lib/cli/${group}/child_modules.ts`);
      const wanted = others.flatMap(({ loads }) => loads);
      assertEquals([...new Set(wanted)].filter((name) => !modules.includes(name)), [], group);
      checked += wanted.length;
    }
    assert(checked > 10);
    assertEquals(named("lib/cli/main.ts").imports, []);
  },
});
