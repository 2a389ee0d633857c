import { assertEquals, assertStringIncludes } from "@std/assert";
import { everyTest } from "../_sample.ts";

const WRONG: readonly (readonly [words: string, said: string])[] = [
  ["--runs 0", "expected a whole number from 1"],
  ["--seed 1.5", "expected a whole number from 0"],
  ["--scenario deno.json", "is no scenario"],
  ["--scenario no-such.json", "check the path"],
  ["--scenario deno.json --seed 3", "expected one of the two"],
];

for (const [words, said] of WRONG) {
  everyTest(`simulate refuses ${words}`, async () => {
    const { code, stderr } = await simulate(words.split(" ")).output();
    assertEquals(code, 64);
    assertStringIncludes(new TextDecoder().decode(stderr), said);
  });
}

everyTest("simulate says at Ctrl-C how far it came, and how to go on", async () => {
  await using child = simulate(["--runs", "1000000", "--seed", "7"]).spawn();
  setTimeout(() => child.kill("SIGINT"), 8_000);
  const { code, stdout } = await child.output();
  assertEquals(code, 130);
  assertStringIncludes(new TextDecoder().decode(stdout), "go on with --seed ");
});

function simulate(args: readonly string[]): Deno.Command {
  return new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--no-check",
      "--allow-read",
      "tests/simulation/simulate.ts",
      ...args,
    ],
    stdout: "piped",
    stderr: "piped",
    stdin: "null",
  });
}
