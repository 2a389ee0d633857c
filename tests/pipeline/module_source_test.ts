import {
  assert,
  assertEquals,
  assertLess,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { readdirSync } from "node:fs";
import { join } from "@std/path";
import { endRun, insertRun, openAudit } from "../../lib/audit/mod.ts";
import { ConfigError, DatabaseError, InternalError, SuspendedError } from "../../lib/errors/mod.ts";
import { askModule } from "../../lib/pipeline/sources/module/ask_module.ts";
import { checkBatch } from "../../lib/pipeline/sources/module/check_batch.ts";
import { ModuleMemory, readModule } from "../../lib/pipeline/sources/module/read.ts";
import type { Json, Source } from "../../lib/pipeline/own_source.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { inTempFolder, pipeline, realPipeline, ROOT } from "../e2e/_command.ts";
import { granted } from "../_granted.ts";
import { everyTest, sample } from "../_sample.ts";
import { items, namesIn, streamOf, type World, worldTest } from "./_world.ts";

const ignore = !granted("read", "write", "net", "run");
const STREAM = "mine.rows";

/** Puts a module into the world, and returns the edit that makes it the pipeline's only source. */
function sourceOf(world: World, code: string, options = "{}"): (yaml: string) => string {
  // A module is loaded once a process: each gets a name of its own.
  const name = `source_${crypto.randomUUID().replaceAll("-", "")}.ts`;
  Deno.writeTextFileSync(join(world.folder, name), code);
  return (yaml) =>
    `${yaml.slice(0, yaml.indexOf("sources:"))}sources:
  - name: mine
    type: module
    module: ${name}
    options: ${options}
`;
}

/** A source of numbered rows, two a batch. */
function numbered(last: string, stream = '{ name: "rows" }'): string {
  return `
  export default {
    describe: () => ({ streams: [${stream}] }),
    async *read({ position, state, options }) {
      const from = state ?? 0;
      for (let at = position ?? from; at < options.rows; at += 2) {
        const records = [at, at + 1].filter((n) => n < options.rows).map((n) => ({ n, position, state }));
        const rest = at + 2 < options.rows;
        yield rest ? { records, position: at + 2, state: at + 2 } : { records, state: options.rows, ${last} };
      }
      if (from >= options.rows) yield { records: [], ${last} };
    },
  };`;
}

function rowsOf(world: World): { n: number; position: unknown; state: unknown }[] {
  return world.rows(STREAM).map((line) => JSON.parse(line));
}

worldTest(
  "a module's records are staged, published and counted like any other's",
  async (world) => {
    const edit = sourceOf(world, numbered('end: "all"'), "{ rows: 5 }");
    const first = streamOf(await world.run({ edit }), STREAM);
    assertEquals([first.outcome, first.evidence, first.read, first.written, first.pages], [
      "complete",
      ["all"],
      5,
      5,
      3,
    ]);
    const second = streamOf(await world.run({ edit }), STREAM);
    assertEquals([second.outcome, second.unchanged, second.published_files], ["complete", 5, 0]);
    assertEquals(rowsOf(world).map(({ n }) => n), [0, 1, 2, 3, 4]);
  },
);

worldTest("a module that does not say how it ends is partial", async (world) => {
  const summary = await world.run({ edit: sourceOf(world, numbered(""), "{ rows: 3 }") });
  assertEquals(summary.exit_code, 2);
  assertEquals(summary.reasons, [
    "mine.rows: no batch says that it is the last one; set end on it",
  ]);
});

worldTest("a module that was stopped goes on after the last batch that was kept", async (world) => {
  const edit = sourceOf(world, numbered('end: "all"'), "{ rows: 6 }");
  const controller = new AbortController();
  let checkpoints = 0;
  const stopped = await world.run({
    edit,
    signal: controller.signal,
    observe: (step) => {
      if (step.kind !== "point" || step.name !== "checkpoint:after-commit") return;
      if (++checkpoints === 2) {
        controller.abort(new SuspendedError("suspended-signal", "Cannot finish run: stopped"));
      }
    },
  });
  assertEquals(stopped.exit_code, 75);
  const summary = await world.run({ edit });
  assertEquals([summary.exit_code, summary.attempts], [0, 2]);
  assertEquals(rowsOf(world).map(({ n, position }) => [n, position]), [
    [0, null],
    [1, null],
    [2, null],
    [3, null],
    [4, 4],
    [5, 4],
  ]);
});

worldTest("a module that never waits is stopped all the same", async (world) => {
  const edit = sourceOf(
    world,
    `
  export default {
    describe: () => ({ streams: [{ name: "rows" }] }),
    async *read() {
      for (let n = 0; n < 20; n++) {
        const until = performance.now() + 60;
        while (performance.now() < until);
        yield { records: [{ n }], position: n };
      }
      yield { records: [], end: "all" };
    },
  };`,
  );
  const stop = new AbortController();
  const { exit_code, totals } = await world.run({
    edit,
    signal: stop.signal,
    observe(step) {
      if (step.kind !== "point" || step.name !== "checkpoint:after-commit") return;
      const reason = new SuspendedError("suspended-signal", "Cannot finish run: stopped");
      setTimeout(() => stop.abort(reason), 0);
    },
  });
  assertEquals(exit_code, 75);
  // The first checkpoint is due after 250 ms, in the fifth batch at the latest; the stop is heard with the next one.
  assertLess(totals.read, 8);
});

worldTest("an incremental module gets the state of its last complete read", async (world) => {
  const stream = '{ name: "rows", mode: "incremental" }';
  const edit = (rows: number, end = 'end: "all"') =>
    sourceOf(world, numbered(end, stream), `{ rows: ${rows} }`);
  await world.run({ edit: edit(3) });
  assertEquals((await world.run({ edit: edit(3) })).totals.read, 0);
  await world.run({ edit: edit(5) });
  assertEquals(rowsOf(world).map(({ n, state }) => [n, state]), [
    [0, null],
    [1, null],
    [2, null],
    [3, 3],
    [4, 3],
  ]);
});

worldTest("a module's bad records are rejected one by one", async (world) => {
  const code = `
  export default {
    describe: () => ({ streams: [{ name: "rows", primary_key: ["id"] }] }),
    async *read() {
      yield { records: [{ id: 1 }, { no: 2 }, 3, null, undefined, { id: 4 }], end: "all" };
    },
  };`;
  const summary = await world.run({ edit: sourceOf(world, code) });
  const { read, written, rejected } = streamOf(summary, STREAM);
  assertEquals([read, written, rejected], [6, 2, 4]);
});

worldTest(
  "a module rejects what is no record itself, and each is counted and kept",
  async (world) => {
    const code = `
  export default {
    describe: () => ({ streams: [{ name: "rows" }] }),
    async *read({ options }) {
      const message = "expected a number" + ", not this one".repeat(options.times);
      const rejects = [{ raw: "no number", message, line: 2 }];
      yield { records: [{ id: 1 }], rejects, end: "all" };
    },
  };`;
    const summary = await world.run({ edit: sourceOf(world, code, "{ times: 0 }") });
    const { read, written, rejected } = streamOf(summary, STREAM);
    assertEquals([read, written, rejected], [2, 1, 1]);
    assertEquals(summary.rejects.map(({ code, example }) => [code, example]), [
      ["record-invalid", "expected a number"],
    ]);
    const [name = ""] = namesIn(join(world.folder, "lake/quarantine/mine/rows"));
    const kept = await Deno.readTextFile(join(world.folder, "lake/quarantine/mine/rows", name));
    assertEquals(JSON.parse(kept).raw, "no number");
    // However long its reason is, what is kept of it is bounded.
    const long = await world.run({ edit: sourceOf(world, code, "{ times: 60000 }") });
    const [newest = ""] = namesIn(join(world.folder, "lake/quarantine/mine/rows")).sort().slice(-1);
    const { size } = await Deno.stat(join(world.folder, "lake/quarantine/mine/rows", newest));
    assert(size < 5000 && (long.rejects[0]?.example.length ?? 0) < 4100, `${size}`);
  },
);

worldTest("a module whose batch is none fails its own stream, and loses nothing", async (world) => {
  const cases: readonly (readonly [string, string])[] = [
    [
      "records: [{ id: 1 }], position: 1, end: false",
      "whose end is false, expected a text",
    ],
    ["records: [{ id: 1 }], position: 1, end: null", "whose end is null"],
    ["records: [{ id: 1 }], position: 1, end: 0", "whose end is 0"],
    ['records: [{ id: 1 }], position: 1, end: ""', 'whose end is ""'],
    ["records: [{ id: 1 }], end: { a: 1 }", "whose end is an object"],
    ["records: { id: 1 }, end: 'x'", "whose records is an object"],
    ["end: 'x'", "whose records is missing, expected a list"],
    ["records: [], rejects: 5, end: 'x'", "whose rejects is 5, expected a list"],
    ["records: [], rejects: [{ raw: 'x' }], end: 'x'", "whose reject's message is missing"],
    ["records: [], rejects: [{ raw: 'x', message: 'y', line: 'seven' }], end: 'x'", "line is"],
    ["records: [], position: 5n", "whose position is a bigint, expected a JSON value"],
    ["records: [], state: Symbol('s'), end: 'x'", "whose state is a symbol"],
  ];
  for (const [batch, message] of sample(cases)) {
    const code = `export default {
    describe: () => ({ streams: [{ name: "rows", mode: "incremental" }] }),
    async *read() { yield { ${batch} }; yield { records: [{ id: 2 }], end: "all" }; },
  };`;
    const summary = await world.run({ edit: sourceOf(world, code) });
    const { outcome, error_code, error_message } = streamOf(summary, STREAM);
    assertEquals([summary.exit_code, outcome, error_code], [1, "failed", "source-fault"], batch);
    assertStringIncludes(error_message ?? "", message, batch);
  }
});

Deno.test("a batch has no keys of its own, no holes and no endless end", () => {
  const end = "x";
  const reject = { raw: "x", message: "y", code: "z" };
  const cases: readonly (readonly [unknown, string])[] = [
    [{ records: [{ id: 1 }], reject: [reject], end }, 'a batch of read() has the key "reject"'],
    [{ records: [], rejects: [reject], end }, 'a reject has the key "code"'],
    [{ records: new Array(3), end }, "a batch without record 1 of 3"],
    // deno-lint-ignore no-sparse-arrays
    [{ records: [{ id: 1 }, , { id: 3 }], end }, "a batch without record 2 of 3"],
    [{ records: [], end: "x".repeat(201) }, `is "${"x".repeat(59)}..., expected at most 200`],
  ];
  for (const [batch, message] of cases) {
    assertThrows(() => checkBatch(batch, "m.ts"), InternalError, message);
  }
  const whole = {
    records: [undefined],
    rejects: [{ raw: "x", message: "y", line: 1 }],
    position: 1,
    state: 1,
    end: "x".repeat(200),
  };
  assertEquals(checkBatch(whole, "m.ts"), whole);
});

worldTest("a module must not read where the pipeline writes", async (world) => {
  const code = `export default {
    describe: () => ({ streams: [{ name: "rows" }], needs: { read: ["."] } }),
    async *read() { yield { records: [], end: "all" }; },
  };`;
  const error = await assertRejects(() => world.run({ edit: sourceOf(world, code) }), ConfigError);
  assertStringIncludes(error.message, "found a folder that holds the lake");
});

worldTest("a module that throws fails its own stream and says where", async (world) => {
  const code = `
  export default {
    describe: () => ({ streams: [{ name: "rows" }] }),
    async *read() {
      yield { records: [{ id: 1 }], position: 1 };
      throw new Error("the meter is unplugged");
    },
  };`;
  const summary = await world.run({ edit: sourceOf(world, code) });
  const stream = streamOf(summary, STREAM);
  assertEquals([summary.exit_code, stream.error_code], [1, "source-fault"]);
  assertStringIncludes(stream.error_message ?? "", "the meter is unplugged");
});

for (
  const [what, action, message] of [
    [
      "leaves a promise that is rejected",
      'Promise.reject(new Error("lost"))',
      "it left a promise that was rejected: Error: lost",
    ],
    [
      "leaves a promise that is rejected with an object",
      "Promise.reject({ status: 7 })",
      "it left a promise that was rejected: { status: 7 }",
    ],
    [
      "starts a timer that throws",
      'setTimeout(() => { throw new Error("late"); }, 1)',
      "a timer or an event of it threw: Error: late",
    ],
  ] as const
) {
  worldTest(`a module that ${what} fails its own stream, and no other`, async (world) => {
    world.items = items(3);
    const code = `
  export default {
    describe: () => ({ streams: [{ name: "rows" }] }),
    async *read() {
      ${action};
      yield { records: [{ id: 1 }], position: 1 };
      await new Promise(() => {});
      yield { records: [{ id: 2 }], end: "all" };
    },
  };`;
    const mine = sourceOf(world, code);
    const edit = (yaml: string) => `${yaml}${mine(yaml).split("sources:\n")[1]}`;
    const summary = await world.run({ edit });
    const { outcome, error_code, error_message } = streamOf(summary, STREAM);
    assertEquals([summary.exit_code, outcome, error_code], [1, "failed", "source-fault"]);
    assertStringIncludes(error_message ?? "", message);
    assertEquals(streamOf(summary, "shop.items").written, 3);
    assertEquals(world.rows(STREAM), []);
  });
}

worldTest("errors that come after a module's stream has failed end no run", async (world) => {
  const code = (read: string) => `
  export default {
    describe: () => ({ streams: [{ name: "rows" }] }),
    async *read() {
      ${read}
      await new Promise((done) => setTimeout(done, 60));
      yield { records: [], end: "all" };
    },
  };`;
  const bad = sourceOf(
    world,
    code(`
      setTimeout(() => { throw new Error("first file:///x"); }, 1);
      setTimeout(() => { Promise.reject(new Error("second")); throw new Error("third"); }, 20);`),
  );
  const theirs = sourceOf(world, code("")); // It is still at work then.
  const edit = (yaml: string) =>
    bad(yaml) + theirs(yaml).split("sources:\n")[1]?.replace("name: mine", "name: theirs");
  const summary = await world.run({ edit });
  const { outcome, error_message } = streamOf(summary, STREAM);
  assertEquals([summary.exit_code, outcome], [1, "failed"]);
  assertStringIncludes(error_message ?? "", "Error: first");
  assertEquals(streamOf(summary, "theirs.rows").outcome, "complete");
});

worldTest(
  "a run whose audit database is removed meanwhile fails and says what helps",
  async (world) => {
    const edit = sourceOf(
      world,
      `export default {
      describe: () => ({ streams: [{ name: "rows" }] }),
      async *read({ options }) {
        Deno.removeSync(options.audit);
        yield { records: [{ id: 1 }], end: "all" };
      },
    };`,
      JSON.stringify({ audit: join(world.folder, "audit.db") }),
    );
    await assertRejects(() => world.run({ edit }), DatabaseError, "headwaters audit rebuild");
    await assertRejects(() => world.run({ edit }), Error, "headwaters audit rebuild");
  },
);

function moduleYaml(folder: string, module: string): string {
  return `
name: mine
lake: ${folder}/lake
audit: ${folder}/audit.db
log_dir: ${folder}/logs
sources:
  - name: mine
    type: module
    module: ${module}
    options: { folder: ${JSON.stringify(folder)} }
`;
}

async function withModule(
  code: string,
  action: (
    folder: string,
    run: (command: string, env?: Record<string, string>) => ReturnType<typeof pipeline>,
  ) => Promise<void>,
): Promise<void> {
  await inTempFolder(async (folder) => {
    const module = join(folder, "source.ts");
    await Deno.writeTextFile(module, code);
    const yaml = join(folder, "p.yaml");
    await Deno.writeTextFile(yaml, moduleYaml(folder, module));
    await action(
      folder,
      (command, env) => {
        const args = [...command.split(" "), "-c", yaml];
        // The launcher looks a module's variables up itself, and this process has none.
        return env === undefined ? pipeline(folder, args) : realPipeline(folder, args, env);
      },
    );
  });
}

/** What a hostile source would like to do. */
const PROBES = `
const PROBES = {
  "read": ({ folder }) => Deno.readTextFileSync(folder + "/secret"),
  "write": ({ folder }) => Deno.writeTextFileSync(folder + "/elsewhere", "x"),
  "lake": ({ folder }) => Deno.readDirSync(folder + "/lake"),
  "env": () => Deno.env.get("HOME"),
  "run": () => new Deno.Command("deno", { args: ["--version"] }).outputSync(),
  "listen": () => Deno.listen({ port: 0, hostname: "127.0.0.1" }).close(),
};
function probe(options) {
  return Object.entries(PROBES).flatMap(([name, action]) => {
    try { action(options); return [name]; } catch (error) {
      return error instanceof Deno.errors.NotCapable ? [] : [name + " " + error.name];
    }
  });
}
`;

Deno.test({
  name: "a module is described in a process that may read the module and nothing else",
  ignore,
  fn: () =>
    withModule(
      `${PROBES}
      export default {
        describe: (options) => ({
          streams: [{ name: "rows" }],
          needs: { net: ["got-" + (probe(options).join("-") || "nothing") + ":1"] },
        }),
        async *read() {},
      };`,
      async (folder, run) => {
        await Deno.writeTextFile(join(folder, "secret"), "x");
        await Deno.mkdir(join(folder, "lake"));
        const { code, stdout, stderr } = await run("plan");
        assertEquals([code, stderr], [0, ""]);
        assertStringIncludes(stdout, "got-nothing:1");
      },
    ),
});

everyTest({
  name: "a run gives a module what it asked for and no more, and plan prints it",
  ignore,
  fn: () =>
    withModule(
      `import { writeSync } from "node:fs";
      export default {
        describe: ({ folder }) => ({
          streams: [{ name: "rows" }],
          needs: { read: [folder + "/input"], net: ["127.0.0.1:9"], env: ["METER"] },
        }),
        async *read({ path, options }) {
          for (const fd of [1, 2]) writeSync(fd, "\\x1b[2Jpast us\\n");
          const text = await Deno.readTextFile(path(options.folder + "/input"));
          yield { records: [{ text }], position: 1 };
          if (text === "y") throw new Error("boom " + Deno.env.get("METER"));
          await Deno.readTextFile(options.folder + "/secret");
        },
      };`,
      async (folder, run) => {
        await Deno.writeTextFile(join(folder, "input"), "x");
        await Deno.writeTextFile(join(folder, "secret"), "x");
        const unset = await run("plan");
        assertEquals(unset.code, 78);
        assertStringIncludes(unset.stderr, 'environment variable "METER", which is not set');
        const plan = await run("plan", { METER: "m3ter-secret" });
        for (const needed of ["127.0.0.1:9", `${folder}/input`, "$METER"]) {
          assertStringIncludes(plan.stdout, needed);
        }
        const result = await run("run", { METER: "m3ter-secret" });
        assertEquals(result.code, 1);
        for (const text of [result.stdout, result.stderr]) {
          assert(text.includes("\\u001b[2Jpast us\n") && !text.includes("\x1b[2J"), text);
        }
        assertStringIncludes(result.stdout, "mine.rows  ");
        assertStringIncludes(result.stdout, "failed (source-fault)");
        assertStringIncludes(result.stderr + result.stdout, "secret");
        await Deno.writeTextFile(join(folder, "input"), "y");
        const thrown = await run("run", { METER: "m3ter-secret" });
        assertStringIncludes(thrown.stdout, "its read() threw: Error: boom ***");
        for await (const entry of Deno.readDir(join(folder, "logs"))) {
          const log = await Deno.readTextFile(join(folder, "logs", entry.name));
          assertEquals(log.includes("m3ter-secret"), false, "no log shows its value");
        }
      },
    ),
});

everyTest({
  name: "no credential that a module may read gets to the lake or the audit database",
  ignore,
  fn: () =>
    withModule(
      `export default {
        describe: () => ({ streams: [{ name: "rows" }], needs: { env: ["METER_TOKEN", "REGION"] } }),
        async *read({ position }) {
          const token = Deno.env.get("METER_TOKEN");
          if (position === null) {
            yield { records: [{ n: 1 }, { n: 2, token }, { region: Deno.env.get("REGION") }], position: { token } };
            throw new Error("come again");
          }
          if (position.token !== token) throw new Error("another position");
          yield { records: [{ n: 3 }], end: "seen " + token };
        },
      };`,
      async (folder, run) => {
        const env = { METER_TOKEN: "m3ter-secret", REGION: "europe-west" };
        assertEquals((await run("run", env)).code, 1);
        const { code, stdout } = await run("run", env);
        assertEquals(code, 2, "a record was rejected");
        assertStringIncludes(stdout, "record-credential");
        for (const name of readdirSync(folder, { recursive: true })) {
          const path = join(folder, String(name));
          if (!Deno.statSync(path).isFile) continue;
          const bytes = await Deno.readFile(path);
          const text = path.endsWith(".gz") ? gunzipSync(bytes) : Buffer.from(bytes);
          assertEquals(text.includes("m3ter-secret"), false, path);
        }
      },
    ),
});

Deno.test("what a module throws is its fault, also if it cannot be looked at", async () => {
  const trap = (): never => {
    throw new Error("trap");
  };
  const odd = new Proxy({}, { get: trap, getPrototypeOf: trap, ownKeys: trap });
  const source: Source = {
    describe: () => ({ streams: [{ name: "rows" }] }),
    read: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(odd) }) }),
  };
  const request = {
    ...{ stream: "rows", options: {}, position: null, state: null },
    ...{ path: String, signal: new AbortController().signal },
  };
  const guard = { fault: Promise.withResolvers<never>().promise, [Symbol.dispose]() {} };
  const memory = new ModuleMemory({ name: "rows" });
  const read = readModule(source, { module: "m.ts", request, memory, guard, pages: 0 });
  const error = await assertRejects(() => read.next(), InternalError, "cannot be shown");
  assertEquals([error.code, typeof error.cause], ["source-fault", "string"]);
});

