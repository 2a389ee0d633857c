import { makeLink } from "../_make_link.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { constants, gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { parseInto } from "../../lib/cli/logs/parse_into.ts";
import { targetsOf } from "../../lib/cli/logs/targets.ts";
import { UsageError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { filesIn, inFolder, runHeadwaters, startHeadwaters, workOf } from "./_run_headwaters.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "run");
const GOOD = "ts=2026-01-01T00:00:00Z level=error msg=x\n";
const MANY = Array.from({ length: 2000 }, (_, i) => GOOD.replace("=x", `=x n=${i * 7919}`)).join(
  "",
);
/** One log in the JSON of the command. */
type Row = Record<string, number | string | undefined> & {
  readonly error?: { readonly code: string };
};
const BAD = "???\x1b[31m\n";

function test(
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  fn: (folder: string) => Promise<void>,
  register: typeof Deno.test = Deno.test,
): void {
  register({ name, ignore, fn: () => inFolder(files, fn) });
}

function testEvery(...[name, files, fn]: Parameters<typeof test>): void {
  test(name, files, fn, everyTest);
}

function unzipped(folder: string, name: string): string {
  return gunzipSync(Deno.readFileSync(join(folder, name))).toString();
}

testEvery(
  "logs parse accounts for each line, and keeps the rejected ones, which it parses again by a format of the user's",
  {
    "app.log": `${BAD}${GOOD}`,
    "own.yaml":
      "name: own\nmeaning: Marks.\npatterns: ['[?]+(?<body>.*)']\nexamples: [{ line: '???', want: {} }]\n",
  },
  async (cwd) => {
    const { code, stdout, stderr } = await runHeadwaters(
      ["logs", "parse", "app.log", "--out", "out"],
      { cwd },
    );
    assertEquals(code, 2, stderr);
    assertStringIncludes(stdout, "app.log: 2 lines = 1 record + 1 rejected");
    assertStringIncludes(stdout, "rejected line 1: line-unrecognized");
    assert(!stdout.includes("\x1b"), stdout);
    assertEquals(filesIn(cwd), [
      "app.log",
      "out/_app.log.rejects.jsonl.gz",
      "out/_schema.ddl",
      "out/_schema.json",
      "out/app.log.jsonl.gz",
      "own.yaml",
    ]);
    const again = await runHeadwaters(
      [
        "logs",
        "parse",
        "out/_app.log.rejects.jsonl.gz",
        "--rejects",
        "--formats",
        "own.yaml",
        "--json",
      ],
      { cwd },
    );
    assertEquals(again.code, 0, again.stderr);
    assertEquals(JSON.parse(again.stdout).files[0].formats, { own: 1 });
    assertEquals(JSON.parse(unzipped(cwd, "out/app.log.jsonl.gz")).source_file, "app.log");
    const reject = JSON.parse(unzipped(cwd, "out/_app.log.rejects.jsonl.gz"));
    assertEquals([reject.code, reject.line, reject.byte_offset, reject.raw], [
      "line-unrecognized",
      1,
      0,
      BAD.trimEnd(),
    ]);
  },
);

testEvery(
  "logs parse keeps logs of one name apart",
  { "x/app.log": GOOD, "y/app.log": GOOD.repeat(2), "y/z/app.log.gz": gzipSync(GOOD) },
  async (cwd) => {
    const before = filesIn(cwd);
    const { code, stdout, stderr } = await runHeadwaters(
      ["logs", "parse", "x/app.log", "y/**/*", "--out", "out", "--json"],
      { cwd },
    );
    assertEquals(code, 0, stderr);
    const { files } = JSON.parse(stdout);
    assertEquals(files.map(({ records }: { records: number }) => records), [1, 2, 1]);
    const schema = ["out/_schema.ddl", "out/_schema.json"];
    const written = [
      "out/x/app.log.jsonl.gz",
      "out/y/app.log.jsonl.gz",
      "out/y/z/app.log.jsonl.gz",
    ];
    assertEquals(filesIn(cwd), [...schema, ...written, ...before].sort());
    const sources = written.map((name) =>
      JSON.parse(unzipped(cwd, name).split("\n")[0] ?? "").source_file
    );
    assertEquals(sources, ["x/app.log", "y/app.log", "y/z/app.log.gz"]);
  },
);

testEvery(
  "logs parse takes a folder as it is: rotated and compressed logs have the records of plain ones, bad ones stop nothing",
  {
    "plain/app.log": MANY,
    "plain/app.log.1": GOOD,
    "new/renamed.txt": GOOD,
    "new/z/app.log.2.zst": zstdCompressSync(MANY, {
      params: { [constants.ZSTD_c_checksumFlag]: 1 },
    }),
    "new/z/cut.zst": zstdCompressSync(MANY).subarray(0, 2000),
    "new/z/wrong.gz": new Uint8Array([0x1f, 0x8b, 1, 2, 3, 4, 5, 6]),
  },
  async (cwd) => {
    await makeLink(join(cwd, "nowhere"), join(cwd, "new/dangling.log"));
    const parse = async (...words: string[]) => {
      const args = ["logs", "parse", ...words, "--json"];
      const { code, stdout, stderr } = await runHeadwaters(args, { cwd });
      return { code, stderr, files: JSON.parse(stdout).files };
    };
    const plain = await parse("plain", "--out", "a");
    const rotated = await parse("new", "--out", "b");
    assertEquals([plain.code, rotated.code], [0, 2], rotated.stderr);
    assertEquals(
      rotated.files.map(({ file, records, rejected, error }: Row) => [
        file,
        (records ?? 0) as number > 100 ? "many" : records,
        error?.code ?? rejected,
      ]),
      [
        ["new/dangling.log", undefined, "file-type"],
        ["new/renamed.txt", 1, 0],
        ["new/z/app.log.2.zst", "many", 0],
        ["new/z/cut.zst", 0, 1],
        ["new/z/wrong.gz", 0, 1],
      ],
    );
    const records = (name: string) => unzipped(cwd, name).replaceAll(/"source_file":"[^"]*"/g, "");
    assertEquals(records("b/z/app.log.2.jsonl.gz"), records("a/app.log.jsonl.gz"));
    assertEquals(records("b/renamed.txt.jsonl.gz"), records("a/app.log.1.jsonl.gz"));
    const errors = await parse("plain", "--level", "error", "--until", "2026-01-01");
    assertEquals(errors.files.map(({ filtered }: Row) => filtered), [2000, 1]);
  },
);

Deno.test({
  name: "logs parse reads a named pipe (needs mkfifo)",
  ignore: ignore ||
    Deno.permissions.querySync({ name: "run", command: "mkfifo" }).state !== "granted",
  fn: () =>
    inFolder({}, async (cwd) => {
      const pipe = join(cwd, "pipe");
      await new Deno.Command("mkfifo", { args: [pipe] }).output();
      const child = startHeadwaters(["logs", "parse", "pipe", "--json"], { cwd });
      await Deno.writeTextFile(pipe, GOOD.repeat(3));
      const { code, stdout, stderr } = await child.output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      const [{ records, sha256, bytes }] = JSON.parse(new TextDecoder().decode(stdout)).files;
      assertEquals([records, sha256, bytes], [3, null, null]);
    }),
});

testEvery(
  "logs parse says what is wrong with a format of the user's before it opens a log",
  { "a.log": GOOD, "bad.yaml": "name: own\npatterns: ['(a+)+']\nexamples: []\n" },
  async (cwd) => {
    const own = "name: own\npatterns: ['ts=(?<body>.*)']\nexamples: [{ line: 'ts=1', want: {} }]\n";
    await Deno.writeTextFile(join(cwd, "own.yaml"), own);
    const parse = (...flags: string[]) =>
      runHeadwaters(["logs", "parse", "a.log", "--json", ...flags], { cwd });
    const bad = await parse("--formats", "bad.yaml");
    assertEquals(bad.code, 78, bad.stderr);
    assertStringIncludes(bad.stderr, "bad.yaml");
    const typo = await parse("--formats", "own.yaml", "--format", "onw");
    assertEquals(typo.code, 64, typo.stderr);
    assertStringIncludes(typo.stderr, 'did you mean "own"?');
    const named = await parse("--formats", "own.yaml", "--format", "own");
    assertEquals(JSON.parse(named.stdout).files[0].formats, { own: 1 });
  },
);

test(
  "logs parse refuses two logs that would get one name before it writes anything",
  { "app.log": GOOD, "app.log.gz": gzipSync(GOOD) },
  async (cwd) => {
    for (const words of [["app.log", "app.log.gz"], ["app.log", "./app.log"]]) {
      const { code, stdout, stderr } = await runHeadwaters(
        ["logs", "parse", ...words, "--out", "out", "--json"],
        { cwd },
      );
      assertEquals([code, JSON.parse(stdout).error.code], [64, "usage"]);
      assertStringIncludes(stderr, "would get this name");
    }
    assertEquals(filesIn(cwd), ["app.log", "app.log.gz"]);
  },
);

testEvery(
  "logs parse goes on after a log that it cannot read, and keeps the whole lines of one that is cut",
  {
    "a.log.gz": gzipSync(MANY).subarray(0, 2000),
    "b.log": GOOD,
    "c.log": new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0]),
  },
  async (cwd) => {
    const all = await runHeadwaters(["logs", "parse", "a.log.gz", "b.log", "c.log", "-o", "out"], {
      cwd,
    });
    assertEquals(all.code, 2, all.stderr);
    assertStringIncludes(all.stdout, "log-truncated, Cannot decompress");
    assertStringIncludes(all.stderr, "c.log: file-type, ");
    assertStringIncludes(all.stderr, "compressed with xz");
    const records = unzipped(cwd, "out/a.log.jsonl.gz").trimEnd().split("\n");
    const cut = JSON.parse(unzipped(cwd, "out/_a.log.rejects.jsonl.gz"));
    assertEquals(cut.line, records.length + 1);
    assert(records.length > 10 && MANY.split("\n")[records.length]?.startsWith(cut.raw));
    const none = await runHeadwaters(["logs", "parse", "c.log", "--out", "new", "--json"], {
      cwd,
    });
    assertEquals(none.code, 1);
    assertEquals(JSON.parse(none.stdout).files[0].error.code, "file-type");
    assert(![...Deno.readDirSync(cwd)].some(({ name }) => name === "new"), "made in vain");
  },
);

