import { makeLink } from "../_make_link.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type Sandbox, startSandbox } from "../../lib/sandbox/mod.ts";
import { granted } from "../_granted.ts";
import { EVERY_CASE, everyTest } from "../_sample.ts";
import {
  filesIn,
  inFolder,
  ROOT,
  runHeadwaters,
  startHeadwaters,
  workOf,
} from "./_run_headwaters.ts";

const ignore = !granted("read", "write", "net", "run");
const TOKEN = "t0ken-of-the-test";

function test(
  name: string,
  faults: readonly string[],
  fn: (sandbox: Sandbox, folder: string) => Promise<void>,
  register: typeof Deno.test = Deno.test,
): void {
  register({
    name,
    ignore,
    fn: () =>
      inFolder({}, async (folder) => {
        await inFolder(someSamples(), async (samples) => {
          await using sandbox = await startSandbox({ samples, faults, token: TOKEN });
          await fn(sandbox, folder);
        });
      }),
  });
}

function testEvery(...[name, faults, fn]: Parameters<typeof test>): void {
  test(name, faults, fn, everyTest);
}

/** Records in each listing; the whole samples would only take longer. */
const FLIGHTS = 2_000;
const STRIKES = 1_000;

function someSamples(): Record<string, string> {
  const read = (name: string) => Deno.readTextFileSync(join(ROOT, "data/samples", name));
  return {
    "flights-20k.json": JSON.stringify(JSON.parse(read("flights-20k.json")).slice(0, FLIGHTS)),
    "birdstrikes.csv": `${read("birdstrikes.csv").split("\n").slice(0, STRIKES + 1).join("\n")}\n`,
  };
}

function flights(sandbox: Sandbox, ...more: string[]): string[] {
  const url = `${sandbox.url}/github/repos/bts/flights/records?per_page=100`;
  return ["api", "fetch", url, "--paginate=link", "--token-env=FLIGHTS_TOKEN", ...more];
}

function fetchIn(cwd: string, args: readonly string[]) {
  return runHeadwaters(args, { cwd, env: { FLIGHTS_TOKEN: TOKEN } });
}

async function ids(path: string): Promise<string[]> {
  const text = await Deno.readTextFile(path);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line).id);
}

test(
  "api fetch reads a whole listing by cursor, says that it is complete, and leaves one file",
  [],
  async (sandbox, folder) => {
    const { code, stdout, stderr } = await fetchIn(folder, [
      "api",
      "fetch",
      `${sandbox.url}/openalex/strikes?per-page=200&api_key=${TOKEN}`,
      "--records=results",
      "--paginate=cursor:meta.next_cursor",
      "--start=*",
      "--total=meta.count",
    ]);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, "1,000 records of 1,000 declared");
    assertStringIncludes(stdout, "\ncomplete: total-reached");
    assert(!(stdout + stderr).includes(TOKEN));
    assertEquals(filesIn(folder), ["records.jsonl"]);
    assertEquals(new Set(await ids(join(folder, "records.jsonl"))).size, STRIKES);
  },
);

testEvery(
  "api fetch goes on with --resume where an error stopped it, without a gap or a repeat",
  ["flights:expired@page8"],
  async (sandbox, folder) => {
    const first = await fetchIn(folder, flights(sandbox, "-o", "out.jsonl"));
    assertEquals(first.code, 1, first.stdout);
    assertEquals(
      filesIn(folder),
      ["out.jsonl.part", "out.jsonl.position"],
      "nothing half has the name",
    );
    const place = await Deno.readTextFile(join(folder, "out.jsonl.position"));
    assert(!place.includes(TOKEN));
    const refused = await fetchIn(folder, flights(sandbox, "-o", "out.jsonl"));
    assertEquals(refused.code, 64);
    assertStringIncludes(refused.stderr, "a fetch of it is unfinished; --resume carries on");
    const second = await fetchIn(folder, flights(sandbox, "-o", "out.jsonl", "--resume", "--json"));
    assertEquals(second.code, 0, second.stderr);
    const { records, resumed_at, complete } = JSON.parse(second.stdout);
    assert(resumed_at >= 700 && resumed_at < FLIGHTS, String(resumed_at));
    assertEquals([records, complete], [FLIGHTS, true]);
    assertEquals(filesIn(folder), ["out.jsonl"]);
    const all = await ids(join(folder, "out.jsonl"));
    assertEquals([all.length, new Set(all).size], [FLIGHTS, FLIGHTS]);
  },
);

