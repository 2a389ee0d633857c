import { assert, assertEquals } from "@std/assert";
import { found, isGuarded } from "../../lib/config/problem.ts";
import schema from "../../data/pipeline.schema.json" with { type: "json" };

/** Paths of the keys that hold the name of an environment variable, for a value that is in no file. */
function secretPaths(node: unknown, path: readonly string[] = []): string[][] {
  if (typeof node !== "object" || node === null) return [];
  const isSecret = "pattern" in node && String(node.pattern).startsWith("^\\$\\{([A-Za-z_]");
  return [
    ...(isSecret ? [[...path]] : []),
    ...Object.entries(node).flatMap(([key, inner]) => secretPaths(inner, [...path, key])),
  ];
}

Deno.test("found() shows no literal in a place of a secret", () => {
  const paths = secretPaths(schema);
  assert(paths.some((path) => path.at(-1) === "salt") && paths.length >= 8);
  for (const path of paths) assert(isGuarded(path), path.join("."));
  const tree = { privacy: { hash: { salt: "literal" } } };
  assertEquals(found(tree, ["privacy", "hash", "salt"]), "found a string (not shown)");
});
