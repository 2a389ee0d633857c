import { assertEquals, assertStringIncludes } from "@std/assert";
import { specOf } from "../../lib/cli/find_command.ts";
import { GROUPS } from "../../lib/cli/groups.ts";
import { createStyle, helpText } from "../../lib/terminal/mod.ts";

Deno.test("helpText() shows usage, commands, words, flags with defaults, and examples", () => {
  const text = helpText({
    name: "deno task demo",
    meaning: "Shows help.",
    commands: { run: "Run it", plan: "Plan it" },
    words: { "[FILE...]": "Files to read" },
    flags: {
      config: { type: "string", short: "c", value: "FILE", meaning: "The file", default: "a.yaml" },
      json: { type: "boolean", meaning: "As JSON" },
      limit: { type: "number", meaning: "How many", multiple: true },
    },
    examples: { "deno task demo": "the usual" },
  });
  assertEquals(
    text,
    `Shows help.

Usage  deno task demo [command] [FILE...] [flags]

Commands
  run   Run it (the default)
  plan  Plan it

Arguments
  [FILE...]  Files to read

Flags
  -c, --config FILE   The file (default: a.yaml)
      --json          As JSON
      --limit NUMBER  How many (may be repeated)
  -h, --help          Show this help

Examples
  deno task demo  the usual
`,
  );
});

Deno.test("helpText() leaves out what a command does not have", () => {
  const text = helpText(
    { name: "demo", meaning: "Does it.", flags: {} },
    createStyle({ color: true }),
  );
  assertEquals(
    text,
    "Does it.\n\n\x1b[1mUsage\x1b[22m  demo [flags]\n\n\x1b[1mFlags\x1b[22m\n  -h, --help  Show this help\n",
  );
});

Deno.test("helpText() of every command fits 80 columns, its examples too", () => {
  for (const [name, { commands }] of Object.entries(GROUPS)) {
    for (const [command, found] of Object.entries(commands)) {
      const text = helpText(specOf({ group: name, name: command, command: found }));
      const wide = text.split("\n").filter((line) => line.length > 80);
      assertEquals(wide.filter((line) => !line.startsWith("Usage")), [], `${name} ${command}`);
    }
  }
});

Deno.test("helpText() breaks a long example so that it can be pasted", () => {
  const examples = { "headwaters demo --first one --second two": "does it" };
  const text = helpText({ name: "demo", meaning: "Do it.", flags: {}, examples }, undefined, 34);
  assertStringIncludes(text, "\n  headwaters demo --first one \\\n    --second two\n");
});