testEvery(
  "api fetch ends with 75 at SIGINT, and --resume carries on from there",
  ["flights:slow=60ms"],
  async (sandbox, folder) => {
    const child = startHeadwaters(flights(sandbox), {
      cwd: folder,
      env: { FLIGHTS_TOKEN: TOKEN },
    });
    const begun = () => filesIn(folder).includes("records.jsonl.position");
    for (let i = 0; i < 500 && !begun(); i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGINT");
    const { code, stderr } = await child.output();
    const complaint = new TextDecoder().decode(stderr);
    assertEquals(code, 75, complaint);
    assertStringIncludes(complaint, "it was stopped; --resume carries on from here");
    assertEquals(filesIn(folder), ["records.jsonl.part", "records.jsonl.position"]);
    const second = await fetchIn(folder, flights(sandbox, "--resume"));
    assertEquals(second.code, 0, second.stderr);
    assertStringIncludes(second.stdout, "by an earlier attempt");
    const all = await ids(join(folder, "records.jsonl"));
    assertEquals([all.length, new Set(all).size], [FLIGHTS, FLIGHTS]);
  },
);

testEvery(
  "api fetch takes no file for its own that it did not leave, and keeps it",
  [],
  async (sandbox, folder) => {
    for (
      const name of ["records.jsonl.part", "records.jsonl.position", "records.jsonl.position.new"]
    ) {
      await Deno.writeTextFile(join(folder, name), "precious");
      for (const more of [[], ["--resume"], ["--force"]]) {
        const { code, stderr } = await fetchIn(folder, flights(sandbox, ...more));
        assert(code !== 0, name);
        assertStringIncludes(stderr, "records.jsonl");
        assertEquals(await Deno.readTextFile(join(folder, name)), "precious");
      }
      assertEquals(filesIn(folder), [name]);
      await Deno.remove(join(folder, name));
    }
  },
);

testEvery(
  "api fetch refuses to go on with another question, a shorter file or a broken position",
  ["flights:expired@page9"],
  async (sandbox, folder) => {
    const failed = await fetchIn(folder, flights(sandbox));
    assertStringIncludes(failed.stderr, "; --resume carries on from here, --force starts over");
    for (const [word, other] of [["=100", "=50"], ["127.0.0.1", "localhost"]] as const) {
      const args = flights(sandbox, "--resume").map((arg) => arg.replace(word, other));
      const asked = await fetchIn(folder, args);
      assertEquals(asked.code, 64);
      assertStringIncludes(asked.stderr, "belongs to another request");
    }
    const part = join(folder, "records.jsonl.part");
    await Deno.truncate(part, 10);
    const short = await fetchIn(folder, flights(sandbox, "--resume"));
    assertEquals(short.code, 1);
    assertMatch(short.stderr, /it has 10 bytes, but had \d+ when the .+ starts over\n$/);
    assertEquals((await Deno.stat(part)).size, 10);
    const position = join(folder, "records.jsonl.position");
    const { sha256: _, ...older } = JSON.parse(await Deno.readTextFile(position));
    const foreign = "a,b\n1,2\n";
    for (const text of ["{", JSON.stringify(older), foreign]) {
      await Deno.writeTextFile(position, text);
      // No flag helps, and so none is named.
      for (const flag of [[], ["--resume"], ["--force"], ["--resume", "--force"]]) {
        const broken = await fetchIn(folder, flights(sandbox, ...flag));
        assertEquals(broken.code, 64);
        assertMatch(
          broken.stderr,
          /jsonl\.part" and ".+\.position" are in the way.+; move them away and start over, or name/,
        );
      }
    }
    assertEquals(await Deno.readTextFile(position), foreign);
    // What it says to do is enough.
    for (const file of [part, position]) await Deno.rename(file, `${file}.old`);
    const over = await fetchIn(folder, flights(sandbox, "--max-pages=1"));
    assertEquals(over.code, 2, over.stderr);
  },
);

testEvery(
  "api fetch keeps what is not proven whole under another name, and --resume carries on from there",
  [],
  async (sandbox, folder) => {
    const args = [
      ...flights(sandbox).filter((word) => !word.startsWith("--token-env")),
      "--header",
      `Authorization: Bearer ${TOKEN}`,
      "--max-pages=2",
    ];
    const { code, stdout, stderr } = await fetchIn(folder, args);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stdout, "NOT complete: max-pages; --resume carries on");
    assert(!(stdout + stderr).includes(TOKEN), stdout + stderr);
    assertEquals((await ids(join(folder, "records.jsonl.part"))).length, 200);
    assertEquals(filesIn(folder), ["records.jsonl.part", "records.jsonl.position"]);
    const rest = await fetchIn(folder, flights(sandbox, "--resume", "--json"));
    const { complete, resumed_at, file } = JSON.parse(rest.stdout);
    assertEquals([rest.code, complete, resumed_at], [0, true, 100]);
    assertEquals([file, filesIn(folder)], [join(folder, "records.jsonl"), ["records.jsonl"]]);
    const all = await ids(join(folder, "records.jsonl"));
    assertEquals([all.length, new Set(all).size], [FLIGHTS, FLIGHTS]);
  },
);

