import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  ConfigError,
  DatabaseError,
  DataError,
  ERROR_CODES,
  EXIT_CODES,
  gravestOutcome,
  HttpError,
  IngestError,
  InternalError,
  outcomeOf,
  PaginationError,
  StorageError,
  SuspendedError,
  UsageError,
} from "../../lib/errors/mod.ts";
import { GROUPS } from "../../lib/cli/mod.ts";
import { configKeys } from "../../lib/pipeline/mod.ts";

const FAMILIES: Record<string, new (code: never, message: string) => IngestError> = {
  ConfigError,
  DataError,
  HttpError,
  InternalError,
  DatabaseError,
  PaginationError,
  StorageError,
  SuspendedError,
  UsageError,
};

Deno.test("ERROR_CODES names a class for each code, and each class carries its codes' facts", () => {
  for (const [code, { family, transient, meaning, next }] of Object.entries(ERROR_CODES)) {
    const Family = FAMILIES[family];
    assert(Family !== undefined, `${code}: there is no class ${family}`);
    const error = new Family(code as never, "Cannot x: y");
    assertInstanceOf(error, IngestError);
    assertEquals([error.code, error.transient, error.name], [code, transient, family]);
    for (const text of [meaning, next]) assert(/^[A-Z].*\.$/s.test(text), `${code}: ${text}`);
  }
});

Deno.test("IngestError keeps its cause and context, and the flag can say more than the code", () => {
  const cause = new Error("socket hang up");
  const error = new HttpError("http-status", "Cannot fetch: status 503", {
    status: 503,
    transient: true,
    context: { url: "x" },
    cause,
  });
  assertEquals([error.transient, error.status, error.context], [true, 503, { url: "x" }]);
  assertEquals(error.cause, cause);
  assert(!("cause" in new HttpError("http-tls", "Cannot fetch: TLS")), "no cause where none was");
});

Deno.test("IngestError quotes what the audit database cannot take so that it can", () => {
  const { message } = new DataError("record-invalid", 'Cannot read "a\0b\ud800": x');
  assertEquals(message, 'Cannot read "a\u2400b\ufffd": x');
});

Deno.test("outcomeOf() tells a wrong command line, a wrong configuration and a stop from a failure", () => {
  assertEquals(
    [
      outcomeOf(new UsageError("usage", "x")),
      outcomeOf(new ConfigError("config-invalid", "x")),
      outcomeOf(new SuspendedError("suspended-wait", "x")),
      outcomeOf(new StorageError("storage-full", "x")),
      outcomeOf("anything"),
    ],
    ["usage", "config", "suspended", "failed", "failed"],
  );
});

Deno.test("gravestOutcome() lets a failure win over a stop, a stop over a partial run", () => {
  assertEquals(gravestOutcome([]), "complete");
  assertEquals(gravestOutcome(["complete", "partial", "suspended"]), "suspended");
  assertEquals(EXIT_CODES[gravestOutcome(["suspended", "failed", "partial"])], 1);
});

Deno.test("what to do about a code names only commands and keys that exist", () => {
  const keys = new Set(configKeys().flatMap(({ path }) => path.split(/[.[\]]+/)));
  for (const [code, { next }] of Object.entries(ERROR_CODES)) {
    for (const [, group = "", name = ""] of next.matchAll(/headwaters (\w+) (\w+)/g)) {
      assert(GROUPS[group]?.commands[name] !== undefined, `${code}: ${group} ${name}`);
    }
    for (
      const [word] of next.matchAll(
        /\b[a-z]+(_[a-z]+)+\b|\b[a-z]+\.[a-z_]+\b(?!\.)|\b[a-z]+(?=: )/g,
      )
    ) {
      const isFile = /\.(csv|gz|yaml|md)$/.test(word);
      const isKey = word.split(".").every((key) => keys.has(key));
      assert(isFile || isKey || /^[a-z]+$/.test(word), `${code}: there is no key ${word}`);
    }
  }
});
