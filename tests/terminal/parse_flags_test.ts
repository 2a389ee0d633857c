import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors/mod.ts";
import { type CommandSpec, parseFlags } from "../../lib/terminal/mod.ts";

const SPEC = {
  name: "demo",
  meaning: "Shows flags.",
  commands: { run: "Run", plan: "Plan", status: "Status" },
  flags: {
    config: { type: "string", short: "c", value: "FILE", meaning: "The file" },
    json: { type: "boolean", short: "j", meaning: "As JSON" },
    limit: { type: "number", short: "n", meaning: "How many" },
    fault: { type: "string", multiple: true, meaning: "A fault" },
    delay: { type: "number", multiple: true, meaning: "A delay" },
  },
} as const satisfies CommandSpec;

const WORDS = { name: "demo", meaning: "", words: { FILE: "A file" }, flags: {} } as const;
const MANY = { ...WORDS, words: { "FILE...": "Files" } } as const;

Deno.test("parseFlags() gives each flag its type when it is given", () => {
  const { command, flags, help } = parseFlags(
    ["plan", "-c", "a.yaml", "--json", "--limit=5", "--fault", "x", "--fault=y", "--delay", "1"],
    SPEC,
  );
  const file: string | undefined = flags.config;
  const json: boolean = flags.json;
  const limit: number | undefined = flags.limit;
  const faults: readonly string[] = flags.fault;
  const name: "run" | "plan" | "status" = command;
  assertEquals([name, file, json, limit, faults, flags.delay, help], [
    "plan",
    "a.yaml",
    true,
    5,
    ["x", "y"],
    [1],
    false,
  ]);
});

Deno.test("parseFlags() gives the first command and empty flags when nothing is given", () => {
  const { command, flags, words } = parseFlags([], SPEC);
  assertEquals([command, words], ["run", []]);
  assertEquals(flags, { config: undefined, json: false, limit: undefined, fault: [], delay: [] });
});

Deno.test("parseFlags() reads joined short flags, negative numbers and joined values", () => {
  const { flags } = parseFlags(["-jc", "a.yaml", "-n", "-5", "--delay", "-.5", "--fault=-x"], SPEC);
  assertEquals([flags.json, flags.config, flags.limit], [true, "a.yaml", -5]);
  assertEquals([flags.delay, flags.fault], [[-0.5], ["-x"]]);
});

Deno.test("parseFlags() takes what begins with one dash and is no flag as the value", () => {
  const { flags } = parseFlags(["-c", "-5", "--fault", "-05:00", "--fault", "-"], SPEC);
  assertEquals([flags.config, flags.fault], ["-5", ["-05:00", "-"]]);
  assertThrows(
    () => parseFlags(["--limit", "-x"], SPEC),
    UsageError,
    'Cannot use flag "--limit": found "-x", expected a number',
  );
  const many = { ...SPEC, words: { "WORD...": "Words" } } as const;
  assertEquals(parseFlags(["--", "--limit", "-5"], many).words, ["--limit", "-5"]);
});

Deno.test("parseFlags() gives words in their order when the specification takes them", () => {
  assertEquals(parseFlags(["a"], WORDS).words, ["a"]);
  assertEquals(parseFlags(["a", "b", "c"], MANY).words, ["a", "b", "c"]);
  assertEquals(parseFlags(["--", "--a", "-h"], MANY).words, ["--a", "-h"]);
  assertEquals(parseFlags([], { ...WORDS, words: { "[FILE]": "" } }).command, "");
});

Deno.test("parseFlags() checks nothing else when help is asked for", () => {
  for (const args of [["--help"], ["-h"], ["nonsense", "--nonsense", "-h"]]) {
    const { help, flags } = parseFlags(args, SPEC);
    assertEquals([help, flags.json], [true, false]);
  }
});

const REFUSALS: readonly (readonly [CommandSpec, readonly string[], string])[] = [
  [SPEC, ["--conifg", "x"], 'flag "--conifg": it is unknown; did you mean "--config"?'],
  [SPEC, ["--hepl"], 'flag "--hepl": it is unknown; did you mean "--help"?'],
  [SPEC, ["--zzzzz"], 'flag "--zzzzz": it is unknown'],
  [SPEC, ["-xson"], 'flag "-x": it is unknown; did you mean "--json"?'],
  [SPEC, ["-x.csv"], 'flag "-x": it is unknown'],
  [MANY, ["-x y.csv"], `flag "-x": it is unknown; a file of that name is written './-x y.csv'`],
  [
    MANY,
    ["--out.csv"],
    'flag "--out.csv": it is unknown; a file of that name is written ./--out.csv',
  ],
  [SPEC, ["-c=a b"], `flag "-c": its value begins with "="; it is written -c 'a b'`],
  [SPEC, ["-z"], 'flag "-z": it is unknown'],
  [SPEC, ["--no-json"], 'flag "--no-json": it is unknown'],
  [SPEC, ["--toString"], 'flag "--toString": it is unknown'],
  [SPEC, ["--config"], 'flag "--config": its value is missing'],
  [
    SPEC,
    ["-c", "--json"],
    'flag "-c": its value is missing, found "--json"; a value that begins with a dash is written --config=--json',
  ],
  [
    SPEC,
    ["--config", "-j"],
    'flag "--config": its value is missing, found "-j"; a value that begins with a dash is written --config=-j',
  ],
  [SPEC, ["--json=yes"], 'flag "--json": it takes no value, found "yes"'],
  [SPEC, ["pln"], 'command "pln": it is unknown; did you mean "plan"?'],
  [SPEC, ["zzzzz"], 'command "zzzzz": it is unknown; expected one of run, plan, status'],
  [SPEC, ["run", "x"], 'word "x": nothing is expected here'],
  [SPEC, ["--config="], 'flag "--config": its value is empty'],
  [SPEC, ["--fault", "a", "--fault", " "], 'flag "--fault": its value is empty'],
  [WORDS, ["a", "b"], 'word "b": nothing is expected here'],
];
for (const [spec, args, state] of REFUSALS) {
  Deno.test(`parseFlags() throws UsageError when the command line is "${args.join(" ")}"`, () => {
    const error = assertThrows(() => parseFlags(args, spec), UsageError);
    assertEquals(error.message, `Cannot use ${state} (see demo --help)`);
    assertInstanceOf(error, UsageError);
  });
}

for (const text of ["many", "", " ", "Infinity", "5x"]) {
  Deno.test(`parseFlags() throws UsageError when a number is "${text}"`, () => {
    assertThrows(
      () => parseFlags([`--limit=${text}`], SPEC),
      UsageError,
      `Cannot use flag "--limit": found "${text}", expected a number`,
    );
  });
}
