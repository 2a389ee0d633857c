import { assertEquals } from "@std/assert";
import { LOG_COLUMNS, logStructType } from "../../lib/log_parser/mod.ts";

Deno.test("logStructType() has a field for every column and nulls only after the first eight", () => {
  const { type, fields } = logStructType();
  assertEquals(type, "struct");
  assertEquals(fields.map((field) => field.name), LOG_COLUMNS.map((column) => column.name));
  assertEquals(fields.filter((field) => !field.nullable).length, 8);
});

Deno.test("logStructType() writes maps as Spark does", () => {
  const text = { type: "map", keyType: "string", valueType: "string", valueContainsNull: false };
  const byName = new Map(logStructType().fields.map((field) => [field.name, field.type]));
  assertEquals(byName.get("attributes"), text);
  assertEquals(byName.get("syslog_sd"), { ...text, valueType: text });
  assertEquals(byName.get("timestamp_nanos"), "long");
});
