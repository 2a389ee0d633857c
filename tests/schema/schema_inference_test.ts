import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { SchemaInference, type SparkType, type StructType } from "../../lib/schema/mod.ts";

function infer(...records: unknown[]): StructType {
  const inference = new SchemaInference();
  for (const record of records) inference.add(record);
  return inference.toStructType();
}

/** The type of the field `x` after it held the values. */
function typeOf(...values: unknown[]): SparkType | undefined {
  return infer(...values.map((x) => ({ x }))).fields.find((field) => field.name === "x")?.type;
}

for (
  const [values, type] of [
    [[1, -7, 2 ** 53], "long"],
    [[-(2 ** 62)], "long"],
    [[1, 2.5], "double"],
    [[2 ** 63], "decimal(38,0)"],
    [[1, 1e20], "decimal(38,0)"],
    [[1e20, 0.5], "double"],
    [[1e38], "double"],
    [[true, false], "boolean"],
    [["a", "1"], "string"],
    [[1, "a"], "string"],
    [[1, true], "string"],
    [[{ a: 1 }, "a"], "string"],
    [[[1], { a: 1 }], "string"],
    [[null, 3], "long"],
    [[null], "string"],
  ] as const
) {
  Deno.test(`SchemaInference() makes ${JSON.stringify(values)} a ${type}`, () => {
    assertEquals(typeOf(...values), type);
  });
}

/** The types of records as they were written. */
function types(...lines: string[]): SparkType[] {
  const inference = new SchemaInference();
  const encoder = new TextEncoder();
  for (const line of lines) inference.add(JSON.parse(line), encoder.encode(line));
  return inference.toStructType().fields.map(({ type }) => type);
}

for (
  const [number, type] of [
    ["9".repeat(38), "decimal(38,0)"],
    [`-${"9".repeat(38)}`, "decimal(38,0)"],
    [`${"9".repeat(15)}8${"0".repeat(22)}`, "decimal(38,0)"],
    [`1${"0".repeat(38)}`, "double"],
    ["9".repeat(39), "double"],
    ["9223372036854775807", "long"],
    ["9223372036854775300", "long"],
    ["9223372036854775808", "decimal(38,0)"],
    ["-9223372036854775808", "long"],
    ["-9223372036854775809", "decimal(38,0)"],
    ["18446744073709551615", "decimal(38,0)"],
    ["9007199254740993.5", "double"],
    ["-2251799813685249.9", "double"],
    ["99999999999.9999999", "double"],
    ["0.99999999999999999", "double"],
    ["7.00000000000000001", "double"],
    [`0.${"0".repeat(400)}1`, "double"],
    ["52.520006599999998", "double"],
    ["-0", "long"],
  ] as const
) {
  Deno.test(`SchemaInference() takes ${number} for a ${type}, alone and next to others`, () => {
    assertEquals(types(`{"a":${number}}`), [type]);
    assertEquals(types(`{"a": [${number}, 1]}`), [{
      type: "array",
      elementType: type,
      containsNull: false,
    }]);
    assertEquals(types(`{"a":${number}}`, '{"a":0.5}'), ["double"]);
  });
}

Deno.test("SchemaInference() looks at the digits of every number that parsing makes whole", () => {
  const digits = fc.stringMatching(/^[1-9]\d{0,15}\.(\d{1,4}|[09]{4,16}\d{0,3})$/);
  fc.assert(
    fc.property(digits, (number) => assertEquals(types(`{"a":${number}}`), ["double"])),
    { numRuns: 300 },
  );
});

Deno.test("SchemaInference() takes a whole number with a point or exponent for a double", () => {
  assertEquals(types('{"a":34.0}'), ["double"]);
  assertEquals(types('{"a":1}', '{"a": -3e5 }'), ["double"]);
  assertEquals(types('{"a":[1, 2.00]}'), [{
    type: "array",
    elementType: "double",
    containsNull: false,
  }]);
  assertEquals(types('{"a":1.5E7,"b":7}'), ["double", "long"]);
  // Texts may look so, and keep the numbers next to them whole.
  assertEquals(types('{"a":", 34.0,","b":7}'), ["string", "long"]);
});

Deno.test("SchemaInference() says where only nulls and empty lists were seen", () => {
  const { fields } = infer({ a: null, b: [], c: 1, d: [null] }, { a: null, b: [], c: null });
  assertEquals(fields.map(({ metadata }) => metadata["untyped"] ?? false), [
    true,
    true,
    false,
    true,
  ]);
});

Deno.test("SchemaInference() leaves open what lists of empty lists hold", () => {
  const { fields } = infer({ a: [[]], b: [[null], []], c: [[1], []], d: [[], 1], e: [[[]]] });
  assertEquals(fields.map(({ metadata }) => metadata["untyped"] ?? false), [
    true,
    true,
    false,
    false,
    true,
  ]);
});

Deno.test("SchemaInference() orders fields by name and knows which may be missing or null", () => {
  assertEquals(infer({ b: 1, a: "x", c: null }, { a: "y", c: 1 }), {
    type: "struct",
    fields: [
      { name: "a", type: "string", nullable: false, metadata: {} },
      { name: "b", type: "long", nullable: true, metadata: {} },
      { name: "c", type: "long", nullable: true, metadata: {} },
    ],
  });
});

