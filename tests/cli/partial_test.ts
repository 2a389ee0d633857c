import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { granted } from "../_granted.ts";
import { SuspendedError } from "../../lib/errors/mod.ts";
import { filesIn, inFolder, workOf } from "./_run_headwaters.ts";

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

Deno.test({
  name: "a stop after some results says which are there and how to go on",
  ignore,
  fn: () =>
    inFolder({
      "a.csv": "id\n1\n",
      "b.csv": "id\n2\n",
      "a.log": "2024-05-01 10:00:00 INFO started\n",
      "b.log": "2024-05-01 10:00:00 INFO started\n",
    }, async (folder) => {
      for (
        const [line, name] of [
          ["files standardize a.csv b.csv --out clean", "a.csv.gz"],
          ["logs parse a.log b.log --out clean", "a.log.jsonl.gz"],
        ] as const
      ) {
        const stopped = (args: readonly string[]) => {
          const controller = new AbortController();
          const reason = new SuspendedError("suspended-signal", "Cannot finish: run it again");
          const write = () => controller.abort(reason);
          const options = { signal: controller.signal, write };
          return assertRejects(() => workOf(args, folder, options), SuspendedError);
        };
        const error = await stopped(line.split(" "));
        assertStringIncludes(
          error.message,
          `1 result of this command is whole and stays, the last of them "`,
        );
        assertStringIncludes(error.message, "run it again with --force, or without their inputs");
        assertStringIncludes(String(error.context["written"]), `clean/${name}`);
        assertEquals(filesIn(folder).filter((path) => path.endsWith(".gz")), [`clean/${name}`]);
        const forced = await stopped([...line.split(" "), "--force"]);
        assertEquals(forced.message, "Cannot finish: run it again");
        await Deno.remove(`${folder}/clean`, { recursive: true });
      }
    }),
});

Deno.test({
  name: "a file without a good line leaves no result, and what was there before",
  ignore,
  fn: () =>
    inFolder({
      "bad.csv": "id,v\n1\n2\n",
      "bad.log": "?\n?\n",
    }, async (folder) => {
      for (
        const [line, names] of [
          ["files standardize bad.csv --out clean", ["bad.csv.gz"]],
          ["logs parse bad.log -f logfmt --out clean", [
            "_bad.log.rejects.jsonl.gz",
            "bad.log.jsonl.gz",
          ]],
        ] as const
      ) {
        const args = line.split(" ");
        assertEquals((await workOf(args, folder)).code, 1, line);
        assertEquals(filesIn(folder), ["bad.csv", "bad.log"]);
        await Deno.mkdir(`${folder}/clean`);
        for (const name of names) await Deno.writeTextFile(`${folder}/clean/${name}`, "before");
        assertEquals((await workOf([...args, "--force"], folder)).code, 1, line);
        for (const name of names) {
          assertEquals(await Deno.readTextFile(`${folder}/clean/${name}`), "before");
        }
        await Deno.remove(`${folder}/clean`, { recursive: true });
      }
    }),
});