testEvery(
  "api fetch replaces a file with --force only, and only when the new one is whole",
  [],
  async (sandbox, folder) => {
    const out = join(folder, "out.jsonl");
    await Deno.writeTextFile(out, "mine\n");
    for (const more of [[], ["--resume"]]) {
      const refused = await fetchIn(folder, flights(sandbox, "-o", "out.jsonl", ...more));
      assertEquals(refused.code, 64, refused.stderr);
      assertStringIncludes(refused.stderr, "it exists; --force replaces it");
    }
    const failed = await fetchIn(folder, [
      "api",
      "fetch",
      `${sandbox.url}/404`,
      "-o",
      "out.jsonl",
      "--force",
    ]);
    assertEquals([failed.code, await Deno.readTextFile(out)], [1, "mine\n"]);
    assertEquals(filesIn(folder), ["out.jsonl"]);
    const some = flights(sandbox, "-o", "out.jsonl", "--force", "--max-pages=1");
    assertEquals((await fetchIn(folder, some)).code, 2);
    assertEquals(await Deno.readTextFile(out), "mine\n", "a part takes no whole file's place");
    assertEquals((await ids(`${out}.part`)).length, 100);
    const args = flights(sandbox, "-o", "out.jsonl", "--force", "--resume");
    assertEquals((await fetchIn(folder, args)).code, 0);
    assertEquals([(await ids(out)).length, filesIn(folder)], [FLIGHTS, ["out.jsonl"]]);
  },
);

test("api fetch leaves nothing behind when no page came", [], async (sandbox, folder) => {
  const args = ["api", "fetch", `${sandbox.url}/404`, "--json"];
  const { code, stdout, stderr } = await fetchIn(folder, args);
  assertEquals([code, JSON.parse(stdout).error.code], [1, "http-status"], stderr);
  assertEquals(filesIn(folder), []);
});

testEvery("api fetch reaches the host of its URL and no other", [], async (sandbox, folder) => {
  await using other = await startSandbox({ samples: join(ROOT, "data/samples"), token: TOKEN });
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => Response.redirect(`${other.url}/usgs/fdsnws/event/1/count`, 302),
  );
  try {
    const url = `http://127.0.0.1:${server.addr.port}/`;
    const { code, stderr } = await fetchIn(folder, ["api", "fetch", url]);
    assertEquals(code, 1, stderr);
    assertStringIncludes(stderr, "which may not be reached");
    assertEquals(Object.values(other.requests).reduce((sum, count) => sum + count, 0), 0);
  } finally {
    await server.shutdown();
  }
  const planned = await fetchIn(folder, [...flights(sandbox), "--dry-run", "--json"]);
  assertEquals(planned.code, 0, planned.stderr);
  const { write, net, env, read } = JSON.parse(planned.stdout);
  assertEquals([net, env, read], [[new URL(sandbox.url).host], ["FLIGHTS_TOKEN"], []]);
  assert(write.every((path: string) => path.startsWith(join(folder, "records.jsonl"))));
  assertEquals(filesIn(folder), []);
});

