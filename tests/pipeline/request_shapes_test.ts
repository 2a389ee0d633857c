import { assertEquals } from "@std/assert";
import { everyTest } from "../_sample.ts";
import { type World, worldTest } from "./_world.ts";

/** What a run asks for, with other keys at its stream. */
async function asked(world: World, keys: string): Promise<string[]> {
  const found: string[] = [];
  world.answer = ({ search }, request) => {
    found.push(
      `${request.method} ${decodeURIComponent(search)} ${request.headers.get("content-type")}`,
    );
    return Response.json([{ id: 1, u: "2026-01-02T00:00:00Z" }]);
  };
  const edit = (yaml: string) =>
    yaml.slice(0, yaml.indexOf("  - name: vendor")).replace(
      "primary_key: [id]",
      `primary_key: [id]\n        ${keys}`,
    );
  await world.run({ edit });
  await world.run({ edit });
  return found;
}

worldTest(
  "a parameter with a list is sent once for each value, and one in an expression with the watermark",
  async (world) => {
    const keys = `params: { tag: [a, "b&c"], one: 1 }
        incremental: { field: u, start_param: filter, start_expression: "updated gt {start} and x", param_format: date }`;
    assertEquals(await asked(world, keys), [
      "GET ?tag=a&tag=b&c&one=1 null",
      "GET ?tag=a&tag=b&c&one=1&filter=updated gt 2026-01-01 and x null",
    ]);
  },
  everyTest,
);

worldTest("a body is a form if its header says so", async (world) => {
  const bodies: string[] = [];
  const edit = (yaml: string) =>
    yaml.slice(0, yaml.indexOf("  - name: vendor")).replace(
      "pagination: { type: none }",
      `method: POST
        idempotent: true
        headers: { content-type: application/x-www-form-urlencoded }
        body: { grant: "a b", list: [1, 2], deep: { x: true } }
        pagination: { type: page, page_param: page, size_param: size, size: 1 }`,
    );
  world.answer = (_, request) => {
    request.text().then((text) => bodies.push(text));
    return Response.json([]);
  };
  await world.run({ edit });
  assertEquals(bodies[0], "grant=a+b&list=1&list=2&deep=%7B%22x%22%3Atrue%7D&page=1&size=1");
});
