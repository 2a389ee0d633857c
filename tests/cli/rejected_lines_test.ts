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
  name: "parseLogFile() rejects again a line of which only a part was kept",
  ignore: !granted("read", "write"),
  fn: () =>
    inFolder({}, async (cwd) => {
      const path = (name: string) => join(cwd, name);
      const access = (bytes: string) =>
        `203.0.113.9 - - [01/May/2026:10:16:40 +0000] "GET / HTTP/1.1" 200 ${bytes}`;
      const lines = Array.from({ length: 4000 }, (_, i) => access(`${1000 + i * 7919}`)).join("\n");
      const long = (end: string) => `2026-05-01 10:00:00 INFO ${end.repeat(70_000 / end.length)}`;
      Deno.writeTextFileSync(path("a.log"), `?? a\n${long("x")}\n${long("xxxé")}\n?? b\n`);
      // Each is cut elsewhere in its last line, after a whole number too.
      for (let at = 0; at < 40; at++) {
        const packed = gzipSync(lines);
        Deno.writeFileSync(path(`t${at}.log.gz`), packed.subarray(0, packed.length >> 1 | at));
      }
      const sources = ["a.log", ...Array.from({ length: 40 }, (_, at) => `t${at}.log.gz`)];
      let rejects: Record<string, unknown>[] = [];
      for (const source of sources) {
        const [out, rejectsOut] = [path("out.gz"), path("rejects.gz")];
        await parseLogFile(path(source), { source, out, rejectsOut });
        rejects.push(...rowsOf(rejectsOut));
      }
      assertEquals(Map.groupBy(rejects, ({ code }) => code).get("log-truncated")?.length, 40);
      rejects = rejects.filter(({ code }) => code !== "line-unrecognized");
      assertEquals(rejects.length, 42);
      const [out, rejectsOut] = [path("again.gz"), path("again.rejects.gz")];
      const text = rejects.map((one) => JSON.stringify(one) + "\n").join("");
      Deno.writeFileSync(path("all.gz"), gzipSync(text));
      await parseLogFile(path("all.gz"), { rejects: true, out, rejectsOut });
      assertEquals(rowsOf(out), []);
      assertEquals(rowsOf(rejectsOut), rejects);
    }),
});