testEvery("api fetch goes through no proxy that nobody named", [], async (sandbox, folder) => {
  let proxied = 0;
  const proxy = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    proxied++;
    return new Response("[]");
  });
  try {
    const url = `http://127.0.0.1:${proxy.addr.port}`;
    const child = startHeadwaters(flights(sandbox, "--max-pages=1"), {
      cwd: folder,
      env: {
        FLIGHTS_TOKEN: TOKEN,
        HTTP_PROXY: url,
        http_proxy: url,
        ALL_PROXY: url,
        // The launcher is started by this test: what its own runtime asks for is not looked at here.
        DENO_NO_UPDATE_CHECK: "1",
      },
    });
    assertEquals([(await child.output()).code, proxied], [2, 0]);
    assertEquals((await ids(join(folder, "records.jsonl.part"))).length, 100);
  } finally {
    await proxy.shutdown();
  }
});

test("api fetch writes through no link", [], async (sandbox, folder) => {
  const target = join(folder, "precious");
  await Deno.writeTextFile(target, "mine\n");
  for (const name of ["records.jsonl", "records.jsonl.part", "records.jsonl.position"]) {
    await makeLink(target, join(folder, name));
    const { code, stderr } = await fetchIn(folder, flights(sandbox, "--force", "--max-pages=1"));
    assertEquals(code, 64, stderr);
    await Deno.remove(join(folder, name));
  }
  assertEquals(await Deno.readTextFile(target), "mine\n");
});

const URL_ = "http://127.0.0.1:9/";
for (
  const [args, expected] of [
    [[], "URL is missing"],
    [["nonsense"], "expected an http or https URL"],
    [["http://user:s3cret@127.0.0.1:9/"], "use --token-env or --header instead"],
    [[URL_, "more"], 'Cannot use word "more"'],
    [[URL_, "--paginate", "pages"], "expected none, link, next:PATH"],
    [[URL_, "--paginate", "cursor"], "cursor:PATH"],
    [[URL_, "--header", "nonsense"], "'NAME: VALUE'"],
    [[URL_, "--recods", "x"], '"--records"'],
    [[URL_, "--header", "X-Key: €"], 'the value of "X-Key" fits no header'],
    [[URL_, "--rate=0"], '"--rate": found "0", expected a number above'],
    [[URL_, "--records=data..items"], '"--records": found "data..items"'],
    [[URL_, "--total=meta."], '"--total": found "meta.", expected a path of keys joined by dots'],
    [[URL_, "--paginate=next:.a"], '"--paginate": found ".a", expected'],
    [[URL_, "--size=1.5"], '"--size": found "1.5", expected a whole'],
    [[URL_, "--max-pages=0"], '"--max-pages": found "0", expected a whole'],
    [[URL_, "--paginate=offset", "--start=abc"], '"--start": found "abc", expected a whole number'],
    [[URL_, "--token-env=*"], "the name of one environment variable"],
    [
      [URL_, "--token-env=NOT_SET_AT_ALL", "--header=AUTHORIZATION: Bearer 7d1f0a9c4e"],
      "next to --header Authorization: a request has one of them",
    ],
    [[URL_, "--token-env=NOT_SET_AT_ALL"], "the variable NOT_SET_AT_ALL is not set"],
    [[URL_, "-o", "no/such/folder/x.jsonl"], "does not exist; make it first"],
  ] as const
) {
  test(`api fetch ${args.join(" ")} says what was expected`, [], async (_sandbox, folder) => {
    const { code, stdout, stderr } = await fetchIn(folder, ["api", "fetch", ...args, "--json"]);
    assertEquals(code, 64, stderr);
    assertStringIncludes(stderr, expected);
    assertEquals(JSON.parse(stdout).error.message, stderr.trimEnd());
    assert(!stderr.includes("s3cret"));
    assertEquals(filesIn(folder), []);
  });
}