Deno.test("what a module says to go on from is kept without the secrets in it", async () => {
  const secret = new Secret("m3ter-secret", "METER_TOKEN");
  const kept: Json = { at: [1, "${secret:raw:METER_TOKEN}"], none: null };
  const asked: unknown[] = [];
  const source: Source = {
    describe: () => ({ streams: [{ name: "rows" }] }),
    async *read({ position, state }) {
      asked.push(position, state);
      yield {
        records: [],
        position: { at: [1, secret.reveal()], none: null },
        state: "${sealed:x}",
      };
      yield { records: [], end: `all of ${secret.reveal()}` };
    },
  };
  const memory = new ModuleMemory({ name: "rows" });
  const request = {
    ...{ stream: "rows", options: {}, position: kept, state: "none" },
    ...{ path: String, signal: new AbortController().signal },
  };
  const guard = { fault: Promise.withResolvers<never>().promise, [Symbol.dispose]() {} };
  const read = readModule(source, { module: "m.ts", request, memory, guard, pages: 0 });
  const [first, second, last] = [await read.next(), await read.next(), await read.next()];
  secret.forget();
  assertEquals(asked, [{ at: [1, "m3ter-secret"], none: null }, "none"]);
  assertEquals([first.value, second.value].map((batch) => "position" in batch && batch.position), [
    kept,
    undefined,
  ]);
  assertMatch(
    String(memory.state),
    /^\$\{sealed:.{20,}\}$/,
    "no placeholder of its own is filled in",
  );
  assertEquals(
    "stopReason" in last.value && last.value.stopReason,
    "all of ${secret:raw:METER_TOKEN}",
  );
});

