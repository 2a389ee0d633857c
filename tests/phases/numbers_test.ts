import { assertEquals } from "@std/assert";
import { granted } from "../_granted.ts";

/** A count in prose; alone, a digit names a phase or a page, and "one" is as often an article. Four are statuses. */
const COUNT =
  /\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d(?= (MB|GB|cores|ms)\b)|(?!(200|401|429|500)\b)[1-9]\d+)\b/i;

/** Counts that are said and not computed, each with the reason why it cannot be wrong. */
const SAID: Readonly<Record<string, string>> = {
  "Twelve errors, or four thousand?": "the question of the step, whose table answers it",
  "One day, two teams": "the log that the step writes has their two headers",
  "asked 1000 ms": "the fault of the step asks for a second, and the proof compares with it",
  "break after three": "the code of the step; what it took is below it",
  "Two clients": "the table shows both",
  "75 asks to be started again, 1 and 78": "the exit codes, tested in tests/errors",
  "exit code ": "compared in tests/cli/phases_test.ts, tests/e2e and the drills of phase 4",
  "one that allows 20 requests": "the fault in the command says so",
  "every 128 MB in production": "the default of splitFile()",
  "counts as 4 MB more": "Spark's own default, tested in predict_spark_tasks_test.ts",
  "4 MB of planning": "Spark's own default, tested in predict_spark_tasks_test.ts",
  "at least 40 % faster": "the proof compares with it",
  "Spark on 8 cores": "the default of predictSparkTasks(), tested there",
};

Deno.test({
  name: "no story says a count that its run does not compute",
  ignore: !granted("read"),
  async fn() {
    const said: string[] = [];
    for await (const path of scripts()) {
      said.push(...prose(await Deno.readTextFile(path)).filter((text) => COUNT.test(text)));
    }
    const unfounded = said.filter((text) => !Object.keys(SAID).some((part) => text.includes(part)));
    assertEquals(unfounded, []);
    const unused = Object.keys(SAID).filter((part) => !said.some((text) => text.includes(part)));
    assertEquals(unused, []);
  },
});

async function* scripts(): AsyncGenerator<string> {
  for await (const { name, isFile } of Deno.readDir("phases")) {
    if (isFile && name.endsWith(".ts")) yield `phases/${name}`;
  }
}

/** The literals of a script that are sentences; the pain is a tale, and commands are no prose. */
function prose(code: string): string[] {
  const steps = code.replace(/\bpain:[\s\S]*?,\n(?= +\w+:)/, "");
  const tokens = steps.match(
    /\/\/.*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g,
  ) ?? [];
  return tokens.filter((token) => !token.startsWith("/"))
    .map((token) => token.replace(/\$\{[^{}]*\}/g, "…"))
    .filter((text) =>
      text.split(" ").length > 3 && !/^.(deno|grep|less|gzip|HEADWATERS)/.test(text)
    );
}
