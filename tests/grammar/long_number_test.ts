import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { hasLongNumber } from "../../lib/grammar/mod.ts";

const encoder = new TextEncoder();

Deno.test("hasLongNumber() counts the digits of each number, wherever it is", () => {
  const digits = fc.integer({ min: 990, max: 1010 }).map((count) => "7".repeat(count));
  const number = fc.record({
    sign: fc.constantFrom("", "-"),
    digits,
    point: fc.integer({ min: 0, max: 400 }),
    power: fc.constantFrom("", "e5", "E-12"),
  }).map(({ sign, digits, point, power }) =>
    `${sign}${point === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`}${power}`
  );
  const text = digits.map((digits) => JSON.stringify(`\\"${digits}`));
  const values = fc.array(fc.oneof(number, text, fc.constant("null")), { maxLength: 4 });
  fc.assert(
    fc.property(values, (values) => {
      const isLong = values.some((value) =>
        !value.startsWith('"') && value.replaceAll(/\D/g, "").length > 1000
      );
      const json = `{"a":[${values.join(",")}]}`;
      assertEquals(hasLongNumber(encoder.encode(json)), isLong, json);
    }),
  );
});