testEvery(
  "logs parse replaces results with --force only, and old rejects with them",
  { "app.log": `${BAD}${GOOD}` },
  async (cwd) => {
    const parse = (...more: string[]) =>
      runHeadwaters(["logs", "parse", "app.log", "--out", "out", ...more], { cwd });
    assertEquals((await parse()).code, 2);
    const before = unzipped(cwd, "out/app.log.jsonl.gz");
    await Deno.writeTextFile(join(cwd, "app.log"), GOOD.repeat(2));
    const refused = await parse();
    assertEquals(refused.code, 64);
    assertStringIncludes(refused.stderr, "it exists; --force replaces it");
    assertEquals(unzipped(cwd, "out/app.log.jsonl.gz"), before);
    const forced = await parse("--force");
    assertEquals(forced.code, 0, forced.stderr);
    assertEquals(filesIn(join(cwd, "out")), ["_schema.ddl", "_schema.json", "app.log.jsonl.gz"]);
    const planned = await parse("--force", "--dry-run", "--json");
    assertEquals(JSON.parse(planned.stdout).write.length, 2, "the schema is there");
    await Deno.writeTextFile(join(cwd, "b.log"), GOOD);
    await Deno.writeTextFile(join(cwd, "c.log"), GOOD);
    const next = (log: string) => runHeadwaters(["logs", "parse", log, "--out", "out"], { cwd });
    const second = await next("b.log");
    assertEquals(second.code, 0, second.stderr);
    await Deno.writeTextFile(join(cwd, "out/_schema.ddl"), "mine");
    assertStringIncludes((await next("c.log")).stderr, '_schema.ddl": it exists; --force');
  },
);

