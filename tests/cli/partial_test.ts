import { assertEquals, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { granted } from "../_granted.ts";
import { inFolder, workOf } from "./_run_headwaters.ts";

const ignore = !granted("read", "write");
const CUT = gzipSync("2024-05-01 10:00:00 INFO started\n".repeat(50)).subarray(0, 40);

Deno.test({
  name: "a command over files fails if none can be used, and is partial if one cannot",
  ignore,
  fn: () =>
    inFolder({
      "good.csv": "id,v\n1,2\n",
      "bad.csv.gz": CUT,
      "good.log": "2024-05-01 10:00:00 INFO started\n",
      "bad.log.gz": CUT,
    }, async (folder) => {
      for (
        const [args, code] of [
          ["files validate bad.csv.gz", 1],
          ["files validate good.csv bad.csv.gz", 2],
          ["files validate good.csv", 0],
          ["files standardize bad.csv.gz --out clean", 1],
          ["logs parse bad.log.gz", 1],
          ["logs parse good.log bad.log.gz", 2],
          ["logs parse good.log", 0],
        ] as const
      ) {
        assertEquals((await workOf(args.split(" "), folder)).code, code, args);
      }
    }),
});

Deno.test({
  name: "a document of many rejected lines counts all of them and says how many it leaves out",
  ignore,
  fn: () =>
    inFolder({
      "a.csv": `id,v\n1,2\n${"3\n".repeat(1200)}`,
      "a.log": `${"?\n".repeat(1200)}ts=2026-01-01T00:00:00Z level=info msg=x\n`,
    }, async (folder) => {
      const files = await workOf(["files", "validate", "a.csv", "--json"], folder);
      const [file] = JSON.parse(files.stdout).files;
      assertEquals([file.rejected, file.rejects.length, file.rejects_omitted], [1200, 1000, 200]);
      assertStringIncludes(files.stderr, "200 rejected lines more than the document lists");
      const logs = await workOf(["logs", "parse", "a.log", "-f", "logfmt", "--json"], folder);
      const [log] = JSON.parse(logs.stdout).files;
      assertEquals([log.rejected, log.rejects.length, log.rejects_omitted], [1200, 1000, 200]);
      const shown = await workOf(["logs", "parse", "a.log", "-f", "logfmt"], folder);
      assertStringIncludes(shown.stdout, "1,190 more; --out keeps all of them");
    }),
});
