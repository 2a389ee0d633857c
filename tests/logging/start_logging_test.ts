import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { getLogger } from "@logtape/logtape";
import { join } from "@std/path";
import { Secret } from "../../lib/secrets/mod.ts";
import { HttpError, StorageError } from "../../lib/errors/mod.ts";
import { spanIdOf, startLogging, traceIdOf, withCorrelation } from "../../lib/logging/mod.ts";
import { granted } from "../_granted.ts";
import { jsonLines, log, terminalLines } from "./_capture.ts";

const ignore = !granted("read", "write");

Deno.test("startLogging() writes time, level, category, message, correlation and fields in this order", async () => {
  const [line] = await jsonLines(() =>
    withCorrelation({ page: 3, stream: "events", source: "usgs" }, () => {
      log.warn("Waiting {wait_ms} ms", { wait_ms: 1000, reason: "retry-after", attempt: 2 });
    })
  );
  assert(line);
  assertMatch(String(line["time"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assertEquals(Object.entries(line).slice(1), [
    ["level", "warning"],
    ["severity", 13],
    ["category", "headwaters.api"],
    ["message", "Waiting 1000 ms"],
    ["run_id", "01RUN"],
    ["source", "usgs"],
    ["stream", "events"],
    ["page", 3],
    ["attempt", 2],
    ["trace_id", traceIdOf("01RUN")],
    ["span_id", spanIdOf("01RUN/usgs/events/3/")],
    ["wait_ms", 1000],
    ["reason", "retry-after"],
  ]);
});

Deno.test("startLogging() keeps the fixed fields when a call names one of them", async () => {
  const [line] = await jsonLines(() => log.info("text", { level: "mine", message: "other" }));
  assertEquals([line?.["level"], line?.["level_"]], ["info", "mine"]);
  assertEquals([line?.["message"], line?.["message_"]], ["text", "other"]);
});

Deno.test("startLogging() drops lines under the level, and under the terminal's own", async () => {
  function logAll() {
    log.debug("d");
    log.info("i");
    log.warn("w");
  }
  const messages = async (options: Parameters<typeof jsonLines>[1]) =>
    (await jsonLines(logAll, options)).map((line) => line["message"]);
  assertEquals(await messages({}), ["i", "w"]);
  assertEquals(await messages({ level: "debug" }), ["d", "i", "w"]);
  assertEquals(await messages({ level: "debug", terminalLevel: "warning" }), ["w"]);
});

Deno.test("startLogging() tells an error with its code, context and causes", async () => {
  const error = new HttpError("http-status", "Cannot fetch page: status 503", {
    status: 503,
    transient: true,
    context: { url: "https://ann:pw@api.example" },
    cause: new TypeError("fetch failed", { cause: "reset" }),
  });
  const [line] = await jsonLines(() => log.error("Failed", { error }));
  assertEquals(line?.["error"], {
    name: "HttpError",
    code: "http-status",
    message: "Cannot fetch page: status 503",
    transient: true,
    context: { url: "https://***@api.example" },
    status: 503,
    cause: { name: "TypeError", message: "fetch failed", cause: "reset" },
  });
});

Deno.test("startLogging() turns every kind of value into JSON", async () => {
  const circular: Record<string, unknown> = { a: 1 };
  circular["self"] = circular;
  const deep = Array.from({ length: 12 }).reduce((inner) => ({ inner }), {});
  const broken = {
    get bad() {
      throw new Error("no");
    },
  };
  const [line] = await jsonLines(() =>
    log.info("values", {
      date: new Date(0),
      url: new URL("https://api.example/?sig=x"),
      bytes: new Uint8Array(4),
      map: new Map([["token", "x"], ["b", "y"]]),
      set: new Set([1, 2]),
      headers: new Headers({ "X-Api-Key": "x", accept: "y" }),
      big: 12345678901234567890n,
      nan: NaN,
      nothing: null,
      absent: undefined,
      fn: function named() {},
      circular,
      deep,
      broken,
      list: Array.from({ length: 102 }, (_, i) => i),
      text: "x".repeat(9_000),
      errors: new AggregateError([new Error("one")], "several"),
      empty: { password: null },
    })
  );
  assert(line);
  const { list, text, deep: shownDeep, errors, broken: shownBroken, ...rest } = line;
  assert(Array.isArray(list) && list.length === 101 && list[100] === "... (102 items)");
  assertEquals(String(text).slice(8_190), "xx... (9000 characters)");
  assertStringIncludes(JSON.stringify(shownDeep), "[too deep]");
  assertStringIncludes(String(shownBroken), "[unreadable: Error: no");
  assertEquals(errors, {
    name: "AggregateError",
    message: "several",
    errors: [{ name: "Error", message: "one" }],
  });
  assertEquals(Object.fromEntries(Object.entries(rest).slice(8)), {
    date: "1970-01-01T00:00:00.000Z",
    url: "https://api.example/?sig=***",
    bytes: "[4 bytes]",
    map: { token: "***", b: "y" },
    set: [1, 2],
    headers: { accept: "y", "x-api-key": "***" },
    big: "12345678901234567890",
    nan: "NaN",
    nothing: null,
    fn: "function named() {}",
    circular: { a: 1, self: "[circular]" },
    empty: { password: null },
  });
});

Deno.test("startLogging() shows one readable line on a terminal", async () => {
  const cause = new TypeError("fetch failed\n\x1b[31m");
  const error = new HttpError("http-reset", 'Cannot fetch "x": broken', { cause });
  const [plain, failed] = await terminalLines(() => {
    withCorrelation(
      { source: "usgs" },
      () => log.warn("Waiting", { wait_ms: 1000, why: "a b", n: null }),
    );
    log.error("Failed", { error });
  });
  assertMatch(
    plain ?? "",
    /^\d\d:\d\d:\d\d warn {2}api {2}Waiting {2}source=usgs wait_ms=1000 why="a b" n=null$/,
  );
  assertEquals(
    failed?.slice(9),
    String
      .raw`error api  Failed  error="http-reset: Cannot fetch \"x\": broken <- TypeError: fetch failed | \\x1b[31m"`,
  );
});

Deno.test("startLogging() colours the level only when asked to", async () => {
  const [line] = await terminalLines(() => log.error("Failed"), { color: true });
  assertStringIncludes(line ?? "", "\x1b[31merror\x1b[0m");
});

Deno.test("startLogging() shows an error inside a message by its text", async () => {
  const [line] = await jsonLines(() => {
    log.info("{error} {list} {word} {nothing}", {
      error: new TypeError("x"),
      list: [1, { token: "y" }],
      word: "w",
      nothing: undefined,
    });
  });
  assertEquals(line?.["message"], 'TypeError: x [1,{"token":"***"}] w undefined');
});

Deno.test("startLogging() is silent when the terminal is none and there is no file", async () => {
  assertEquals(await terminalLines(() => log.error("x"), { terminal: "none" }), []);
});

Deno.test("startLogging() ends only itself when a later one is active", async () => {
  const lines: string[] = [];
  const first = startLogging({ runId: "1", terminal: "none" });
  const second = startLogging({ runId: "2", terminal: "json", write: (line) => lines.push(line) });
  await first[Symbol.asyncDispose]();
  log.info("still");
  await second[Symbol.asyncDispose]();
  log.info("no more");
  assertEquals(lines.map((line) => JSON.parse(line).run_id), ["2"]);
});

Deno.test("startLogging() appends JSON lines with stacks to the file and makes its folder", {
  ignore,
}, async () => {
  const folder = await Deno.makeTempDir();
  const file = join(folder, "logs", "run.jsonl");
  await Deno.mkdir(join(folder, "logs"));
  await Deno.writeTextFile(file, '{"torn":');
  {
    await using _logging = startLogging({ runId: "01RUN", file, terminal: "none" });
    log.info("one");
    log.error("two", { error: new Error("boom") });
    const written = (await Deno.readTextFile(file)).split("\n");
    assertEquals(written.length, 4, "an error is written at once, with what came before it");
    log.info("three");
  }
  const lines = (await Deno.readTextFile(file)).trimEnd().split("\n");
  assertEquals(lines.length, 4);
  assertEquals(lines.slice(1).map((line) => JSON.parse(line).message), ["one", "two", "three"]);
  assertStringIncludes(JSON.parse(lines[2] ?? "").error.stack, "start_logging_test.ts");
  await Deno.remove(folder, { recursive: true });
});

Deno.test(
  "startLogging() throws StorageError when the file cannot be opened",
  { ignore },
  async () => {
    const folder = await Deno.makeTempDir();
    const error = assertThrows(
      () => startLogging({ runId: "1", file: folder, terminal: "none" }),
      StorageError,
      "Cannot open log file",
    );
    assertEquals(error.code, "storage-io");
    await Deno.remove(folder, { recursive: true });
  },
);

Deno.test(
  "startLogging() keeps a registered secret out of the file and the terminal in every form",
  { ignore },
  async () => {
    const value = 'pä+ss/w"ord 42%';
    const secret = new Secret(value, "DB_PASSWORD");
    const number = new Secret("73550123", "PIN");
    const basic = new TextEncoder().encode(`ann:${value}`).toBase64();
    const forms = [
      value,
      encodeURIComponent(value),
      encodeURI(value),
      JSON.stringify(value).slice(1, -1),
      new URLSearchParams({ v: value }).toString().slice(2),
      basic,
      "73550123",
      new TextEncoder().encode(value).toBase64().replace(/=+$/, ""),
    ];
    const folder = await Deno.makeTempDir();
    const file = join(folder, "run.jsonl");
    const shown: string[] = [];
    {
      await using _logging = startLogging({
        runId: "1",
        file,
        terminal: "pretty",
        write: (line) => shown.push(line),
      });
      withCorrelation({ stream: value }, () => {
        for (const form of forms) {
          log.info(`literal ${form.replaceAll("{", "")}`);
          log.info("template {form}", { form });
          log.info("split {a}{b}", { a: form.slice(0, 5), b: form.slice(5), nested: undefined });
          log.error("deep", {
            list: [{ x: { y: [`a${form}b`] } }],
            [form]: 1,
            url: new URL(`https://api.example/?q=${encodeURIComponent(form)}`),
            error: new HttpError("http-auth", form, { context: { form }, cause: new Error(form) }),
            map: new Map([[form, form]]),
          });
        }
        log.info("objects", {
          secret,
          number,
          pin: 73550123,
          authorization: ["x"],
          header: `Basic ${basic}`,
        });
        getLogger(["other", value]).info("category");
      });
    }
    const texts = [await Deno.readTextFile(file), shown.join("\n")];
    await Deno.remove(folder, { recursive: true });
    for (const text of texts) {
      for (const line of text.trimEnd().split("\n")) {
        const values = text === texts[0] ? allTexts(JSON.parse(line)) : [line];
        for (const form of forms) {
          assert(!values.some((part) => part.includes(form)), `${form} in ${line}`);
        }
      }
    }
  },
);

/** Every key and text of a value, after JSON's own escapes are gone. */
function allTexts(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [String(value)];
  return Object.entries(value).flatMap(([key, item]) => [key, ...allTexts(item)]);
}
