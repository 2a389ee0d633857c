import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  CORRELATION_KEYS,
  type EventInfo,
  EVENTS,
  logEvent,
  spanIdOf,
  traceIdOf,
  withCorrelation,
} from "../../lib/logging/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { granted } from "../_granted.ts";
import { jsonLines, log, terminalLines } from "./_capture.ts";

const ignore = !granted("read");
const entries = Object.entries<EventInfo>(EVENTS);

Deno.test("logEvent() takes level, category and message from the table, and writes the event's name", async () => {
  const [line] = await jsonLines(() =>
    withCorrelation({ source: "quakes" }, () => {
      logEvent("entry-unreadable", { path: "{a}.csv", code: "file-empty", reason: "0 bytes" });
    })
  );
  assert(line);
  assertEquals(Object.entries(line).slice(1), [
    ["level", "warning"],
    ["severity", 13],
    ["category", "headwaters.files"],
    ["event", "entry-unreadable"],
    ["message", "An entry of a folder cannot be read; the source is partial"],
    ["run_id", "01RUN"],
    ["source", "quakes"],
    ["trace_id", traceIdOf("01RUN")],
    ["span_id", spanIdOf("01RUN/quakes///")],
    ["path", "{a}.csv"],
    ["code", "file-empty"],
    ["reason", "0 bytes"],
  ]);
});

Deno.test("logEvent() leaves out an optional field that is undefined", async () => {
  const [line] = await jsonLines(() =>
    logEvent("window-boundary-unreadable", { window_boundary: 7, status: undefined })
  );
  assertEquals([line?.["window_boundary"], "status" in (line ?? {})], [7, false]);
});

Deno.test("logEvent() accepts the fields of the table and no others", async () => {
  const totals = { window_from: 1, window_to: 2, records: 3 };
  const lines = await jsonLines(() => {
    // @ts-expect-error: no such event
    assertMatch(thrown(() => logEvent("request-lost", {})), /TypeError/);
    // @ts-expect-error: a field is missing
    logEvent("window-halved", { window_from: 1 });
    // @ts-expect-error: a field has another type
    logEvent("window-halved", { window_from: "1", window_to: 2 });
    // @ts-expect-error: no such field
    logEvent("window-halved", { window_from: 1, window_to: 2, records: 3 });
    // @ts-expect-error: no such field, from a spread object
    logEvent("window-halved", { ...totals });
    // @ts-expect-error: an optional field has another type
    logEvent("window-boundary-unreadable", { window_boundary: 7, status: "404" });
  });
  assertEquals(lines.length, 5);
});

Deno.test("logEvent() hides a secret that is registered after its text was logged", async () => {
  const word = "registered-too-late";
  const lines = await terminalLines(() =>
    withCorrelation({ file: `in/${word}` }, () => {
      logEvent("file-vanished", { path: word });
      const secret = new Secret(word, "LATE");
      logEvent("file-vanished", { path: word });
      secret.forget();
    }), { terminal: "json" });
  assertEquals(lines.map((line) => line.split(word).length - 1), [2, 0]);
});

Deno.test("logEvent() goes on when the terminal is gone, and the line is in the others", async () => {
  const write = () => {
    throw new Deno.errors.BrokenPipe("gone");
  };
  const ended: string[] = [];
  await terminalLines(() => {
    logEvent("file-vanished", { path: "a" });
    ended.push("here");
  }, { write });
  assertEquals(ended, ["here"]);
});

Deno.test("logEvent() shows a warning in one readable line on a terminal", async () => {
  const [line] = await terminalLines(() =>
    withCorrelation({ source: "weather" }, () => {
      logEvent("entry-unreadable", { path: "a b.csv", code: "file-empty", reason: "0 bytes" });
    }), { terminalFields: ["source", "path", "code"] });
  assertMatch(
    line ?? "",
    /^\d\d:\d\d:\d\d warn {2}files {2}An entry .+ {2}source=weather path="a b.csv" code=file-empty$/,
  );
});

Deno.test("startLogging() gives the name of an event to no line of another package", async () => {
  const [line] = await jsonLines(() => log.info("Text", { event: "click" }));
  assertEquals([line?.["event"], line?.["event_"]], [undefined, "click"]);
});

Deno.test("EVENTS has kebab-case names, fixed sentences and fields that no fixed one hides", () => {
  const fixed = ["time", "level", "category", "event", "message", "run_id", "source", "stream"];
  for (const [name, { message, fields }] of entries) {
    assertMatch(name, /^[a-z]+(-[a-z]+)+$/);
    assertMatch(message, /^[A-Z][^{}]*[^.{}]$/, name);
    assertEquals(Object.keys(fields).filter((field) => fixed.includes(field)), [], name);
    for (const field of Object.keys(fields)) assertMatch(field, /^[a-z][a-z0-9]*(_[a-z]+)*$/, name);
  }
  assertEquals(new Set(entries.map(([, { message }]) => message)).size, entries.length);
  assertEquals(CORRELATION_KEYS.slice(0, 3), ["run_id", "source", "stream"]);
});

Deno.test({
  name: "EVENTS holds no event that is never logged, and each is logged by its own area",
  ignore,
  async fn() {
    const found = new Map<string, Set<string>>();
    for (const area of new Set(entries.map(([, info]) => info.area))) {
      for await (const text of sources(area === "phases" ? area : `lib/${area}`)) {
        for (const [, name = ""] of text.matchAll(/\blogEvent\(\s*"([^"]+)"/g)) {
          found.set(name, (found.get(name) ?? new Set()).add(area));
        }
      }
    }
    const logged = Object.fromEntries([...found].map(([name, areas]) => [name, [...areas]]));
    assertEquals(logged, Object.fromEntries(entries.map(([name, { area }]) => [name, [area]])));
  },
});

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sources(path);
    else if (path.endsWith(".ts")) yield await Deno.readTextFile(path);
  }
}

function thrown(fn: () => void): string {
  try {
    fn();
    return "nothing";
  } catch (error) {
    return String(error);
  }
}

Deno.test("spanIdOf() gives each part of a run an id of its own, and the same one each time", () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `01RUN/shop/items/${i}/`);
  const ids = new Set(names.map(spanIdOf));
  assertEquals(ids.size, names.length);
  assertEquals(new Set([...ids].map((id) => /^[0-9a-f]{16}$/.test(id))), new Set([true]));
  // Each half is a hash by itself, nearly: of 20,000 names about 0.05 pairs share one by chance.
  for (const half of [[0, 8], [8, 16]]) {
    assertEquals(new Set(names.map((name) => spanIdOf(name).slice(...half))).size > 19_990, true);
  }
  assertEquals(spanIdOf("01RUN/shop/items/7/"), spanIdOf("01RUN/shop/items/7/"));
});