everyTest({
  name: "plan says in one sentence what is wrong with a module",
  ignore,
  fn: async () => {
    const cases: [string, string][] = [
      ["export default { describe: () => ({ streams: [] }), read() {} };", "names no streams"],
      ["export default { async describe() { throw 1; }, read() {} };", "describe() is async"],
      [
        'export default { describe: () => ({ streams: [{ name: "A b" }] }), read() {} };',
        "stream 1 needs a name of its own",
      ],
      [
        'export default { describe: () => ({ streams: [{ name: "a" }], needs: { net: ["*.example.org"] } }), read() {} };',
        'needs.net has "*.example.org"',
      ],
      [
        'export default { describe: () => ({ streams: [{ name: "a", cursor: "x" }] }), read() {} };',
        'stream "a" has the key "cursor"',
      ],
      [
        'export default { describe: () => ({ streams: [{ name: "a" }], needs: { net: ["a..b:80"] } }), read() {} };',
        'needs.net has "a..b:80"',
      ],
      [
        `export default { describe: () => ({ streams: [{ name: "${
          "s".repeat(65)
        }" }] }), read() {} };`,
        "stream 1 needs a name of its own",
      ],
      ...([
        ['net: ["a.example:99999"]', 'needs.net has "a.example:99999", expected host:port'],
        ['net: "a.example:80"', 'needs.net is "a.example:80", expected a list of texts'],
        ['net: ["a.example"]', 'needs.net has "a.example", expected host:port'],
        ['write: ["/etc"]', 'needs has the key "write", expected none but net, read, env'],
        ["read: [7]", "needs.read has 7, expected texts that are not empty"],
        ['net: ["a.example:1", ""]', 'needs.net has "", expected texts that are not empty'],
        ['env: ["A,HOME"]', 'needs.env has "A,HOME", expected the name of one variable'],
        ['env: ["*"]', 'needs.env has "*", expected the name of one variable'],
      ].map(([needs = "", message = ""]): [string, string] => [
        `export default { describe: () => ({ streams: [{ name: "a" }], needs: { ${needs} } }), read() {} };`,
        message,
      ])),
      [
        'export default { describe: () => ({ streams: [{ name: "a", primary_key: ["b..c"] }] }), read() {} };',
        'primary_key of stream "a": Cannot read path "b..c"',
      ],
      [
        "export default { describe: () => Deno.exit(0), read() {} };",
        "it cannot be described: it ended without an answer",
      ],
      ['import "./other.ts"; export default {};', 'other.ts", expected packages of deno.json only'],
      ['import "npm:left-pad@1.3.0"; export default {};', "it cannot be loaded"],
      ["this is no TypeScript", "in line 1; correct the module"],
      ["export default {\n  read: (\n", "in line "],
    ];
    for (const [code, message] of sample(cases)) {
      await inTempFolder(async (root) => {
        await Deno.writeTextFile(join(root, "other.ts"), "");
        const module = join(root, "source.ts");
        await Deno.writeTextFile(module, code);
        const source = { type: "module", name: "mine", module, root, options: {} } as const;
        const error = await assertRejects(() => askModule(source), ConfigError);
        assertStringIncludes(error.message, message);
        assertStringIncludes(error.message, `Cannot use module "${module}": `);
        assertEquals(error.context["path"], module);
        assertEquals(error.message.split("\n").length, 1, error.message);
      });
    }
    await withModule("export default 7;", async (_folder, run) => {
      const { code, stderr } = await run("plan");
      assertEquals(code, 78);
      assertStringIncludes(stderr, "its default export lacks the method describe and read");
    });
  },
});

