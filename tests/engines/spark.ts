import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { inventory, layOutFiles, predictSparkTasks } from "../../lib/files/mod.ts";
import { verifyLake } from "../../lib/pipeline/mod.ts";
import { hasLongNumber } from "../../lib/grammar/mod.ts";
import { SchemaInference, type SparkType, type StructType, toDdl } from "../../lib/schema/mod.ts";
import { inFolder } from "../cli/_run_headwaters.ts";
import { SPARK_LAYOUTS } from "../files/_spark_layouts.ts";
import { findEngine } from "./_engines.ts";
import { type HostileLake, hostileLake } from "./_hostile_lake.ts";
import { readLake, startSpark } from "./_spark.ts";
import { foundRows, liveOf, viewNames, wantedRows } from "./_wanted.ts";

const { program = "", missing } = await findEngine("spark");

/** What Spark finds in a table. */
interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Rows of one file, or why there are none. */
interface SparkRows {
  readonly rows?: readonly (readonly string[])[];
  readonly refusal?: string;
}

/** Whole numbers at the limits of their types. */
const WHOLE = [
  "9223372036854775807",
  "-9223372036854775808",
  "9223372036854775808",
  "9".repeat(38),
  `-${"9".repeat(38)}`,
];

/** What Spark makes of a folder. */
interface SparkRead {
  readonly read?: readonly string[];
  readonly tasks?: number;
  readonly refusal?: string;
}

/** Values of a partition that a folder's name cannot hold as they are, or that mean something to somebody. */
const PARTITIONS: readonly (string | null)[] = [
  ...["a=b", "50%", "%41", "a/b", "two words", " before", "after ", "é", "日本", "🌊", "a:b"],
  ...["a?b*c", "[x]{y}", "\\", '"q"', "'q'", "#tag", "a\nb", "a\tb", "a+b", "a&b", "a,b", "a;b"],
  ...["$HOME", "~", ".", "..", "-", "_x", ".x", "null", "NULL", "08", "1e3", "2026-11-21", "(a)"],
  ...["a|b", "<a>", "!", "@", "`", "^", "x".repeat(200), "", null],
];

/** Types alone: Spark takes every column of a file for one that may be missing. */
function typesOf({ fields }: StructType): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name, type }) => [name, typeOf(type)]));
}

function typeOf(type: SparkType): unknown {
  if (typeof type === "string") return type;
  if (type.type === "struct") return typesOf(type);
  return type.type === "array" ? [typeOf(type.elementType)] : { "*": typeOf(type.valueType) };
}

/** Types that each stream declares, with its partition. */
function declaredTypes(world: HostileLake): Record<string, unknown> {
  return Object.fromEntries(
    liveOf(world).map(({ name, shown }) => [name, { ...typesOf(shown) }]),
  );
}