/** Fetches from a server of the test's own. */
function fetchTest(
  name: string,
  answer: (url: URL) => Response,
  check: (
    result: { readonly code: number; readonly stdout: string; readonly stderr: string },
    folder: string,
  ) => Promise<void> | void,
): void {
  Deno.test({
    name,
    ignore,
    fn: () =>
      inFolder({}, async (folder) => {
        await using server = Deno.serve(
          { port: 0, hostname: "127.0.0.1", onListen() {} },
          (request) => answer(new URL(request.url)),
        );
        const url = `http://127.0.0.1:${server.addr.port}/items?api_key=k3y-in-the-url`;
        const args = ["--token-env=FLIGHTS_TOKEN", "--records=items", "--paginate=next:next"];
        await check(await fetchIn(folder, ["api", "fetch", url, ...args]), folder);
      }),
  });
}

fetchTest(
  "api fetch says which variable and flag hold the token that was refused",
  () => Response.json({ message: "token \u001b[31mexpired" }, { status: 401 }),
  ({ code, stderr }) => {
    assertEquals(code, 1);
    assertStringIncludes(stderr, 'the server says "token [31mexpired"');
    assertStringIncludes(stderr, "check the variable FLIGHTS_TOKEN (--token-env)");
  },
);

// It is asked again several times, with waits in between.
if (EVERY_CASE) {
  fetchTest(
    "api fetch takes no error in a 200 for an empty listing",
    () => Response.json({ ok: false, error: "no_scope", items: [] }),
    ({ code, stderr }) => {
      assertEquals(code, 1);
      assertStringIncludes(stderr, "no_scope");
    },
  );
}

fetchTest(
  "api fetch saves no credential that a next link repeats",
  (url) => {
    const page = Number(url.searchParams.get("page") ?? "0");
    if (page === 2) return new Response("no", { status: 400 });
    const query = `page=${page + 1}&api_key=k3y-in-the-url&access_token=${TOKEN}`;
    return Response.json({ items: [{ id: page }], next: `/items?${query}` });
  },
  async ({ code, stdout, stderr }, folder) => {
    assertEquals(code, 2);
    const place = await Deno.readTextFile(join(folder, "records.jsonl.position"));
    assertStringIncludes(place, "${sealed:");
    for (const text of [place, stdout, stderr]) {
      assert(!text.includes("k3y-in-the-url") && !text.includes(TOKEN), text);
    }
  },
);

/** What a fetch says of a listing of 95 that shows ten records whatever it is asked for, and its exit code. */
async function saidOf(body: object, ...args: string[]): Promise<string> {
  let text = "";
  await inFolder({}, async (folder) => {
    const items = Array.from({ length: 10 }, (_, id) => ({ id }));
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      () => Response.json({ items, ...body }),
    );
    const url = `http://127.0.0.1:${server.addr.port}/items`;
    const { code, stdout } = await workOf(
      ["api", "fetch", url, "--records=items", ...args],
      folder,
    );
    text = `${code} ${stdout}`;
  });
  return text;
}

Deno.test({
  name: "api fetch says which flag follows the pages that its only answer names",
  ignore,
  async fn() {
    for (
      const [body, part] of [
        [{ meta: { next: "c2" } }, "set --paginate cursor:meta.next and --param"],
        [{ links: { next: "/items?p=2" } }, "set --paginate next:links.next"],
        [{ meta: { total: 95 } }, '10 records read, "meta.total" declares 95; set --paginate'],
      ] as const
    ) {
      const text = await saidOf(body);
      assertStringIncludes(text, part);
      assertMatch(text, /^2 .*\nNOT complete: single-page, /);
      assertMatch(await saidOf(body, "--paginate=none"), /^0 .*\ncomplete: single-page/);
    }
    const other = await saidOf({ next: "https://other.example/2" }, "--paginate=next:next");
    assertMatch(other, /\nNOT complete: next-cross-origin, .*allow_hosts; --force starts over/);
    assert(!other.includes("--resume"), other);
    const mistyped = await saidOf({ meta: { next: "c2" } }, "--paginate=cursor:meta.nxt");
    assertMatch(mistyped, /^2 .*\nNOT complete: .* set --paginate cursor:meta.next and --param;/);
    assertStringIncludes(
      await saidOf({}, "--paginate=cursor:meta.nxt"),
      "check the path in --paginate, or set --size: then a shorter page is the last; --resume",
    );
    assertMatch(await saidOf({}, "--paginate=cursor:meta.nxt", "--size=20"), /^0 /);
  },
});