Deno.test({
  name: "a module that is missing, or has a comma in its name, is not told to be mended",
  ignore,
  fn: () =>
    inTempFolder(async (root) => {
      const module = join(root, "x,y.ts");
      const source = { type: "module", name: "mine", module, root, options: {} } as const;
      const missing = await assertRejects(() => askModule(source), ConfigError);
      assertStringIncludes(missing.message, `Cannot use module "${module}": there is no such file`);
      assertEquals(missing.context["path"], module);
      await Deno.writeTextFile(module, "export default 7;");
      const error = await assertRejects(() => askModule(source), ConfigError);
      assertStringIncludes(error.message, `Cannot allow path "${module}": the runtime cannot name`);
    }),
});

Deno.test({
  name: "a module keeps nothing in the runtime's own folder while it is described",
  ignore,
  fn: () =>
    inTempFolder(async (root) => {
      const module = join(root, "keeps.ts");
      const has = 'throw new Error([typeof localStorage, typeof caches, ""])';
      await Deno.writeTextFile(module, `export default { describe() { ${has}; }, read() {} };`);
      const source = { type: "module", name: "mine", module, root, options: {} } as const;
      await assertRejects(() => askModule(source), ConfigError, "undefined,undefined,");
    }),
});

Deno.test({
  name: "a module that never answers `describe` is stopped, and refused",
  ignore,
  fn: () =>
    inTempFolder(async (root) => {
      const module = join(root, "endless.ts");
      await Deno.writeTextFile(module, "export default { describe() { for (;;); }, read() {} };");
      const source = { type: "module", name: "mine", module, root, options: {} } as const;
      const error = await assertRejects(() => askModule(source, { limitMs: 500 }), ConfigError);
      assertStringIncludes(error.message, "describe() gave no answer within 0.5 s");
    }),
});

