/**
 * Measures `db extract` over a million rows of PostgreSQL against a Python script (psycopg, json, gzip at the same level)
 * and against `COPY (SELECT row_to_json(t) ...) | gzip` on the server.
 *
 * Usage: `deno run --allow-read --allow-write --allow-run --allow-env --allow-net=127.0.0.1 --allow-sys=uid
 * tests/engines/_extract_bench.ts`; `pip install psycopg[binary]` adds the script.
 *
 * @module
 */
import { join } from "@std/path";
import { median } from "../../tools/bench_api.ts";
import { markdownTable } from "../../tools/markdown_table.ts";
import { ROOT } from "../cli/_run_headwaters.ts";
import { startPostgres } from "./_postgres.ts";

const ROWS = 1_000_000;
const ROUNDS = 3;
/** The level of our gzip files. */
const LEVEL = 4;

/** Runs a program and prints the most memory that it and its children took, in MB. */
const MEASURED = `import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, "MB", file=sys.stderr)`;

async function timed(command: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  const { success, stderr } = await new Deno.Command(command, { args: [...args], stdout: "null" })
    .output();
  const said = new TextDecoder().decode(stderr).trim();
  if (!success) throw new Error(said);
  if (said !== "") console.error(said);
  return performance.now() - start;
}

if (import.meta.main) {
  await using server = await startPostgres();
  const folder = await Deno.makeTempDir();
  try {
    await server.sql(
      `CREATE TABLE big AS SELECT i AS id, 'name ' || i AS name, i / 7.0::float8 AS amount, i % 100 AS grp,
      '2026-01-01'::timestamptz + i * interval '1 ms' AS at FROM generate_series(1, ${ROWS}) AS i;
      ALTER TABLE big ADD PRIMARY KEY (id); ANALYZE big`,
    );
    const url = `postgres://hw@127.0.0.1:${server.port}/postgres`;
    const script = join(import.meta.dirname ?? "", "_extract_script.py");
    const copy =
      `COPY (SELECT row_to_json(t) FROM big AS t) TO PROGRAM 'gzip -${LEVEL} > /dev/null'`;
    const contenders = {
      "db extract": (to: string) =>
        timed("python3", [
          "-c",
          MEASURED,
          "deno",
          "run",
          "--allow-read",
          "--allow-env",
          "--allow-run=deno",
          join(ROOT, "lib/cli/headwaters.ts"),
          "db",
          "extract",
          "--from",
          url,
          "--table",
          "big",
          "--out",
          to,
        ]),
      "COPY | gzip": async () => {
        const start = performance.now();
        await server.sql(copy);
        return performance.now() - start;
      },
      "psycopg, json, gzip": (to: string) => timed("python3", [script, url, to]),
    };
    const times = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, run] of Object.entries(contenders)) {
        const time = await run(join(folder, `${name.replaceAll(/\W+/g, "_")}${round}`)).catch(
          (error) => {
            console.error(`${name}: ${error.message.trim().split("\n").at(-1)}`);
            return NaN;
          },
        );
        times.set(name, [...times.get(name) ?? [], time]);
      }
    }
    const ours = median(times.get("db extract") ?? []);
    console.log(markdownTable(
      [`${ROWS} rows, median of ${ROUNDS}`, "time", "ratio to db extract"],
      [...times].map((
        [name, all],
      ) => [name, `${Math.round(median(all))} ms`, (median(all) / ours).toFixed(2)]),
    ));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
