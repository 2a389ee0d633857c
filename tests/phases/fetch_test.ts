import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { APIS_STORY, APIS_TOOLS, type Phase } from "../../lib/lesson/mod.ts";
import { type Sandbox, startSandbox } from "../../lib/sandbox/mod.ts";
import { granted } from "../_granted.ts";
import { runTool } from "./_run_tool.ts";

const ignore = !granted("read", "write", "net");
const SAMPLES = join(dirname(dirname(dirname(fromFileUrl(import.meta.url)))), "data/samples");
const PHASE: Phase = { story: APIS_STORY, tools: APIS_TOOLS, permissions: "" };

function test(
  name: string,
  faults: readonly string[],
  fn: (sandbox: Sandbox, out: string) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore,
    fn: async () => {
      const folder = await Deno.makeTempDir();
      try {
        await using sandbox = await startSandbox({
          samples: SAMPLES,
          faults,
          token: "t0ken-of-the-test",
        });
        await fn(sandbox, join(folder, "out.jsonl"));
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

function flights(sandbox: Sandbox, ...more: string[]): string[] {
  const url = `${sandbox.url}/github/repos/bts/flights/records?per_page=100`;
  return [
    "fetch",
    url,
    "--paginate",
    "link",
    "--header",
    "Authorization: Bearer t0ken-of-the-test",
    ...more,
  ];
}

async function ids(path: string): Promise<string[]> {
  const text = await Deno.readTextFile(path);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line).id);
}

test(
  "phase1 fetch reads a whole listing by cursor and says that it is complete",
  [],
  async (sandbox, out) => {
    const { code, stdout, stderr } = await runTool(
      PHASE,
      "fetch",
      `${sandbox.url}/openalex/strikes?per-page=200&api_key=t0ken-of-the-test`,
      "--records=results",
      "--paginate=cursor:meta.next_cursor",
      "--start=*",
      "--total=meta.count",
      "-o",
      out,
    );
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, "10,000 records of 10,000 declared");
    assertStringIncludes(stdout, "\ncomplete: total-reached");
    assertEquals(new Set(await ids(out)).size, 10_000);
  },
);

test(
  "phase1 fetch goes on with --resume where an error stopped it, without a gap or a repeat",
  ["flights:expired@page80"],
  async (sandbox, out) => {
    const first = await runTool(PHASE, ...flights(sandbox, "-o", out));
    assertEquals(first.code, 1, first.stdout);
    const before = (await ids(out)).length;
    assert(before >= 7000 && before < 20_000, String(before));
    const refused = await runTool(PHASE, ...flights(sandbox, "-o", out));
    assertEquals(refused.code, 64, "it does not replace what it has");
    const second = await runTool(PHASE, ...flights(sandbox, "-o", out, "--resume"));
    assertEquals(second.code, 0, second.stderr);
    assertStringIncludes(second.stdout, "by an earlier attempt");
    const all = await ids(out);
    assertEquals([all.length, new Set(all).size], [20_000, 20_000]);
    assertEquals([...Deno.readDirSync(dirname(out))].map(({ name }) => name), ["out.jsonl"]);
  },
);

test(
  "phase1 fetch refuses to go on with another question",
  ["flights:expired@page9"],
  async (sandbox, out) => {
    await runTool(PHASE, ...flights(sandbox, "-o", out));
    const other = flights(sandbox, "-o", out, "--resume").map((word) =>
      word.replace("=100", "=50")
    );
    const { code, stderr } = await runTool(PHASE, ...other);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "belongs to another request");
  },
);

test(
  "phase1 fetch says partial when pages were capped, and never shows a header's value",
  [],
  async (sandbox, out) => {
    const { code, stdout, stderr } = await runTool(
      PHASE,
      ...flights(sandbox, "-o", out, "--max-pages=2"),
    );
    assertEquals(code, 2, stderr);
    assertStringIncludes(stdout, "NOT complete: max-pages");
    assert(!(stdout + stderr).includes("t0ken"), stdout + stderr);
  },
);

test(
  "phase1 fetch --resume never touches a file that has no place, whoever wrote it",
  [],
  async (sandbox, out) => {
    const done = await runTool(PHASE, ...flights(sandbox, "-o", out, "--max-pages=1"));
    assertEquals(done.code, 2, done.stderr);
    const kept = await Deno.readTextFile(out);
    for (const url of [`${sandbox.url}/404`, flights(sandbox)[1] ?? ""]) {
      const { code, stderr } = await runTool(PHASE, "fetch", url, "-o", out, "--resume");
      assertEquals(code, 64, stderr);
      assertStringIncludes(stderr, "it exists, and there is nothing to resume; --force replaces");
      assertEquals(await Deno.readTextFile(out), kept);
    }
  },
);

test(
  "phase1 fetch --force replaces a file when the first page is there, and not before",
  [],
  async (sandbox, out) => {
    await Deno.writeTextFile(out, "mine\n");
    const failed = await runTool(PHASE, "fetch", `${sandbox.url}/404`, "-o", out, "--force");
    assertEquals([failed.code, await Deno.readTextFile(out)], [1, "mine\n"]);
    const { code } = await runTool(
      PHASE,
      ...flights(sandbox, "-o", out, "--force", "--max-pages=1"),
    );
    assertEquals([code, (await ids(out)).length], [2, 100]);
  },
);