Deno.test({
  name: "Spark",
  ignore: missing !== undefined,
  async fn(t) {
    await using world = await hostileLake();
    await using spark = startSpark(program);
    for (let night = 0; night < 5; night++) assertEquals((await world.run()).reasons, []);
    const answer = await readLake(spark, world.lake);

    await t.step("its views have the rows of the manifests in every mode", () => {
      assertEquals(foundRows(world, answer.rows), wantedRows(world));
    });

    await t.step("no record is corrupt", () => {
      assertEquals(Object.entries(answer.corrupt).filter(([, count]) => count !== 0), []);
      const typed = liveOf(world).filter(({ schema }) => schema !== undefined);
      assertEquals(Object.keys(answer.corrupt), typed.map(({ name }) => name));
    });

    await t.step(
      "pipeline verify starts one of its own, and finds what the manifests say",
      async () => {
        const { signal } = new AbortController();
        const streams = await verifyLake(world, "spark", { program, signal });
        assertEquals(streams.filter(({ agrees }) => !agrees), []);
        assertEquals(streams.map(({ stream }) => stream), liveOf(world).map(({ name }) => name));
        const wanted = wantedRows(world);
        const keyed = streams.filter(({ records }) => records !== null);
        assertEquals(
          keyed.map(({ stream }) => `${stream}.all`),
          viewNames(world).filter((name) => name.endsWith(".all")),
        );
        for (const { stream, records } of keyed) {
          assertEquals(records, wanted[stream]?.length, stream);
        }
      },
    );

    await t.step("types are as declared, and partitions are discovered", () => {
      const found = Object.fromEntries(
        liveOf(world).map(({ name }) => [name, typesOf(answer.types[name] as StructType)]),
      );
      assertEquals(found, declaredTypes(world));
    });

    await t.step("it reads with as many tasks as are predicted", () => {
      for (const { name, sets } of liveOf(world)) {
        const predicted = sets.map(({ files }) =>
          predictSparkTasks(files.map(({ path, bytes: size }) => ({ path, size })), {
            parallelism: 2,
          })
            .tasks
        );
        assertEquals(answer.tasks[name], predicted, name);
      }
    });

    await t.step(
      "partitions have the values that files layout was given, whatever they are",
      () =>
        inFolder({}, async (folder) => {
          const [drop, out] = [join(folder, "drop"), join(folder, "a table %")];
          for (const path of [drop, out]) await Deno.mkdir(path);
          for (const at of PARTITIONS.keys()) {
            await Deno.writeTextFile(
              join(drop, `${String(at).padStart(3, "0")}.csv`),
              `id\n${at}\n`,
            );
          }
          const entries = await Array.fromAsync(inventory(drop));
          const placed = entries.toSorted((a, b) => a.path < b.path ? -1 : 1).map((entry, at) => ({
            entry,
            partition: [["k=%", PARTITIONS[at] ?? null], ["other", String(at % 3)]] as const,
          }));
          await layOutFiles(placed, out);
          const { columns, rows } = await spark.ask({ path: out }) as Table;
          assertEquals(columns, ["id", "k=%", "other"]);
          const found = rows.toSorted(([a], [b]) => Number(a) - Number(b));
          const wanted = PARTITIONS.map((value, at) => [String(at), value || null, String(at % 3)]);
          assertEquals(found, wanted);
        }),
    );

    await t.step(
      "it reads the files of a folder that are predicted, or stops with an error",
      () =>
        inFolder({}, async (folder) => {
          for (const [at, { paths, read }] of SPARK_LAYOUTS.entries()) {
            for (const path of paths) {
              const file = join(folder, String(at), path);
              await Deno.mkdir(path.endsWith("/") ? file : dirname(file), { recursive: true });
              if (!path.endsWith("/")) {
                await Deno.writeTextFile(file, path.endsWith("0.csv") ? "" : "id\n1\n");
              }
            }
            const found = await spark.ask({ folder: join(folder, String(at)) }) as SparkRead;
            if (typeof read === "string") {
              assertStringIncludes(found.refusal ?? "", read, `${paths}`);
            } else {assertEquals(
                found,
                { read: [...read].sort(), tasks: read.length },
                `${paths}`,
              );}
          }
        }),
    );

    await t.step(
      "it reads numbers as wide as is taken for readable, in the types of their schema",
      () =>
        inFolder({}, async (folder) => {
          const file = join(folder, "a.jsonl");
          const read = async (number: string) => {
            const bytes = new TextEncoder().encode(`{"a":${number}}`);
            await Deno.writeFile(file, bytes);
            const inference = new SchemaInference();
            inference.add(JSON.parse(`{"a":${number}}`), bytes);
            const schema = toDdl(inference.toStructType());
            return [hasLongNumber(bytes), await spark.ask({ file, schema }) as SparkRows] as const;
          };
          for (const number of WHOLE) {
            assertEquals(await read(number), [false, { rows: [[number]] }], number);
          }
          for (const number of ["9007199254740993.5", "0.99999999999999999", "9".repeat(39)]) {
            const [, { rows = [] }] = await read(number);
            assertEquals(rows.map(([text]) => Number(text)), [Number(number)], number);
          }
          for (const number of ["9".repeat(1000), `-0.${"3".repeat(999)}`]) {
            const [isLong, { rows }] = await read(number);
            assertEquals([isLong, rows?.length], [false, 1]);
          }
          for (const number of ["9".repeat(1001), `-0.${"3".repeat(1000)}`]) {
            const [isLong, { refusal = "" }] = await read(number);
            assert(isLong);
            assertStringIncludes(refusal, "exceeds the maximum length (1000)");
          }
        }),
    );

    await t.step("a stream that it cannot read is named, and the others have views", async () => {
      const { lake } = world;
      const left = viewNames(world).filter((name) => !name.startsWith("shop.items")).sort();
      assertEquals(await spark.ask({ lake, without: "shop.items" }), {
        left,
        tables: left,
        said: ["No view of shop.items"],
      });
    });

    await t.step("its views are there however their script is loaded", async () => {
      const rows = wantedRows(world)["shop.orders"]?.length;
      const { lake } = world;
      assertEquals(await spark.ask({ lake, stream: "shop.orders" }), {
        "executed in a function, with variables of its own, in another encoding": rows,
        "executed in the variables of a function":
          'Cannot run in the variables of a function: exec(open(path).read(), {"spark": spark})',
        "registered with a path": rows,
        imported: rows,
      });
    });

    await t.step("its views have the same rows in Parquet, next to older JSON lines", async () => {
      await using world = await hostileLake((night) => night < 2 ? "jsonl.gz" : "parquet");
      for (let night = 0; night < 5; night++) assertEquals((await world.run()).reasons, []);
      assertEquals(foundRows(world, (await readLake(spark, world.lake)).rows), wantedRows(world));
    });

    await t.step("a run that is retracted is not in them any more", async () => {
      for (const run of world.runs) await world.retract(run);
      const { rows } = await readLake(spark, world.lake);
      assertEquals(foundRows(world, rows), wantedRows(world));
      assertEquals(Object.values(rows).flat(), []);
    });
  },
});
