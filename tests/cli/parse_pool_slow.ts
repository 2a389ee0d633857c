import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ParsePool } from "../../lib/cli/logs/parse_pool.ts";
import { parseLogFile } from "../../lib/cli/logs/parse_log_file.ts";
import { granted } from "../_granted.ts";
import { inFolder } from "./_run_headwaters.ts";

const LINE = "ts=2026-01-01T00:00:00Z level=error msg=x\n";

Deno.test({
  name: "ParsePool gives the results in order, none for a log that fails, and stops when told",
  ignore: !granted("read", "write"),
  fn: () =>
    inFolder(
      { "a.log": LINE.repeat(3000), "b.log": `${LINE}???\n`, "d.log": LINE },
      async (folder) => {
        const logs = ["a.log", "b.log", "missing.log", "d.log"].map((name) => ({
          name,
          path: join(folder, name),
        }));
        const jobs = logs.map((log) => ({ log, reading: { strict: true }, force: false }));
        const stop = new AbortController();
        const read = new Map<string, number>();
        const onRead = ({ name }: { readonly name: string }, bytes: number) => {
          read.set(name, (read.get(name) ?? 0) + bytes);
        };
        await using pool = new ParsePool(jobs, { size: 2, onRead, signal: stop.signal });
        const results = [await pool.next(), await pool.next(), await pool.next()];
        const alone = [await parseLogFile(logs[0]?.path ?? "", { strict: true })];
        assertEquals(results.slice(0, 1), alone);
        assertEquals(results.map((one) => one?.lines), [3000, 2, undefined]);
        assertEquals(results[1]?.rejects.map(({ code }) => code), ["line-unrecognized"]);
        assertEquals(read.get("a.log"), 3000 * LINE.length);
        await assertRejects(() => parseLogFile(logs[2]?.path ?? ""));
        stop.abort();
        // It had begun, and may be done; what nobody took is told, so that a command can say what it has written.
        assertEquals((await pool.stop()).every(({ name }) => name === "d.log"), true);
      },
    ),
});
