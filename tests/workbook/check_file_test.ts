import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { importChain, parseTypeProblems } from "../../lib/workbook/mod.ts";
import { granted } from "../_granted.ts";
import { checkText } from "./_check_text.ts";
import { exercise, ROOT, temporaryWork } from "./_exercises.ts";

const ignore = !granted("read", "write", "net", "run", "env");
const STUB =
  "export interface ResponseClock { readonly date: string | null; readonly now: number }\n";

Deno.test({
  name: "checkFile() refuses what imports the answer, however it comes in",
  ignore,
  async fn() {
    const direct = `export { parseRetryAfter } from "${ROOT}/lib/api/mod.ts";\n`;
    const indirect = `export { parseRetryAfter } from "./helper.ts";\n`;
    const lazy =
      `${STUB}export async function parseRetryAfter() { return (await import("${ROOT}/lib/api/headers/parse_retry_after.ts")).parseRetryAfter; }\n`;
    const { folder } = await exercise("01.1");
    const peek = `export { parseRetryAfter } from "${folder}/solution.ts";\n`;
    const reports = await Promise.all([
      checkText("01.1", direct),
      checkText("01.1", indirect, { "helper.ts": direct }),
      checkText("01.1", lazy),
      checkText("01.1", peek),
    ]);
    const chains = reports.map(({ obstacle }) =>
      obstacle?.kind === "forbidden" ? obstacle.chain : []
    );
    assertEquals(chains.map((chain) => chain.at(-1)), [
      "lib/api/mod.ts",
      "lib/api/mod.ts",
      "lib/api/headers/parse_retry_after.ts",
      "notebooks/exercises/01/01.1_retry_after/solution.ts",
    ]);
    assertMatch(chains[1]?.at(-2) ?? "", /helper\.ts$/);
  },
});

Deno.test({
  name: "importChain() lets types through, and finds packages by the name they are imported by",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    const file = join(work.path, "mine.ts");
    const text = `import type { Clock } from "${ROOT}/lib/api/mod.ts";\n` +
      'import { TextLineStream } from "@std/streams";\nexport type T = Clock | TextLineStream;\n';
    await Deno.writeTextFile(file, text);
    const find = (name: string) =>
      importChain(file, { root: ROOT, forbidden: (path) => path.startsWith(name) });
    assertEquals(await find("lib/api/"), undefined);
    assertEquals((await find("@std/streams"))?.at(-1), "@std/streams");
  },
});

Deno.test("parseTypeProblems() reads errors of the types and of the grammar", () => {
  const output = `Check file:///root/mine/a.ts
TS2322 [ERROR]: Type 'number' is not assignable to type 'string'.
  return a;
  ~~~~~~
    at file:///root/mine/a.ts:3:3

TS2307 [ERROR]: Import "@std/nope" not a dependency
  hint: If you want to use the JSR package, try running \`deno add jsr:@std/nope\`
    at file:///root/mine/a.ts:1:8

error: SyntaxError: Expression expected
  |
1 | const a = ;
  |           ~
    at file:///root/b.ts:1:11
`;
  assertEquals(
    parseTypeProblems(output, "/root").map(({ path, line, column, source }) =>
      `${path}:${line}:${column} ${source.trim()}`
    ),
    ["mine/a.ts:3:3 return a;", "mine/a.ts:1:8 ", "b.ts:1:11 const a = ;"],
  );
});
