import { assert, assertEquals } from "@std/assert";
import { normalize } from "@std/path";
import { GROUPS } from "../../lib/cli/groups.ts";
import { granted } from "../_granted.ts";

/** Every `load("...")` of a file, and every `import("...")` by its path in lib. */
function named(path: string): { readonly loads: string[]; readonly imports: string[] } {
  const text = Deno.readTextFileSync(path);
  const all = (pattern: RegExp) => Array.from(text.matchAll(pattern), ([, name = ""]) => name);
  const folder = path.slice(0, path.lastIndexOf("/"));
  return {
    loads: all(/\bload\("([^"]+)"\)/g),
    imports: all(/\bimport\("(\.[^"]+)"\)/g).map((name) =>
      normalize(`${folder}/${name}`).replaceAll("\\", "/").slice("lib/".length)
    ),
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
      const { imports } = named(child);
      const wanted = others.flatMap(({ loads }) => loads);
      assertEquals([...new Set(wanted)].filter((name) => !imports.includes(name)), [], group);
      checked += wanted.length;
    }
    assert(checked > 10);
    assertEquals(named("lib/cli/main.ts").imports, []);
  },
});
