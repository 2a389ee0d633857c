import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseLogFile } from "../../lib/cli/logs/mod.ts";
import { granted } from "../_granted.ts";
import { filesIn, inFolder, runHeadwaters, startHeadwaters } from "./_run_headwaters.ts";

const ignore = !granted("read", "write", "run");
const LINE = "ts=2026-01-01T00:00:00Z level=error msg=x n=";
/** Large enough for workers. */
const LARGE = Array.from({ length: 400_000 }, (_, i) => `${LINE}${i}\n`).join("");
const FILES = {
  "a.log": LARGE,
  "b.log": `${LINE}1\n???\n`,
  "c/a.log": LARGE,
  "d.log.gz": "no gzip",
};

Deno.test({
  name: "logs parse on workers writes the same files, and one that fails stops no other",
  ignore,
  fn: () =>
    inFolder(FILES, async (cwd) => {
      const { code, stdout, stderr } = await runHeadwaters(
        ["logs", "parse", ".", "--out", "out", "--json"],
        { cwd },
      );
      assertEquals(code, 2, stderr);
      const { files } = JSON.parse(stdout);
      assertEquals(
        files.map((
          file: Record<string, unknown>,
        ) => [file["file"], file["records"], file["rejected"]]),
        [["a.log", 400_000, 0], ["b.log", 1, 1], ["c/a.log", 400_000, 0], ["d.log.gz", 0, 1]],
      );
      for (const source of ["a.log", "c/a.log"]) {
        const out = join(cwd, "alone.gz");
        await parseLogFile(join(cwd, source), { source, out });
        const [one, other] = [out, join(cwd, `out/${source}.jsonl.gz`)].map((path) =>
          Deno.readFileSync(path)
        );
        assertEquals(one, other);
      }
    }),
});

Deno.test({
  name: "logs parse on workers hears a stop, and leaves nothing that is half written",
  ignore: ignore || Deno.build.os === "windows",
  fn: () =>
    inFolder(FILES, async (cwd) => {
      const child = startHeadwaters(["logs", "parse", ".", "--out", "out"], { cwd });
      const isBegun = () => filesIn(cwd).some((name) => name.startsWith("out/"));
      while (!isBegun()) await new Promise((resolve) => setTimeout(resolve, 50));
      child.kill("SIGINT");
      const { code, stderr } = await child.output();
      assertEquals(code, 75, new TextDecoder().decode(stderr));
      const left = filesIn(cwd).filter((name) => name.startsWith("out/"));
      assert(left.every((name) => /^out\/[\w./]+\.jsonl\.gz$/.test(name)), left.join());
    }),
});