test(
  "phase1 fetch leaves nothing behind when no page came, and takes an empty file for none",
  [],
  async (sandbox, out) => {
    const failed = await runTool(PHASE, "fetch", `${sandbox.url}/404`, "-o", out);
    assertEquals(failed.code, 1, failed.stderr);
    assertEquals([...Deno.readDirSync(dirname(out))], []);
    await Deno.writeTextFile(out, "");
    const { code, stderr } = await runTool(PHASE, ...flights(sandbox, "-o", out, "--max-pages=1"));
    assertEquals(code, 2, stderr);
  },
);

test(
  "phase1 fetch has a place from its first record on, and goes on after a write that failed",
  [],
  async (sandbox, out) => {
    const write = Deno.FsFile.prototype.writeSync;
    let left = 150;
    Deno.FsFile.prototype.writeSync = function (bytes) {
      if (bytes.length === 1 && left-- === 0) throw new Deno.errors.WriteZero("no space");
      return write.call(this, bytes);
    };
    let failed;
    try {
      failed = await runTool(PHASE, ...flights(sandbox, "-o", out));
    } finally {
      Deno.FsFile.prototype.writeSync = write;
    }
    assertEquals(failed.code, 1, failed.stdout);
    assertStringIncludes(failed.stderr, `Cannot write "${out}": no space`);
    const { code, stderr } = await runTool(PHASE, ...flights(sandbox, "-o", out, "--resume"));
    assertEquals(code, 0, stderr);
    const all = await ids(out);
    assertEquals([all.length, new Set(all).size], [20_000, 20_000]);
  },
);

test(
  "phase1 fetch --resume says what is wrong with a file that became shorter, and with a broken place",
  ["flights:expired@page9"],
  async (sandbox, out) => {
    await runTool(PHASE, ...flights(sandbox, "-o", out));
    await Deno.truncate(out, 10);
    const short = await runTool(PHASE, ...flights(sandbox, "-o", out, "--resume"));
    assertEquals(short.code, 1);
    assertMatch(short.stderr, /it has 10 bytes, but had \d+ when the fetch was stopped/);
    assertEquals((await Deno.stat(out)).size, 10);
    await Deno.writeTextFile(`${out}.place`, "{");
    const broken = await runTool(PHASE, ...flights(sandbox, "-o", out, "--resume"));
    assertEquals(broken.code, 1);
    assertStringIncludes(broken.stderr, `Cannot go on from "${out}.place": it is damaged`);
  },
);

for (const more of [[], ["--force"], ["--resume"]]) {
  test(
    `phase1 ${["fetch", ...more].join(" ")} says in one line that a path cannot be written`,
    [],
    async (sandbox, out) => {
      await Deno.writeTextFile(out, "mine\n");
      const within = join(out, "x.jsonl");
      const { code, stderr } = await runTool(PHASE, ...flights(sandbox, "-o", within, ...more));
      assertEquals([code, stderr.trimEnd().split("\n").length], [1, 1], stderr);
      assertStringIncludes(stderr, `"${within}"`);
      assert(!stderr.includes("unexpected"), stderr);
    },
  );
}

for (
  const [args, expected] of [
    [["fetch"], "expected an http or https URL"],
    [["fetch", "http://127.0.0.1:1/", "--paginate", "pages"], "expected none, link, next:PATH"],
    [["fetch", "http://127.0.0.1:1/", "--paginate", "cursor"], "cursor:PATH"],
    [["fetch", "http://127.0.0.1:1/", "--header", "nonsense"], "'NAME: VALUE'"],
    [["fetch", "http://127.0.0.1:1/", "--recods", "x"], '"--records"'],
    [
      ["fetch", "http://127.0.0.1:1/", "--header", "X-Key: €"],
      'the value of "X-Key" fits no header',
    ],
    [["fetch", "http://127.0.0.1:1/", "--rate=0"], '"--rate": found "0", expected a number above'],
    [
      ["fetch", "http://127.0.0.1:1/", "--rate=-1"],
      '"--rate": found "-1", expected a number above',
    ],
    [["fetch", "http://127.0.0.1:1/", "--records=data..items"], '"--records": found "data..items"'],
    [["fetch", "http://127.0.0.1:1/", "--total=meta."], '"--total": found "meta.", expected a dot'],
    [["fetch", "http://127.0.0.1:1/", "--paginate=next:.a"], '"--paginate": found ".a", expected'],
    [["fetch", "http://127.0.0.1:1/", "--size=0"], '"--size": found "0", expected a whole number'],
    [["fetch", "http://127.0.0.1:1/", "--size=1.5"], '"--size": found "1.5", expected a whole'],
    [
      ["fetch", "http://127.0.0.1:1/", "--max-pages=0"],
      '"--max-pages": found "0", expected a whole',
    ],
    [
      ["fetch", "http://127.0.0.1:1/", "--paginate=offset", "--start=abc"],
      '"--start": found "abc", expected a whole number from 0',
    ],
    [
      ["fetch", "http://127.0.0.1:1/", "--paginate=page", "--start="],
      '"--start": found "", expected a whole number from 0',
    ],
  ] as const
) {
  test(`phase1 ${args.slice(0, 4).join(" ")} says what was expected`, [], async (_sandbox, out) => {
    const more = args.length > 1 ? ["-o", out] : [];
    const { code, stderr } = await runTool(PHASE, ...args, ...more);
    assertEquals(code, 64, stderr);
    assertStringIncludes(stderr, expected);
  });
}
