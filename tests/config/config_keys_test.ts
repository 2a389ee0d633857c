import { assert, assertEquals } from "@std/assert";
import { configKeys } from "../../lib/pipeline/mod.ts";

const keys = configKeys();

function find(path: string, variant?: string) {
  return keys.find((key) =>
    key.path === path && (variant === undefined || key.variants.includes(variant))
  );
}

Deno.test("configKeys() gives every key a meaning, a type and a default", () => {
  const silent = keys.filter((key) => !/^.+\.$/s.test(key.meaning) || !key.type || !key.default);
  assertEquals(silent.map((key) => key.path), []);
});

Deno.test("configKeys() tells a key that several variants share only once", () => {
  const identities = keys.map((key) => `${key.path} ${key.variants.join()}`);
  assertEquals(identities.length, new Set(identities).size);
  assertEquals(find("sources[].path")?.variants, ["files", "logs"]);
  assertEquals(find("sources[].name")?.variants, []);
});

Deno.test("configKeys() shows what a key is without being written", () => {
  assertEquals(find("sources[].retry.max_wait")?.default, "2m");
  assertEquals(find("name")?.default, "required");
  assertEquals(find("sources[].streams[].body")?.default, "none");
  assertEquals(find("sources[].stream")?.default, "the source's name");
});

Deno.test("configKeys() shows what a key may hold", () => {
  assertEquals(find("sources[].auth.token", "bearer")?.type, '"${NAME}"');
  assertEquals(find("sources[].streams[].method")?.type, "one of GET, POST");
  assertEquals(find("tolerance.records")?.type, "share");
  assertEquals(find("sources[].include")?.type, "list (text)");
});

Deno.test("configKeys() reaches the keys at every depth", () => {
  for (const path of ["lake", "sandbox.seed", "sources[].streams[].pagination.total_from.path"]) {
    assert(find(path), path);
  }
});
