import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseError } from "../../lib/errors/mod.ts";
import { throwFailed } from "../../lib/pipeline/failed_loads.ts";
import { reportFailure } from "../../lib/terminal/mod.ts";

const tables = [{ stream: "api.ok", how: "replaced", rows: 1, table_rows: 1 }] as const;
const failed = ["api.a", "api.b"].map((stream) => ({
  stream,
  error: new DatabaseError("database-constraint", `Cannot load ${stream}: too large; mend it`),
}));

Deno.test("throwFailed() names every stream that is not loaded, and the tables that are", () => {
  const error = assertThrows(() => throwFailed(failed, tables), DatabaseError);
  let [json, text] = ["", ""];
  const code = reportFailure(error, {
    json: true,
    write: (more) => json += more,
    tell: (more) => text += more,
  });
  assertEquals(code, 1);
  assertEquals(
    text,
    "Cannot load 2 of 3 streams: api.a, api.b: Cannot load api.a: too large; mend it\n" +
      "  The other streams are loaded and stay so; see to what is said of each, then run the same command again.\n",
  );
  const { error: about } = JSON.parse(json);
  assertEquals(about.code, "database-constraint");
  assertEquals(about.written, {
    tables,
    failed: failed.map(({ stream, error: { code, message } }) => ({ stream, code, message })),
  });
});

Deno.test("throwFailed() keeps the sentence of a single stream, and names that", () => {
  const { message, context } = assertThrows(
    () => throwFailed(failed.slice(0, 1), tables),
    DatabaseError,
  );
  assertEquals(message, "Cannot load api.a: too large; mend it");
  assertEquals(context["stream"], "api.a");
});

Deno.test("throwFailed() does nothing where all streams are loaded", () => {
  throwFailed([], tables);
});

Deno.test("throwFailed() speaks of other streams only where there are some", () => {
  const [first, second] = failed;
  assert(first !== undefined && second !== undefined);
  const other = { ...second, error: new DatabaseError("database-constraint", "Cannot load it") };
  const { message, context } = assertThrows(() => throwFailed([first, other], []), DatabaseError);
  assertStringIncludes(message, "2 of 2 streams: api.a: Cannot load api.a: too large; mend it; ");
  assertStringIncludes(message, "; api.b: Cannot load it");
  assertEquals(context["next"], "See to what is said of each, then run the same command again.");
});
