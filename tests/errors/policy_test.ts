import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  actionFor,
  DatabaseError,
  DataError,
  HttpError,
  POLICY,
  type PolicyRule,
  type Stage,
  StorageError,
  SuspendedError,
} from "../../lib/errors/mod.ts";
import { configKeys } from "../../lib/pipeline/mod.ts";
import { granted } from "../_granted.ts";

Deno.test("actionFor() decides by code, class and whether trying again may help", () => {
  const cases: readonly (readonly [Stage, unknown, string])[] = [
    ["request", new HttpError("http-reset", "x"), "retry"],
    ["request", new HttpError("http-auth", "x"), "stop"],
    ["request", new HttpError("http-status", "x", { transient: true }), "retry"],
    ["request", new SuspendedError("suspended-wait", "x"), "suspend"],
    ["page", new HttpError("http-reset", "x"), "stop"],
    ["record", new DataError("record-invalid", "x"), "reject"],
    ["file", new DataError("file-changed", "x"), "skip"],
    ["file", new DataError("file-header", "x"), "reject"],
    ["file", new StorageError("storage-missing", "x"), "skip"],
    ["file", new StorageError("storage-io", "x"), "reject"],
    ["file", new StorageError("storage-full", "x"), "stop"],
    ["table", new DatabaseError("database-busy", "x"), "retry"],
    ["table", new DatabaseError("database-denied", "x"), "stop"],
    ["publication", new StorageError("publication-lost", "x"), "retry"],
    ["publication", new StorageError("storage-full", "x"), "stop"],
    ["stream", new SuspendedError("suspended-signal", "x"), "suspend"],
    ["stream", new HttpError("http-timeout", "x"), "stop"],
    ["request", new TypeError("x is not a function"), "stop"],
  ];
  for (const [stage, error, action] of cases) {
    assertEquals(actionFor(stage, error), action, `${stage}: ${error}`);
  }
});

Deno.test("each stage has an answer to every error, and its exceptions are keys of the configuration", () => {
  const keys = new Set(configKeys().flatMap(({ path }) => path.split(/[.[\]]+/)));
  for (const [stage, rules] of Object.entries<readonly PolicyRule[]>(POLICY)) {
    const last = rules.at(-1);
    assertEquals([last?.of, last?.transient], ["any", undefined], stage);
    for (const { unless = "" } of rules) {
      for (const key of unless.split(/[,.] ?/).filter((part) => part !== "")) {
        assert(keys.has(key), `${stage}: there is no key ${key}`);
      }
    }
  }
});

/** Who reads the fact without deciding by it: an error made of another one, and advice for people. */
const READERS = [
  "lib/pipeline/next_steps.ts",
  "lib/pipeline/unkept_error.ts",
];

Deno.test({
  name: "nothing but the policy decides by an error's transience",
  ignore: !granted("read"),
  fn() {
    const found = [...filesIn("lib")].filter((path) =>
      /\.transient\b/.test(Deno.readTextFileSync(path))
    );
    assertEquals(found.filter((path) => !path.startsWith("lib/errors/")).sort(), READERS);
  },
});

function* filesIn(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* filesIn(path);
    else if (path.endsWith(".ts")) yield path;
  }
}
