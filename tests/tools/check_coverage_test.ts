import { assertEquals } from "@std/assert";
import { parseLcov, percentage, unloaded } from "../../tools/check_coverage.ts";

const LCOV = `SF:/home/someone/project/lib/db/a.ts
DA:1,1
LH:3
LF:4
end_of_record
SF:/home/someone/project/tests/a_test.ts
LH:1
LF:1
end_of_record
`;

Deno.test("parseLcov() reads the files of one folder", () => {
  assertEquals(parseLcov(LCOV, "lib"), [{ path: "lib/db/a.ts", lines: 4, covered: 3 }]);
  assertEquals(parseLcov("", "lib"), []);
});

Deno.test("unloaded() counts code as not covered and types as nothing", () => {
  const code = "// why\n\nexport async function a() {\n  return 1;\n}\n";
  assertEquals(unloaded("lib/a.ts", code), { path: "lib/a.ts", lines: 3, covered: 0 });
  assertEquals(unloaded("lib/a.ts", "export interface A { b: 1 }\n").lines, 0);
  assertEquals(unloaded("lib/mod.ts", 'export * from "./a.ts";\n').lines, 0);
});

Deno.test("percentage() weighs files by their lines", () => {
  const files = parseLcov(LCOV, "lib");
  assertEquals(percentage(files), 75);
  assertEquals(percentage([...files, { path: "lib/b.ts", lines: 4, covered: 0 }]), 37.5);
  assertEquals(percentage([]), 100);
});
