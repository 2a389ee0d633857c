import { assertEquals } from "@std/assert";
import { csvSchema } from "../../lib/schema/mod.ts";

Deno.test("csvSchema() makes every column a nullable string, in the order of the file", () => {
  assertEquals(csvSchema(["b", "a"]), {
    type: "struct",
    fields: [
      { name: "b", type: "string", nullable: true, metadata: {} },
      { name: "a", type: "string", nullable: true, metadata: {} },
    ],
  });
});
