import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { gunzipSync, gzipSync } from "node:zlib";
import { parseLogFile } from "../../lib/cli/logs/parse_log_file.ts";
import { granted } from "../_granted.ts";
import { inFolder } from "./_run_headwaters.ts";

const GOOD = '{"ts":"2026-01-01T00:00:00Z","level":"error"}\n';
const OWN =
  "name: own\nmeaning: Marks.\njoins: none\npatterns: ['[?]+ (?<body>.*)']\nexamples: [{ line: '?? a', want: {} }]\n";

function rowsOf(file: string): Record<string, unknown>[] {
  const text = gunzipSync(Deno.readFileSync(file)).toString();
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

Deno.test({
  name: "parseLogFile() gives rejected lines that are parsed again their place in their own log",
  ignore: !granted("read", "write"),
  fn: () =>
    inFolder({
      "a.log": `?? a\n${GOOD}${GOOD}?? b é\n!! c\n`,
      "b.log": `?? a\n\n?? d\n`,
    }, async (cwd) => {
      const path = (name: string) => join(cwd, name);
      const written = [];
      for (const source of ["a.log", "b.log"]) {
        const [out, rejectsOut] = [path(`${source}.gz`), path(`${source}.rejects.gz`)];
        await parseLogFile(path(source), { source, out, rejectsOut });
        written.push(gunzipSync(Deno.readFileSync(rejectsOut)));
      }
      Deno.writeFileSync(
        path("both.gz"),
        gzipSync(Uint8Array.from(written.flatMap((b) => [...b]))),
      );
      const [out, rejectsOut] = [path("again.gz"), path("again.rejects.gz")];
      await parseLogFile(path("both.gz"), { rejects: true, formats: [OWN], out, rejectsOut });
      const rows = rowsOf(out);
      const places = rows.map((row) => [
        ...[row.source_file, row.line_start, row.source_offset, row.body],
      ]);
      assertEquals(places, [
        ["a.log", 1, 0, "a"],
        ["a.log", 4, 5 + 2 * GOOD.length, "b é"],
        ["b.log", 1, 0, "a"],
        ["b.log", 3, 6, "d"],
      ]);
      assertEquals(new Set(rows.map((row) => row.record_id)).size, 4);
      assertEquals(
        rowsOf(rejectsOut).map(({ source, line, byte_offset }) => [source, line, byte_offset]),
        [["a.log", 5, 5 + 2 * GOOD.length + 8]],
      );
    }),
});

Deno.test({
  name: "parseLogFile() reads rejected lines whose end was cut off as no whole ones",
  ignore: !granted("read", "write"),
  fn: () =>
    inFolder({}, async (cwd) => {
      const path = (name: string) => join(cwd, name);
      const long = `2026-01-01T00:00:00Z ERROR ${"x".repeat(70_000)}\n${GOOD}`;
      // Half of a line is what the first half of the packed bytes gives.
      const packed = gzipSync(`2026-01-01T00:00:00Z ERROR boom\n2026-01-01T00:00:01Z ERROR half`);
      Deno.writeFileSync(path("cut.gz"), packed.subarray(0, -9));
      Deno.writeTextFileSync(path("long.log"), long);
      for (const [source, code] of [["long.log", "line-too-long"], ["cut.gz", "log-truncated"]]) {
        const [out, rejectsOut] = [path("out.gz"), path("rejects.gz")];
        await parseLogFile(path(source ?? ""), { source, out, rejectsOut });
        assertEquals(rowsOf(rejectsOut).map((reject) => reject.code), [code]);
        await parseLogFile(rejectsOut, { rejects: true, out: path("again.gz") });
        assertEquals(rowsOf(path("again.gz")).map(({ parse_status }) => parse_status), ["partial"]);
      }
    }),
});
