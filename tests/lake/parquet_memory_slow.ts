import { assert, assertEquals } from "@std/assert";
import { parquetMetadataAsync } from "hyparquet";
import { join } from "@std/path";
import { COLLECTS_EARLY } from "../../lib/pipeline/launch_plan.ts";
import { granted } from "../_granted.ts";

const MB = 1e6;

/** Writes in a process of its own, whose memory is nobody else's. */
async function write(path: string, count: number) {
  const script = new URL("./_write_parquet.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      // As the launcher starts a run.
      COLLECTS_EARLY,
      `--allow-read=${path}`,
      `--allow-write=${path}`,
      script,
      path,
      String(count),
    ],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout)) as {
    readonly peak: number;
    readonly bytes: number;
    readonly written: number;
  };
}

Deno.test({
  name: "PARQUET writes a part of any size within 200 MB",
  ignore: !granted("read", "write", "run"),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const path = join(folder, "part.parquet");
      const small = await write(path, 50_000);
      const large = await write(path, 800_000);
      assert(large.bytes > 160 * MB && large.written > 20 * MB, JSON.stringify(large));
      assert(large.peak < 200 * MB, `${Math.round(large.peak / MB)} MB`);
      assert(large.peak < 1.6 * small.peak, `${small.peak} for a sixteenth, ${large.peak}`);
      const bytes = await Deno.readFile(path);
      const { num_rows } = await parquetMetadataAsync({
        byteLength: bytes.length,
        slice: (from, to) => Promise.resolve(bytes.buffer.slice(from, to) as ArrayBuffer),
      });
      assertEquals(num_rows, 800_000n);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
