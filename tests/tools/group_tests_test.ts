import { assert, assertEquals } from "@std/assert";
import { groupTests } from "../../tools/group_tests.ts";

Deno.test("groupTests() puts each file into one group, of one folder, and slow ones alone and first", () => {
  const files = [
    ...Array.from({ length: 20 }, (_, index) => `tests/api/${index}_test.ts`),
    "tests/db/a_test.ts",
    "tests/api/deep/b_test.ts",
    "tests/e2e/c_test.ts",
    "tests/e2e/d_test.ts",
    "tests/granted_test.ts",
    "tests/cli/e_test.ts",
  ];
  const groups = groupTests(files);
  assertEquals(groups.flat().toSorted(), files.toSorted());
  const [first, ...next] = groups;
  assertEquals(first, ["tests/cli/e_test.ts"]);
  assertEquals(next.slice(0, 2), [["tests/e2e/c_test.ts"], ["tests/e2e/d_test.ts"]]);
  assertEquals(next.slice(2).map(({ length }) => length), [11, 10, 1, 1]);
  assert(groups.every((group) => new Set(group.map((path) => path.split("/")[1])).size === 1));
});
