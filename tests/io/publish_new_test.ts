import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { publishNew } from "../../lib/io/mod.ts";
import { granted } from "../_granted.ts";
import { inFolder } from "../cli/_run_headwaters.ts";

Deno.test({
  name: "publishNew() gives a file its name if nothing has it, also where there are no links",
  ignore: !granted("read", "write"),
  fn: () =>
    inFolder({ "a.tmp": "a", "b.tmp": "b", "taken": "theirs" }, (folder) => {
      const at = (name: string) => join(folder, name);
      const { linkSync } = Deno;
      const names = () => Array.from(Deno.readDirSync(folder), ({ name }) => name).toSorted();
      try {
        assertEquals(publishNew(at("a.tmp"), at("taken")), false);
        assertEquals(publishNew(at("a.tmp"), at("a")), true);
        Deno.linkSync = () => {
          throw new Deno.errors.NotSupported("Operation not supported (os error 95)");
        };
        assertEquals(publishNew(at("b.tmp"), at("taken")), false);
        assertEquals(publishNew(at("b.tmp"), at("b")), true);
      } finally {
        Deno.linkSync = linkSync;
      }
      assertEquals(names(), ["a", "b", "taken"]);
      assertEquals(["a", "b", "taken"].map((name) => Deno.readTextFileSync(at(name))), [
        ...["a", "b", "theirs"],
      ]);
      return Promise.resolve();
    }),
});