everyTest({
  name: "a module cannot end the run, nor call it a success",
  ignore,
  fn: () =>
    withModule(
      `import process from "node:process";
      export default {
        describe: () => ({ streams: [{ name: "deno" }, { name: "node" }, { name: "close" }, { name: "good" }] }),
        async *read({ stream }) {
          try { JSON.stringify = () => "pwn"; } catch { /* As it should be. */ }
          yield { records: [{ id: 1 }], position: 1 };
          if (stream === "deno") Deno.exit(0);
          if (stream === "node") process.exit(0);
          if (stream === "close") globalThis.close();
          addEventListener("unload", () => { Deno.exitCode = 0; });
          yield { records: [{ id: 2 }], end: "all" };
        },
      };`,
      async (_folder, run) => {
        const { code, stdout } = await run("run --json");
        const { streams } = JSON.parse(stdout);
        assertEquals(code, 1);
        assertEquals(
          streams.map((stream: Record<string, unknown>) => [stream.outcome, stream.error_code]),
          [...Array.from({ length: 3 }, () => ["failed", "source-fault"]), ["complete", null]],
        );
        assertStringIncludes(streams[0].error_message, "a source called Deno.exit(0)");
      },
    ),
});

everyTest({
  name: "a module's run that goes on ends by its own code, not by that of a newer run",
  ignore,
  fn: () =>
    withModule(
      `export default {
        describe: ({ folder }) => ({
          streams: [{ name: "rows" }],
          needs: { read: [folder + "/input"] },
        }),
        async *read({ options }) {
          await Deno.readTextFile(options.folder + "/input");
          yield { records: [{ id: 1 }], end: "all" };
        },
      };`,
      async (folder, run) => {
        const first = await run("run --json");
        assertEquals(first.code, 1);
        {
          using db = openAudit(join(folder, "audit.db"));
          const run_id = "7ZZZZZZZZZ0000000000000000";
          const at = "2026-11-26T02:00:00.000Z";
          const row = { run_id, pipeline: "other", config_identity: "", backfill: null };
          insertRun(db, { ...row, started_at: at });
          endRun(db, { run_id, status: "partial", ended_at: at, exit_code: 2 });
        }
        await Deno.writeTextFile(join(folder, "input"), "x");
        const second = await run("run --json");
        assertEquals(second.code, 0, second.stderr);
        assertEquals(JSON.parse(second.stdout).run_id, JSON.parse(first.stdout).run_id);
      },
    ),
});