testEvery(
  "logs parse reads local times by --timezone and --year, of files and of standard input",
  { "auth.log": "Jul  1 10:00:00 h sshd[1]: x\n" },
  async (cwd) => {
    const flags = ["--timezone", "Europe/Berlin", "--year", "2021"];
    const args = ["logs", "parse", "auth.log", "-o", "out", ...flags];
    const { code, stderr } = await runHeadwaters(args, { cwd });
    assertEquals(code, 0, stderr);
    const record = JSON.parse(unzipped(cwd, "out/auth.log.jsonl.gz"));
    assertEquals([record.timestamp, record.tz_source, record.year_source], [
      "2021-07-01T08:00:00.000000Z",
      "configured",
      "configured",
    ]);
    const piped = await runHeadwaters(["logs", "parse", "-", "--json", ...flags], {
      cwd,
      stdin: "Jul  1 10:00:00 h sshd[1]: x\n",
    });
    const [{ metrics }] = JSON.parse(piped.stdout).files;
    assertEquals(metrics.first_timestamp.slice(0, 19), "2021-07-01T08:00:00");
  },
);

testEvery("logs parse reads standard input, plain or gzip", {}, async (cwd) => {
  const { code, stdout, stderr } = await runHeadwaters(["logs", "parse", "-"], {
    cwd,
    stdin: GOOD.repeat(3),
  });
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "standard input: 3 lines = 3 records");
});

