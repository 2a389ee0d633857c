import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import fc from "../_property.ts";
import { parquetReadObjects } from "hyparquet";
import { createHash } from "node:crypto";
import { zstdDecompressSync } from "node:zlib";
import { DataError } from "../../lib/errors/mod.ts";
import { PART_FORMATS } from "../../lib/lake/mod.ts";
import { SchemaInference, type SparkType, type StructType } from "../../lib/schema/mod.ts";
import { granted } from "../_granted.ts";

const ignore = !granted("read", "write");
const encoder = new TextEncoder();

function schemaOf(lines: readonly string[]): StructType {
  const inference = new SchemaInference();
  for (const line of lines) inference.add(JSON.parse(line), encoder.encode(line));
  return inference.toStructType();
}

/** Writes lines in several pieces, and reads the part back. */
async function written(lines: readonly string[], schema: StructType): Promise<unknown[]> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "part.parquet");
    await using part = PART_FORMATS.parquet.open(path, schema);
    for (const line of lines) await part.write(encoder.encode(`${line}\n`));
    const { bytes, sha256 } = await part.finish((file) => file.syncSync());
    const content = await Deno.readFile(path);
    assertEquals([content.length, createHash("sha256").update(content).digest("hex")], [
      bytes,
      sha256,
    ]);
    return await parquetReadObjects({
      file: content.buffer,
      compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a record is in Parquet: what is NULL or missing is left out. */
function expected(value: unknown, type: SparkType): unknown {
  if (value === null || value === undefined) return undefined;
  if (type === "string") return typeof value === "string" ? value : JSON.stringify(value);
  if (type === "long") return BigInt(value as number);
  if (typeof type === "string") return value;
  if (type.type === "array") {
    return (value as unknown[]).map((item) => expected(item, type.elementType) ?? null);
  }
  const object = value as Record<string, unknown>;
  const entries = type.type === "map"
    ? Object.keys(object).map((name) => [name, type.valueType] as const)
    : type.fields.map((field) => [field.name, field.type] as const);
  return Object.fromEntries(entries.flatMap(([name, inner]) => {
    const found = Object.hasOwn(object, name) ? expected(object[name], inner) : undefined;
    return found === undefined ? [] : [[name, found]];
  }));
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item) ?? null);
  if (typeof value !== "object" || value === null) return value ?? undefined;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const found = withoutNulls(inner);
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

const VALUE = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.integer(),
    fc.constant(0.5),
    fc.string({ unit: "grapheme" }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.record({ x: tie("value"), "y.z": tie("value"), __proto__: tie("value") }, {
      requiredKeys: [],
    }),
  ),
})).value;

Deno.test({
  name: "a Parquet part holds the values of its records, whatever their kinds",
  ignore,
  fn: () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ a: VALUE, b: VALUE }, { requiredKeys: [] }), {
          minLength: 1,
          maxLength: 8,
        }),
        async (records) => {
          const lines = records.map((record) => JSON.stringify(record));
          const schema = schemaOf(lines);
          if (schema.fields.length === 0) return;
          const rows = await written(lines, schema);
          assertEquals(rows.map(withoutNulls), records.map((record) => expected(record, schema)));
        },
      ),
      { numRuns: 150 },
    ),
});

Deno.test({
  name: "a Parquet part keeps every digit, and a value of another kind as it was written",
  ignore,
  async fn() {
    const whole = ['{"n":9007199254740993}'];
    assertEquals(await written(whole, schemaOf(whole)), [{ n: 9007199254740993n }]);
    const lines = [
      '{"n":9007199254740993,"s":1.50,"d":12345678901234567890,"f":1e3}',
      '{"n":-4611686018427387905,"s":{"k":[1.0,9007199254740993]},"d":1,"f":0.1}',
      '{"n":1,"s":"x","d":-1,"f":2}',
    ];
    assertEquals(
      await written(lines, schemaOf(lines)),
      [
        { n: 9007199254740993n, s: "1.50", d: 12345678901234567000, f: 1000 },
        { n: -4611686018427387905n, s: '{"k":[1.0,9007199254740993]}', d: 1, f: 0.1 },
        { n: 1n, s: "x", d: -1, f: 2 },
      ].map(({ d, f, n, s }) => ({ d, f, n, s })),
    );
  },
});

Deno.test({
  name: "a Parquet part keeps the sign of zero, however often both are in a column",
  ignore,
  async fn() {
    const zeros = ["0.0", "-0.0", "0.5", "-0"];
    const record = (x: string) => `{"m":{"y":[{"z":${x}}]},"x":${x}}`;
    for (const order of [zeros, zeros.toReversed()]) {
      const lines = Array.from({ length: 40 }, (_, at) => record(order[at % 4] ?? ""));
      const rows = await written(lines, schemaOf(lines));
      assertEquals(rows, lines.map((line) => JSON.parse(line)));
      // assertEquals takes both zeros for the same.
      const signs = rows.map((row) => Object.is((row as { x: number }).x, -0));
      assertEquals(signs, lines.map((line) => /"x":-/.test(line)));
    }
  },
});

Deno.test({
  name: "a Parquet part without a usable schema holds each record as a text",
  ignore,
  async fn() {
    const lines = ['{"a":1,"A":2}', "{}"];
    assertEquals(await written(lines, schemaOf(lines)), lines.map((record) => ({ record })));
  },
});

Deno.test({
  name: "a Parquet part gives the columns of its records, of those that are texts too",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const path = join(folder, "part.parquet");
      for (const more of ["", ',"ID":2']) {
        const line = `{"id":9007199254740993,"x":"y"${more}}`;
        await using part = PART_FORMATS.parquet.open(path, schemaOf([line]));
        await part.write(encoder.encode(`${line}\n`));
        await part.finish((file) => file.syncSync());
        const [record] = await Array.fromAsync(PART_FORMATS.parquet.records(path, ["id", "z"]));
        assertEquals((record as { id: unknown }).id, 9007199254740993n, line);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "a Parquet part refuses a value that its schema has no place for",
  ignore,
  async fn() {
    const schema = schemaOf(['{"n":1}']);
    for (const value of ['"NaN"', "1.5", "true", "[1]", "9223372036854775808"]) {
      const error = await assertRejects(() => written([`{"n":${value}}`], schema), DataError);
      assertEquals(error.code, "record-invalid", value);
    }
  },
});

Deno.test({
  name: "a Parquet part has many row groups, and what is not finished is no part",
  ignore,
  async fn() {
    const lines = Array.from(
      { length: 30_000 },
      (_, id) => `{"id":${id},"text":"${"x".repeat(200)}"}`,
    );
    const rows = await written([lines.join("\n")], schemaOf(lines.slice(0, 1)));
    assertEquals(rows.length, 30_000);
    assertEquals((rows.at(-1) as { id: bigint }).id, 29_999n);
  },
});