everyTest({
  name: "what a module prints is no part of the result, and steers no terminal",
  ignore,
  fn: () =>
    withModule(
      `import { writeSync } from "node:fs";
      import { Console } from "node:console";
      import process from "node:process";
      const bytes = new TextEncoder().encode("\\x1b[2Jraw\\n");
      setInterval(() => {}, 1_000);
      console.log('{"fake":1}\\x1b[2J');
      Deno.stdout.writeSync(bytes);
      process.stdout.write("\\x1b[2Jnode");
      export default {
        describe: () => ({ streams: [{ name: "rows" }] }),
        async *read() {
          console.log("\\x1b[2Jhere", { a: 1 });
          console.table([1]);
          console.count("\\x1b[2Jcount");
          new Console(process.stdout).log("\\x1b[2Jconsole");
          writeSync(1, "\\x1b[2Jfd, {");
          await Deno.stdout.write(bytes);
          await Deno.stderr.write(bytes);
          await new Blob([bytes]).stream().pipeTo(Deno.stdout.writable);
          await new Promise((done) => process.stdout.write(bytes, done));
          yield { records: [{ id: 1 }], end: "all" };
        },
      };`,
      async (_folder, run) => {
        const { code, stdout, stderr } = await run("run --json");
        assertEquals([code, JSON.parse(stdout).totals.written], [0, 1]);
        assertStringIncludes(stderr, "\\x1b[2Jhere { a: 1 }");
        assertEquals(stderr.split("\\x1b[2Jraw\n").length - 1, 5);
        for (const words of ["node\n", "count: 1\n", "console\n", "fd, {"]) {
          assertStringIncludes(stderr, `\\x1b[2J${words}`);
        }
        assert(!(stdout + stderr).includes("\x1b[2J"));
        assertEquals((await run("plan --json")).code, 0);
      },
    ),
});

everyTest({
  name: "the example of README runs as it is written, and is at most 40 lines",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const yaml = "data/examples/stations.yaml";
      const run = () => pipeline(folder, ["run", "--json", "-c", yaml]);
      const [first, second] = [await run(), await run()];
      assertEquals([first.code, second.code], [0, 0], first.stderr);
      assertEquals(JSON.parse(first.stdout).totals.written, 10);
      assertEquals(JSON.parse(second.stdout).totals.unchanged, 10);
      const lines = (await Deno.readTextFile(join(ROOT, "data/examples/stations.ts"))).split("\n");
      assert(lines.length <= 41, `${lines.length}`);
    }),
});