Deno.test("SchemaInference() merges nested objects and arrays of objects", () => {
  assertEquals(
    typeOf({ list: [{ a: 1 }, { b: null }] }, { list: [] }, { list: [null, { a: 1.5 }] }),
    {
      type: "struct",
      fields: [{
        name: "list",
        type: {
          type: "array",
          elementType: {
            type: "struct",
            fields: [
              { name: "a", type: "double", nullable: true, metadata: {} },
              { name: "b", type: "string", nullable: true, metadata: { untyped: true } },
            ],
          },
          containsNull: true,
        },
        nullable: false,
        metadata: {},
      }],
    },
  );
});

Deno.test("SchemaInference() makes an empty array one of strings and an empty object a string", () => {
  assertEquals(typeOf([]), { type: "array", elementType: "string", containsNull: false });
  assertEquals(typeOf({}), "string");
});

Deno.test("SchemaInference() takes names like those of Object's own members", () => {
  const record = JSON.parse('{"__proto__":1,"constructor":"x"}');
  assertEquals(infer(record).fields.map((field) => [field.name, field.type]), [
    ["__proto__", "long"],
    ["constructor", "string"],
  ]);
});

Deno.test("SchemaInference() makes an object a map when its names are data", () => {
  const inference = new SchemaInference({ maxFields: 3 });
  for (let i = 0; i < 10; i++) {
    inference.add({
      x: { [`k${i}`]: { n: i }, [`l${i}`]: { n: i / 2, s: null } },
      y: { a: 1, b: null },
    });
  }
  assertEquals(inference.records, 10);
  const [x, y] = inference.toStructType().fields;
  assertEquals(x?.type, {
    type: "map",
    keyType: "string",
    valueType: {
      type: "struct",
      fields: [
        { name: "n", type: "double", nullable: false, metadata: {} },
        { name: "s", type: "string", nullable: true, metadata: { untyped: true } },
      ],
    },
    valueContainsNull: false,
  });
  assertEquals(typeof y?.type === "object" && y.type.type, "struct");
});

Deno.test("SchemaInference() merges maps and arrays inside what became a map", () => {
  const inference = new SchemaInference({ maxFields: 2 });
  const names = ["a", "b", "c"];
  const inner = Object.fromEntries(names.map((name, i) => [name, i === 0 ? null : [i]]));
  for (const name of names) inference.add({ x: { [name]: inner } });
  const [x] = inference.toStructType().fields;
  const leaf: SparkType = { type: "array", elementType: "long", containsNull: false };
  const map = (valueType: SparkType, valueContainsNull: boolean): SparkType => {
    return { type: "map", keyType: "string", valueType, valueContainsNull };
  };
  assertEquals(x?.type, map(map(leaf, true), false));
});

Deno.test("SchemaInference() has no fields when the names of the records themselves are data", () => {
  const inference = new SchemaInference({ maxFields: 2 });
  for (const record of [{ a: 1 }, { b: 2 }, { c: 3 }]) inference.add(record);
  assertEquals(inference.toStructType(), { type: "struct", fields: [] });
});

Deno.test("SchemaInference() passes over what is no object", () => {
  assertEquals(infer(1, null, [{ a: 1 }], "x"), { type: "struct", fields: [] });
  assertThrows(() => new SchemaInference({ maxFields: 0 }), RangeError, "maxFields is 0");
});

Deno.test("SchemaInference() gives the same schema in whatever order records come", () => {
  const record = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.jsonValue({ maxDepth: 3 }));
  const pair = fc.array(record, { maxLength: 6 }).chain((records) =>
    fc.tuple(
      fc.constant(records),
      fc.shuffledSubarray(records, { minLength: records.length }),
      fc.constantFrom(2, 1000),
    )
  );
  fc.assert(fc.property(pair, ([records, shuffled, maxFields]) => {
    const inferences = [records, shuffled].map((order) => {
      const inference = new SchemaInference({ maxFields });
      for (const record of order) inference.add(record);
      return inference.toStructType();
    });
    assertEquals(inferences[1], inferences[0]);
  }));
});

Deno.test("SchemaInference() finds every field of every record, or a wider type above it", () => {
  fc.assert(fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (records) => {
    const { fields } = infer(...records);
    for (const record of records) {
      for (const [name, value] of Object.entries(record)) {
        const field = fields.find((field) => field.name === name);
        if (field === undefined) assert(isHollow(value), `${name} is missing`);
        else assert(value !== null || field.nullable);
      }
    }
  }));
});

/** Whether a value is an object in which no field can be named. */
function isHollow(value: unknown): boolean {
  return typeof value === "object" && !Array.isArray(value) &&
    Object.values(value ?? {}).every(isHollow);
}

Deno.test("toStructType() takes no longer for each level of a record than for the one before", () => {
  let x: unknown = 1;
  // At twice the work a level this test would not end.
  for (let level = 0; level < 100; level++) x = { a: x };
  const type = JSON.stringify(typeOf(x));
  assertEquals(type.split('"struct"').length - 1, 100);
});