testEvery("logs parse ends with 75 at SIGINT and leaves nothing half", {
  "big.log": GOOD.repeat(600_000),
}, async (cwd) => {
  const child = startHeadwaters(["logs", "parse", "big.log", "--out", "out"], { cwd });
  const begun = () => filesIn(cwd).includes("out/big.log.jsonl.gz.headwaters.tmp");
  for (let i = 0; i < 500 && !begun(); i++) await new Promise((done) => setTimeout(done, 10));
  child.kill("SIGINT");
  const { code, stderr } = await child.output();
  assertEquals(code, 75, new TextDecoder().decode(stderr));
  assertEquals(filesIn(cwd), ["big.log"]);
});

testEvery(
  "logs parse ends quietly when its reader has seen enough",
  { "a.log": GOOD },
  async (cwd) => {
    const child = startHeadwaters(["logs", "parse", ..."a.log ".repeat(50).trim().split(" ")], {
      cwd,
    });
    await child.stdout.cancel();
    const complaint = await new Response(child.stderr).text();
    assertEquals([(await child.status).code, complaint], [141, ""]);
  },
);

test("logs parse writes through no link and over no input", { "app.log": GOOD }, async (cwd) => {
  await Deno.writeTextFile(join(cwd, "precious"), "mine\n");
  await Deno.mkdir(join(cwd, "out"));
  for (
    const name of [
      "app.log.jsonl.gz",
      "app.log.jsonl.gz.headwaters.tmp",
      "_app.log.rejects.jsonl.gz",
    ]
  ) {
    await makeLink(join(cwd, "precious"), join(cwd, "out", name));
    const args = ["logs", "parse", "app.log", "-o", "out", "--force"];
    const { code, stderr } = await runHeadwaters(args, { cwd });
    assertEquals(code, 64, `${name}: ${stderr}`);
    await Deno.remove(join(cwd, "out", name));
  }
  assertEquals(await Deno.readTextFile(join(cwd, "precious")), "mine\n");
});

for (
  const [args, expected] of [
    [[], "LOG... is missing: logs, plain"],
    [["nothing.log"], "there is no such file"],
    [["a.log", "--since", "yesterday"], 'found "yesterday", expected a date'],
    [["a.log", "--level", "bad"], 'found "bad", expected one of trace'],
    [["*.none"], "no file matches"],
    [["a.log", "--format", "combind"], 'found "combind", did you mean "combined"?'],
    [["a.log", "--format", "nothing"], 'found "nothing", expected one of auto'],
    [["a.log", "--timezone", "Berlin"], 'found "Berlin", expected the name of a time zone'],
    [["a.log", "--timezone="], '"--timezone": its value is empty'],
    [["a.log", "--year", "24"], "found 24, expected a year from 1970 to 9999"],
    [["a.log", "--year", "2024.5"], "found 2024.5, expected a year"],
    [["-", "a.log"], "it is standard input"],
    [["-", "--out", "out"], "records are identified by their file"],
    [["a.log", "--out", "no/such/out"], "does not exist; make it first"],
  ] as const
) {
  test(`logs parse ${args.join(" ")} says what was expected`, { "a.log": GOOD }, async (cwd) => {
    const { code, stdout, stderr } = await runHeadwaters(["logs", "parse", ...args, "--json"], {
      cwd,
    });
    assertEquals([code, JSON.parse(stdout).error.code], [64, "usage"], stderr);
    assertStringIncludes(stderr, expected);
    assertEquals(filesIn(cwd), ["a.log"]);
  });
}

test(
  "what comes in the middle of logs parse stays, whichever file of the set it is",
  { "app.log": `${BAD}${GOOD}` },
  async (cwd) => {
    for (const name of ["_schema.json", "_schema.ddl"]) {
      const out = join(cwd, name.slice(1));
      let told = "";
      const write = (text: string) => {
        told += text;
        Deno.writeTextFileSync(join(out, name), "mine");
      };
      await assertRejects(
        () => workOf(["logs", "parse", "app.log", "--out", out], cwd, { write }),
        UsageError,
        "it exists now",
      );
      assertStringIncludes(told, "app.log: 2 lines");
      assertEquals(Deno.readTextFileSync(join(out, name)), "mine");
      assertEquals(filesIn(out).filter((name) => name.startsWith("_schema")), [name]);
    }
    Deno.mkdirSync(join(cwd, "out"));
    const [log] = targetsOf([{ name: "app.log", path: join(cwd, "app.log") }], join(cwd, "out"));
    assert(log !== undefined);
    const onRead = () => Deno.writeTextFileSync(log.records, "mine");
    const reading = { format: "auto", year: undefined, formats: [], onRead };
    await assertRejects(() => parseInto(log, reading, { force: false }), UsageError, "exists now");
    assertEquals(filesIn(join(cwd, "out")), ["app.log.jsonl.gz"]);
    assertEquals(Deno.readTextFileSync(log.records), "mine");
  },
);
