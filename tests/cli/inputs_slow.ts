import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { inputFiles } from "../../lib/cli/inputs.ts";
import { granted } from "../_granted.ts";
import { inFolder } from "./_run_headwaters.ts";

Deno.test({
  name: "inputFiles() takes a folder of more files than a call takes arguments",
  ignore: !granted("read", "write"),
  fn: () =>
    inFolder({ "logs/x": "" }, (folder) => {
      for (let i = 1; i < 150_000; i++) {
        Deno.openSync(join(folder, `logs/${i}`), { write: true, createNew: true }).close();
      }
      assertEquals(inputFiles(["logs"], folder, { anything: true }).files.length, 150_000);
      return Promise.resolve();
    }),
});
