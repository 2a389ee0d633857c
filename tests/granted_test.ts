import { assertEquals } from "@std/assert";
import { type Access, granted } from "./_granted.ts";

const ALL: readonly Access[] = ["read", "write", "net", "run", "env"];

Deno.test("granted() says what this test process may use", () => {
  const missing = ALL.filter((kind) => !granted(kind));
  assertEquals(granted(...ALL), missing.length === 0);
  if (missing.length > 0) {
    console.log(
      `Tests that need ${missing.join(", ")} are ignored; \`deno task test\` runs them all.`,
    );
  }
});

Deno.test({ name: "granted() is false without permissions", permissions: "none" }, () => {
  assertEquals(ALL.map((kind) => granted(kind)), ALL.map(() => false));
});
