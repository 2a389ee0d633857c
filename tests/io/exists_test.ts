import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { exists } from "../../lib/io/mod.ts";
import { granted } from "../_granted.ts";
import { makeLink } from "../_make_link.ts";

const ignore = !granted("read", "write");

Deno.test({
  name: "exists() finds files, folders and links that lead nowhere, and nothing below a file",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "exists-" });
    try {
      await Deno.writeTextFile(join(folder, "a"), "");
      await makeLink(join(folder, "none"), join(folder, "link"));
      const found = ["", "a", "link", "none", "a/b", "none/b"]
        .map((name) => exists(join(folder, name)));
      assertEquals(found, [true, true, true, false, false, false]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "exists() throws what the runtime says when a path cannot be looked at",
  ignore,
  fn() {
    // A name that is longer than any file system takes.
    assertThrows(() => exists(join("/", "x".repeat(10_000))), Error);
  },
});
