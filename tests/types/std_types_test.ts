import { assert, assertEquals } from "@std/assert";
import { granted } from "../_granted.ts";

/** A value that a `declare module` promises. */
interface Declared {
  readonly specifier: string;
  readonly name: string;
  readonly kind: "function" | "class" | "constant";
}

Deno.test({
  name: "std.d.ts declares only what the @std modules have",
  ignore: !granted("read"),
  async fn() {
    const declared = readDeclared(await Deno.readTextFile("lib/_types/std.d.ts"));
    assert(declared.length > 20, `found only ${declared.length} declarations`);
    const wrong: string[] = [];
    for (const { specifier, name, kind } of declared) {
      const module = await import(specifier);
      const found = typeof module[name];
      if (found === "undefined" || (found === "function") !== (kind !== "constant")) {
        wrong.push(`${specifier} ${name}: declared as ${kind}, found ${found}`);
      }
    }
    assertEquals(wrong, []);
  },
});

Deno.test({
  name: "std.d.ts declares every @std module of the import map, and no other",
  ignore: !granted("read"),
  async fn() {
    const { imports } = JSON.parse(await Deno.readTextFile("deno.json"));
    const mapped = Object.keys(imports).filter((name) => name.startsWith("@std/")).sort();
    const declared = readDeclared(await Deno.readTextFile("lib/_types/std.d.ts"));
    assertEquals([...new Set(declared.map((one) => one.specifier))].sort(), mapped);
  },
});

Deno.test({
  name: "std.d.ts ends with the guard that refuses undeclared @std imports",
  ignore: !granted("read"),
  async fn() {
    const text = await Deno.readTextFile("lib/_types/std.d.ts");
    assert(/declare module "@std\/\*" \{\s*export \{\};\s*\}\s*$/.test(text));
  },
});

/** Reads the declarations by Deno's own parser, by way of a lint plugin that reports nothing. */
function readDeclared(source: string): Declared[] {
  const declared: Declared[] = [];
  const plugin: Deno.lint.Plugin = {
    name: "declared",
    rules: {
      read: {
        create: () => ({
          TSModuleDeclaration(node) {
            if (node.id.type !== "Literal" || node.body?.type !== "TSModuleBlock") return;
            for (const statement of node.body.body) {
              if (statement.type !== "ExportNamedDeclaration") continue;
              declared.push(...valuesOf(String(node.id.value), statement.declaration));
            }
          },
        }),
      },
    },
  };
  Deno.lint.runPlugin(plugin, "std.d.ts", source);
  return declared;
}

function valuesOf(
  specifier: string,
  declaration: Deno.lint.ExportNamedDeclaration["declaration"],
): Declared[] {
  switch (declaration?.type) {
    case "FunctionDeclaration":
    case "TSDeclareFunction":
      return [{ specifier, name: declaration.id?.name ?? "", kind: "function" }];
    case "ClassDeclaration":
      return [{ specifier, name: declaration.id?.name ?? "", kind: "class" }];
    case "VariableDeclaration":
      return declaration.declarations.map(({ id }) => ({
        specifier,
        name: id.type === "Identifier" ? id.name : "",
        kind: "constant",
      }));
    default:
      return [];
  }
}
